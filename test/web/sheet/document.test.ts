import assert from 'node:assert/strict'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { generateRegion } from '../../../src/commands/demo/region/region.ts'
import { aContent, aPatient } from '../../support/builders.ts'
import { aCda, anIns } from '../../support/cda-samples.ts'
import { sheetStories, written } from './stories.ts'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** The person whom `aCda` is about, by the traits that are compared. */
function namesake() {
  return aPatient().named('TESTFICTIF', 'LUCIE').born('1984-01-15').build()
}

describe('a document of a patient', () => {
  const stories = sheetStories()

  /** The page of a document, and a way to its bytes. */
  async function opened(patientId: string, documentId: string) {
    const { server, doctor } = stories()
    const { url } = await doctor.visitor.get(`/patients/${patientId}`)
    const path = `/patients/${patientId}/documents/${documentId}`
    const page = await doctor.visitor.get(`${path}${url.search}`)
    const cookie = doctor.cookie
    const content = (more = '', headers = {}) =>
      server.get(`${path}/content${url.search}${more}`, { cookie, ...headers })
    return { page, content, path, search: url.search, cookie }
  }

  test('a PDF is shown in the page, by an address within the context, and can be opened and downloaded', async () => {
    const { patient, publish } = stories()
    const id = await patient()
    const pdf = aContent('%PDF-1.7 essai')
    const late = '2026-03-02T10:00:00+01:00'
    const { page, content } = await opened(id, await publish(id, (one) => written(one, late, 'RCP'), pdf))
    assert.match(page.text, /<iframe class="content" src="\/patients\/[^"]*\/content\?contexte=[^"]*"/)
    assert.match(page.headers.get('content-security-policy') ?? '', /frame-src 'self'/)
    assert.match(page.text, /<title>Fiche RCP du 2 mars 2026 · [^<]*<\/title>/)
    assert.match(page.text, /<h1>RCP<\/h1>/)
    const shown = await content()
    assert.equal(shown.status, 200)
    assert.deepEqual(shown.bytes, pdf.bytes)
    assert.equal(shown.headers['content-type'], 'application/pdf')
    assert.equal(shown.headers['content-disposition'], 'inline; filename="dcc-rcp-2026-03-02.pdf"')
    assert.equal(shown.headers['cache-control'], 'no-store')
    assert.match(shown.headers['content-security-policy'] ?? '', /^default-src 'none'.*frame-ancestors 'self'$/)
    const file = await content('&telecharger=1')
    assert.match(file.headers['content-disposition'] ?? '', /^attachment/)
  })

  test('a part of a PDF is given by Range, and nothing again that the browser has', async () => {
    const { patient, publish } = stories()
    const id = await patient()
    const { content } = await opened(id, await publish(id, undefined, aContent('%PDF-1.7 abcdef')))
    const part = await content('', { range: 'bytes=5-7' })
    assert.equal(part.status, 206)
    assert.equal(part.text, '1.7')
    assert.equal(part.headers['content-range'], 'bytes 5-7/15')
    assert.equal((await content('', { range: 'bytes=-3' })).text, 'def')
    assert.equal((await content('', { range: 'bytes=99-' })).status, 416)
    assert.equal((await content('', { range: 'lines=1-2' })).status, 200)
    const again = await content('', { 'if-none-match': (await content()).headers.etag ?? '' })
    assert.equal(again.status, 304)
  })

  test('within the frame of a registered DPI, its content may be shown there too', async () => {
    const { server, doctor, patient, publish, context } = stories()
    const patientId = await patient()
    const documentId = await publish(patientId)
    const dpi = { id: 'dpi', name: 'DPI', frameOrigins: ['https://dpi.example.test'], returnUrl: undefined }
    const { id } = await context({ patientId, dpi })
    const path = `/patients/${patientId}/documents/${documentId}/content?contexte=${id}`
    const { headers } = await server.get(path, { cookie: doctor.cookie })
    assert.match(headers['content-security-policy'] ?? '', /frame-ancestors 'self' https:\/\/dpi\.example\.test$/)
  })

  test('bytes that were damaged are never given: the error has a page of its own', async () => {
    const { server, patient, publish } = stories()
    const patientId = await patient()
    const before = new Set(await server.contentFiles())
    const { content } = await opened(patientId, await publish(patientId))
    const files = (await server.contentFiles()).filter((file) => !before.has(file))
    for (const file of files) await chmod(file, 0o600)
    for (const file of files) await writeFile(file, 'x'.repeat((await readFile(file)).length))
    assert.ok(files.length > 0)
    const answer = await content()
    assert.equal(answer.status, 500)
    assert.match(answer.headers['content-type'] ?? '', /^text\/html/)
    assert.equal(answer.headers['content-disposition'], undefined)
  })

  const FORMS = [
    ['image', 'image/png', PNG, /<img src="[^"]*\/content\?[^"]*"/, /^inline/],
    [
      'text',
      'text/plain',
      'T2 <b>N0</b> & M0',
      /<pre class="text">T2 &lt;b&gt;N0&lt;\/b&gt; &amp; M0<\/pre>/,
      /^inline/,
    ],
    ['latin', 'text/plain', Buffer.from('\xe9tendue', 'latin1'), /<pre class="text">étendue<\/pre>/, /^inline/],
    ['rtf', 'text/rtf', '{\\rtf1 essai}', /Ce format ne s’affiche pas/, /^attachment/],
    ['tiff', 'image/tiff', 'II*\0', /Ce format ne s’affiche pas/, /^attachment/],
    ['html', 'text/html', '<script>alert(1)</script>', /Ce format ne s’affiche pas/, /^attachment/],
    ['svg', 'image/svg+xml', '<svg onload="alert(1)"/>', /Ce format ne s’affiche pas/, /^attachment/],
    ['xml', 'text/xml', '<?xml-stylesheet href="x.xsl"?><a/>', /Ce format ne s’affiche pas/, /^attachment/],
  ] as const

  for (const [id, contentType, bytes, shown, disposition] of FORMS) {
    test(`${id}: what runs something is never shown in place`, async () => {
      const { patient, publish } = stories()
      const patientId = await patient()
      const documentId = await publish(patientId, undefined, aContent(bytes, contentType))
      const { page, content } = await opened(patientId, documentId)
      assert.match(page.text, shown)
      const answer = await content()
      assert.match(answer.headers['content-disposition'] ?? '', disposition)
      assert.match(answer.headers['content-security-policy'] ?? '', /sandbox/)
      assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    })
  }

  test('a document of level 1 shows the PDF inside it, and offers the XML as a file', async () => {
    const { imported } = stories()
    const { value, born } = anIns(7001)
    const { patientId, documentId } = await imported(aCda({ ins: { value }, born: born.replaceAll('-', '') }))
    const { page, content } = await opened(patientId, documentId)
    assert.match(page.text, /<iframe/)
    assert.equal((await content()).headers['content-type'], 'application/pdf')
    const original = await content('&original=1')
    assert.equal(original.headers['content-type'], 'text/xml')
    assert.match(original.headers['content-disposition'] ?? '', /^attachment; filename="[\w-]+\.xml"$/)
    assert.doesNotMatch(page.text, /L’identité écrite/)
  })

  test('a document of level 1 that came in by FHIR shows the PDF inside it as well', async () => {
    const { patient, publish } = stories()
    const patientId = await patient(namesake())
    const { page, content } = await opened(
      patientId,
      await publish(patientId, undefined, aContent(aCda({ ins: null }), 'text/xml')),
    )
    assert.match(page.text, /<iframe/)
    const whole = await content()
    assert.equal(whole.headers['content-type'], 'application/pdf')
    assert.match(whole.text, /^%PDF/)
    assert.equal((await content('', { range: 'bytes=1-3' })).text, 'PDF')
  })

  test('a structured document is shown as text made of its sections', async () => {
    const { imported } = stories()
    const region = generateRegion({ patients: 2, seed: 3, today: '2026-10-01' })
    const [, person] = [...region.patients]
    const sheetOfRcp = person?.documents.find(({ kind }) => kind === 'FRCP')
    assert.ok(sheetOfRcp !== undefined)
    const { patientId, documentId } = await imported(sheetOfRcp.bytes)
    const { page } = await opened(patientId, documentId)
    assert.match(page.text, /<h3 id="section-1">TYPE ET MOTIF DE LA RCP<\/h3>/)
    assert.match(page.text, /<nav class="contents" aria-label="Sommaire du document">/)
    assert.doesNotMatch(page.text, /L’identité écrite/)
    assert.ok(page.text.length < 60_000)
  })

  const STRANGERS = [
    ['another-name', { family: 'AUTREFICTIF' }, /nom de naissance/],
    ['another-sex', { gender: 'M' }, /sexe/],
    ['another-day', { born: '19840116' }, /date de naissance/],
  ] as const

  for (const [id, values, said] of STRANGERS) {
    test(`${id}: a document whose identity differs from the record says so`, async () => {
      const { patient, publish } = stories()
      const patientId = await patient(namesake())
      const foreign = aContent(aCda({ ins: null, ...values }), 'text/xml')
      const { page } = await opened(patientId, await publish(patientId, undefined, foreign))
      assert.match(page.text, /L’identité écrite dans ce document diffère de celle du dossier/)
      assert.match(page.text, said)
    })
  }

  test('a document that does not say whose it is says that it could not be compared', async () => {
    const { patient, publish } = stories()
    const patientId = await patient()
    const anonymous = aContent('<ClinicalDocument xmlns="urn:hl7-org:v3"/>', 'text/xml')
    const { page } = await opened(patientId, await publish(patientId, undefined, anonymous))
    assert.match(page.text, /n’a pas pu être comparée/)
  })

  test('an image inside a structured document has an address of its own, and whoever asks for it is traced', async () => {
    const { server, patient, publish } = stories()
    const patientId = await patient()
    const image = `<observationMedia ID="i"><value mediaType="image/png" representation="B64">${PNG.toString('base64')}</value></observationMedia>`
    const section = `<section><title>Schéma</title><text><renderMultiMedia referencedObject="i"/></text><entry>${image}</entry></section>`
    const xml = `<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody><component>${section}</component></structuredBody></component></ClinicalDocument>`
    const documentId = await publish(patientId, undefined, aContent(xml, 'text/xml'))
    const { page, path, search, cookie } = await opened(patientId, documentId)
    const address = /<img src="([^"]*)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&')
    assert.equal(address, `${path}/images/0${search}`)
    const answer = await server.get(address ?? '', { cookie })
    assert.deepEqual(answer.bytes, PNG)
    assert.match(answer.headers['content-security-policy'] ?? '', /sandbox/)
    const [trace] = await server.record.dcc.store.entitlement.traces({ patientId, limit: 1 })
    assert.deepEqual([trace?.kind, trace?.detail], ['document-opened', `${documentId} image`])
    assert.equal((await server.get(`${path}/images/1${search}`, { cookie })).status, 404)
  })
})
