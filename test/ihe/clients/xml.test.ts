import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DOMParser, type Node } from '@xmldom/xmldom'
import xpath from 'xpath'
import { aContent, aPatient, IPP, uniqueOid } from '../../support/builders.ts'
import { patientXml, provideXml } from './fiche-xml.ts'
import { reachableServer } from './story.ts'

/** Plain fetch, XML written by hand, answers read by an XPath library: no code of ours on the client's side. */

const server = reachableServer()
const XML = 'application/fhir+xml'
const select = xpath.useNamespaces({ f: 'http://hl7.org/fhir' })

/** An answer in FHIR XML; `values` gives the attributes that an XPath finds. */
interface XmlAnswer {
  status: number
  values(path: string): string[]
}

async function exchange(method: string, path: string, body?: string, contentType = XML): Promise<XmlAnswer> {
  const answer = await fetch(`${server().config.baseUrl}/fhir/${path}`, {
    method,
    headers: { accept: XML, ...(body === undefined ? {} : { 'content-type': contentType }) },
    ...(body === undefined ? {} : { body }),
  })
  assert.match(answer.headers.get('content-type') ?? '', /^application\/fhir\+xml/)
  const document = new DOMParser().parseFromString(await answer.text(), 'text/xml')
  return {
    status: answer.status,
    values(path) {
      // The library types nodes of browsers; it reads those of xmldom as well.
      const found: unknown = select(path, document as unknown as globalThis.Node)
      assert.ok(Array.isArray(found))
      return found.map((node: Node) => node.nodeValue ?? '')
    },
  }
}

test('Z-01 P-27 MHD-65-08 MHD-65-07 MHD-65-17 MHD-67-12 MHD-67-patient.identifier MHD-68-06 PDSM-01 PDSM-43 PIX-104-4: in XML alone, a hospital feeds a patient, publishes and replaces a fiche RCP, finds it and reads it', async () => {
  const { ipp } = aPatient()
  const identifier = encodeURIComponent(`${IPP}|${ipp}`)
  const fed = await exchange('PUT', `Patient?identifier=${identifier}`, patientXml({ ipp, ippSystem: IPP }))
  assert.equal(fed.status, 201)
  const subject = `Patient/${fed.values('/f:Patient/f:id/@value')[0]}`
  assert.deepEqual(fed.values('/f:Patient/f:name[f:use/@value="official"]/f:given/@value'), ['ÉLISE'])

  const [first, second] = [aContent(), aContent()]
  const ids = () => ({ uniqueId: uniqueOid(), submissionId: uniqueOid() })
  const published = await exchange('POST', '', provideXml({ subject, content: first, ...ids() }))
  assert.equal(published.status, 200)
  assert.deepEqual(published.values('/f:Bundle/f:type/@value'), ['transaction-response'])
  const statuses = published.values('/f:Bundle/f:entry/f:response/f:status/@value')
  assert.deepEqual(
    statuses.map((status) => status.slice(0, 3)),
    ['201', '201', '201'],
  )
  const locations = published.values('/f:Bundle/f:entry/f:response/f:location/@value')
  assert.deepEqual(
    locations.map((location) => /\/fhir\/([A-Za-z]+)\//.exec(location)?.[1]),
    ['List', 'DocumentReference', 'Binary'],
  )
  const replaces = /DocumentReference\/[^/]+/.exec(locations[1] ?? '')?.[0] ?? ''

  const replaced = await exchange('POST', '', provideXml({ subject, content: second, replaces, ...ids() }))
  assert.equal(replaced.status, 200)
  assert.equal(replaced.values('/f:Bundle/f:entry/f:response').length, 4)

  const search = (status: string) => {
    const form = new URLSearchParams({ 'patient.identifier': `${IPP}|${ipp}`, status }).toString()
    return exchange('POST', 'DocumentReference/_search', form, 'application/x-www-form-urlencoded')
  }
  const current = await search('current')
  assert.deepEqual(current.values('/f:Bundle/f:total/@value'), ['1'])
  assert.deepEqual(current.values('//f:DocumentReference/f:description/@value'), ['Fiche « RCP » <fictive>'])
  assert.deepEqual(current.values('//f:relatesTo/f:target/f:reference/@value'), [replaces])
  assert.deepEqual(current.values('//f:contained/f:Organization/f:name/@value'), ["Hôpital d'essai & fils"])
  const old = await search('superseded')
  assert.deepEqual(old.values('//f:DocumentReference/f:id/@value'), [replaces.split('/')[1]])

  for (const [answer, content] of [
    [current, second],
    [old, first],
  ] as const) {
    const [url = ''] = answer.values('//f:attachment/f:url/@value')
    const document = await fetch(url)
    assert.deepEqual([document.status, document.headers.get('content-type')], [200, content.contentType])
    assert.deepEqual(Buffer.from(await document.arrayBuffer()), content.bytes)
  }
})

test('Z-01 Z-04 MHD-65-08: what is wrong with a bundle in XML is said in XML', async () => {
  const refused = await exchange(
    'POST',
    '',
    provideXml({ subject: 'Patient/unknown', content: aContent(), uniqueId: uniqueOid(), submissionId: uniqueOid() }),
  )
  assert.ok(refused.status >= 400 && refused.status < 500, String(refused.status))
  assert.deepEqual(refused.values('/f:OperationOutcome/f:issue[1]/f:severity/@value'), ['error'])
})
