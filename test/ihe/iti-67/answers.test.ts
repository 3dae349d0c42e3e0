import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { aContent, aDocument, aPatient, INS_TEST } from '../../support/builders.ts'
import { assertRefused, linkOf } from '../../support/client.ts'
import { PUBLIC_ORIGIN, sharedServer } from '../../support/server.ts'
import { ask, WAYS } from '../find.ts'
import { at, documentNamed, encoded, fill, found, lea, leas, marc } from './documents.ts'

/** ITI-67 Find Document References, PDSm flows 05b and 06b (reference/ihe.md 2.6, documents-fr.md 1.10). */
const server = sharedServer()
const INSTANT = '2026-06-01T00:00:00.000Z'

describe('documents that are there', () => {
  before(() => fill(server()))

  test('MHD-67-02 PDSM-44: a page tells the total of all pages', async () => {
    for (const way of WAYS) {
      const bundle = await ask(server(), way, 'DocumentReference', leas({ _count: '1' }))
      assert.deepEqual([bundle.total, bundle.entry?.length], [4, 1])
      assert.ok(linkOf(bundle, 'next') !== undefined)
    }
  })

  test('MHD-67-03 P-01: the url of a document is absolute on the configured base, whatever host is asked', async () => {
    for (const host of ['evil.example', '127.0.0.1', 'dcc.example.test:81']) {
      const headers = { host, 'x-forwarded-host': host, forwarded: `host=${host};proto=http` }
      const bundle = (await server().get(`DocumentReference?${leas({})}`, headers)).resource('Bundle')
      for (const { fullUrl, resource } of bundle.entry ?? []) {
        assert.ok(resource?.resourceType === 'DocumentReference')
        assert.ok(fullUrl?.startsWith(`${PUBLIC_ORIGIN}/fhir/DocumentReference/`))
        const url = resource.content?.[0]?.attachment?.url ?? ''
        assert.match(url, /^https:\/\/dcc\.example\.test\/fhir\/Binary\/[0-9a-z]{20}\.[0-9a-z]{26}$/)
        assert.equal((await server().get(url)).status, 200)
      }
    }
  })

  test('MHD-67-03 P-03: the address of a document says nothing, and a changed one leads to no other document', async () => {
    const urls = ['rcp', 'pps', 'marcs'].map((name) => documentNamed(name).content?.[0]?.attachment?.url ?? '')
    for (const person of [lea, marc]) {
      for (const secret of [person.ins, person.ipp]) assert.ok(urls.every((url) => !url.includes(secret)))
    }
    const [rcp = '', , marcs = ''] = urls
    const [, patient = '', local = ''] = /Binary\/([^.]+)\.(.+)$/.exec(rcp) ?? []
    const [, other = ''] = /Binary\/([^.]+)\./.exec(marcs) ?? []
    const changed = [
      `${other}.${local}`,
      `${patient}.${local.slice(0, -1)}${local.endsWith('0') ? '1' : '0'}`,
      patient,
      `${patient}.${local}/../x`,
    ]
    for (const id of changed) assert.equal((await server().get(`Binary/${id}`)).status, 404)
    assert.equal((await server().get('Binary?contenttype=application/pdf')).status, 405)
  })

  test('MHD-67-04: what is found is valid FHIR', async () => {
    const bundle = (await server().get(`DocumentReference?${leas({})}`)).resource('Bundle')
    const outcome = (await server().post('Bundle/$validate', bundle)).resource('OperationOutcome')
    const wrong = outcome.issue?.filter(
      ({ severity, diagnostics }) =>
        (severity === 'error' || severity === 'fatal') &&
        /hl7\.org\/fhir\/(StructureDefinition|R4)\//.test(diagnostics ?? ''),
    )
    assert.deepEqual(wrong, [])
  })

  test('MHD-67-04b: a document that was published by the profile still keeps it when it is found', async () => {
    const bundle = (await server().get(`DocumentReference?_id=${documentNamed('rcp').id}`)).resource('Bundle')
    const document = bundle.entry?.[0]?.resource
    assert.ok(document?.resourceType === 'DocumentReference')
    const minimal = 'https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.DocumentReference'
    const outcome = (
      await server().post(`DocumentReference/$validate?profile=${encodeURIComponent(minimal)}`, document)
    ).resource('OperationOutcome')
    assert.deepEqual(
      outcome.issue?.filter(({ severity }) => severity === 'error' || severity === 'fatal'),
      [],
    )
  })

  test('MHD-67-05: patients without a pathway of cancer care are not found, nor their documents', async () => {
    const person = aPatient().qualified()
    const fed = await server().put(`Patient?identifier=${INS_TEST}|${person.ins}`, person.build())
    const subject = `Patient/${fed.resource('Patient').id}`
    await server().create(aDocument(subject).ordinary().inline(aContent()).build())
    for (const query of [`patient=${subject}`, encoded({ 'patient.identifier': `${INS_TEST}|${person.ins}` })]) {
      assert.deepEqual(await found(server(), query), [])
    }
  })

  describe('what a search refuses, or leaves out', () => {
    test('MHD-67-06 Z-11: an unknown parameter is ignored, told of in a warning, and missing from self', async () => {
      for (const unknown of ['targetCommunityIdList=urn:oid:1.2.3', 'colour=red', '_unknown=1']) {
        const bundle = (await server().get(`DocumentReference?${leas({ status: 'superseded' })}&${unknown}`)).resource(
          'Bundle',
        )
        assert.equal(bundle.total, 1)
        assert.ok(!linkOf(bundle, 'self')?.includes(unknown.split('=')[0] ?? '?'))
        const warning = bundle.entry?.find(({ search }) => search?.mode === 'outcome')
        assert.ok(warning?.resource?.resourceType === 'OperationOutcome' && warning.fullUrl !== undefined)
        assert.deepEqual(
          warning.resource.issue?.map(({ severity }) => severity),
          ['warning'],
        )
      }
    })

    test('MHD-67-06 Z-11: the same with handling=strict: 400', async () => {
      const strict = { prefer: 'handling=strict' }
      const answer = await server().get(`DocumentReference?${leas({ colour: 'red' })}`, strict)
      assertRefused(answer, 400, 'search.parameter-unknown')
    })

    const wrong = ['date=yesterday', 'creation=ge', 'period=2026-13', 'status=|', 'patient=a b', 'author.family:near=x']
    for (const query of wrong) {
      test(`MHD-67-06 Z-04: ${query}: 400 with an OperationOutcome, by GET and POST`, async () => {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' }
        for (const answer of [
          await server().get(`DocumentReference?${query.replace(' ', '%20')}`),
          await server().post('DocumentReference/_search', query, headers),
        ]) {
          assert.equal(answer.status, 400, answer.text)
          assert.equal(answer.resource('OperationOutcome').issue?.[0]?.severity, 'error')
        }
      })
    }
  })

  test('MHD-67-08: documents show size and hash; those that have none yet, or other ones, show what was told', async () => {
    const subject = at.get('lea') ?? ''
    const EMPTY = '2jmj7l5rSw0yVb/vlWAYkK/YBwk='
    const elsewhere = (facts: object) => {
      const document = aDocument(subject).with({ date: INSTANT }).build()
      const attachment = { ...document.content?.[0]?.attachment, url: 'https://repository.example/document', ...facts }
      return server().create({ ...document, content: [{ ...document.content?.[0], attachment }] })
    }
    const onDemand = await elsewhere({})
    const delayed = await elsewhere({ size: 0, hash: EMPTY })
    const factsOf = async (id: string | undefined) => {
      const bundle = (await server().get(`DocumentReference?_id=${id}`)).resource('Bundle')
      const document = bundle.entry?.[0]?.resource
      assert.ok(document?.resourceType === 'DocumentReference')
      const { size, hash } = document.content?.[0]?.attachment ?? {}
      return [size, hash]
    }
    assert.deepEqual(await factsOf(onDemand.id), [undefined, undefined])
    assert.deepEqual(await factsOf(delayed.id), [0, EMPTY])
    const [size, hash] = await factsOf(documentNamed('rcp').id)
    assert.ok(typeof size === 'number' && size > 0 && typeof hash === 'string')
  })
})
