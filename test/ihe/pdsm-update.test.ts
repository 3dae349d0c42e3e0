import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CodeableConcept, DocumentReference, Parameters } from '@medplum/fhirtypes'
import { forbiddenChange, wrongValue } from '../../src/ihe/pdsm-update.ts'
import { NOS } from '../support/builders/urls.ts'
import {
  aContent,
  aDocument,
  aFhirPathPatch,
  aPatient,
  aStatusPatch,
  aTransaction,
  creating,
  INS_TEST,
} from '../support/builders.ts'
import { type Answer, assertRefused } from '../support/client.ts'
import { sharedServer } from '../support/server.ts'

/** PDSm flows 03 and 04 (reference/documents-fr.md 1.1 and 1.11). */
const server = sharedServer()

const ARCHIVED = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived'
const A07 = `${NOS}/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument`
const A08 = `${NOS}/TRE_A08-HL7Confidentiality/FHIR/TRE-A08-HL7Confidentiality`
const HL7 = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'
const label = (system: string, code: string): CodeableConcept => ({ coding: [{ system, code }] })

async function published(changes: Partial<DocumentReference> = {}) {
  const patient = await server().create(aPatient().qualified().build())
  const subject = `Patient/${patient.id}`
  const document = await server().create(aDocument(subject).inline(aContent()).with(changes).build())
  const { system = '', value = '' } = document.masterIdentifier ?? {}
  return {
    subject,
    document,
    byId: `DocumentReference/${document.id}`,
    byIdentifier: `DocumentReference?${new URLSearchParams({ identifier: `${system}|${value}` })}`,
  }
}

/** The two addresses of a PATCH: PDSm's, by identifier, and FHIR's, by id. */
const ADDRESSES = ['byIdentifier', 'byId'] as const

const path = (type: string, at: string, ...extra: NonNullable<Parameters['parameter']>) =>
  aFhirPathPatch([{ name: 'type', valueCode: type }, { name: 'path', valueString: at }, ...extra])
const archiving = path(
  'add',
  'DocumentReference',
  { name: 'name', valueString: 'extension' },
  {
    name: 'value',
    part: [
      { name: 'url', valueUri: ARCHIVED },
      { name: 'value', valueBoolean: true },
    ],
  },
)

/** FHIRPath Patch in XML, of operations that replace a value by a code or boolean. */
const xmlPatch = (at: string, value: string) =>
  `<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="operation"/><part><name value="type"/><valueCode value="replace"/></part><part><name value="path"/><valueString value="${at}"/></part><part><name value="value"/>${value}</part></parameter></Parameters>`
const XML = { 'content-type': 'application/fhir+xml' }

describe('what may change', () => {
  const rows: readonly [
    id: string,
    patch: object | string,
    seen: (document: DocumentReference) => unknown,
    to: unknown,
  ][] = [
    ['status by JSON Patch', [{ op: 'replace', path: '/status', value: 'superseded' }], (d) => d.status, 'superseded'],
    ['status by FHIRPath Patch', aStatusPatch('superseded'), (d) => d.status, 'superseded'],
    [
      'status by FHIRPath Patch in XML',
      xmlPatch('DocumentReference.status', '<valueCode value="superseded"/>'),
      (d) => d.status,
      'superseded',
    ],
    [
      'confidentiality by JSON Patch',
      [{ op: 'replace', path: '/securityLabel/0', value: label(A08, 'R') }],
      (d) => d.securityLabel,
      [label(A08, 'R')],
    ],
    [
      'visibility added by JSON Patch',
      [
        { op: 'replace', path: '/securityLabel', value: [label(A08, 'N'), label(A07, 'MASQUE_PS')] },
        { op: 'add', path: '/securityLabel/-', value: label(A07, 'INVISIBLE_PATIENT') },
      ],
      (d) => d.securityLabel?.map(({ coding }) => coding?.[0]?.code),
      ['N', 'MASQUE_PS', 'INVISIBLE_PATIENT'],
    ],
    [
      'confidentiality by FHIRPath Patch, under the system of HL7',
      path('replace', 'DocumentReference.securityLabel[0]', {
        name: 'value',
        valueCodeableConcept: { coding: [...(label(A08, 'V').coding ?? []), ...(label(HL7, 'V').coding ?? [])] },
      }),
      (d) => d.securityLabel?.[0]?.coding?.length,
      2,
    ],
    [
      'archiving by JSON Patch',
      [{ op: 'add', path: '/extension', value: [{ url: ARCHIVED, valueBoolean: true }] }],
      (d) => [d.extension, d.status],
      [[{ url: ARCHIVED, valueBoolean: true }], 'current'],
    ],
    ['archiving by FHIRPath Patch', archiving, (d) => d.extension, [{ url: ARCHIVED, valueBoolean: true }]],
  ]
  for (const address of ADDRESSES) {
    for (const [id, patch, seen, to] of rows) {
      test(`PDSM-30 ${id.includes('JSON') ? 'PDSM-31' : 'PDSM-32'} PDSM-33 PDSM-35 PDSM-36: ${id}, ${address}: 200, the document, its new version`, async () => {
        const document = await published()
        const headers = typeof patch === 'string' ? XML : {}
        const answer = await server().patch(document[address], patch, headers)
        assert.equal(answer.status, 200, answer.text)
        assert.equal(answer.headers.etag, 'W/"2"')
        const patched = answer.resource('DocumentReference')
        assert.deepEqual(seen(patched), to)
        assert.equal(patched.meta?.versionId, '2')
        assert.deepEqual(patched.content, document.document.content)
        assert.deepEqual((await server().get(document.byId)).json(), patched)
        const before = await server().get(`${document.byId}/_history/1`)
        assert.deepEqual(before.json(), document.document)
      })
    }
  }

  test('PDSM-37 PDSM-33: an archived document is brought back, by every way to name its extension', async () => {
    const extension = [{ url: ARCHIVED, valueBoolean: true }]
    const value = { name: 'value', valueBoolean: false }
    const ways: readonly (object | string)[] = [
      [{ op: 'replace', path: '/extension/0/valueBoolean', value: false }],
      path('replace', `DocumentReference.extension.where(url='${ARCHIVED}').value`, value),
      path('replace', `DocumentReference.extension('${ARCHIVED}').value`, value),
      xmlPatch(`DocumentReference.extension.where(url='${ARCHIVED}').value`, '<valueBoolean value="false"/>'),
      [{ op: 'remove', path: '/extension/0' }],
      path('delete', `DocumentReference.extension('${ARCHIVED}')`),
    ]
    for (const way of ways) {
      const { byIdentifier, subject } = await published({ extension })
      const archived = async () =>
        (await server().get(`DocumentReference?patient=${subject}&isArchived=true`)).resource('Bundle').total
      assert.equal(await archived(), 1)
      const answer = await server().patch(byIdentifier, way, typeof way === 'string' ? XML : {})
      assert.equal(answer.status, 200, answer.text)
      assert.equal(await archived(), 0)
    }
  })

  test('PDSM-35 P-01: the answer is in XML when XML is asked for, and its url is absolute', async () => {
    const { byIdentifier, document } = await published()
    const answer = await server().patch(byIdentifier, aStatusPatch('superseded'), { accept: 'application/fhir+xml' })
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.headers['content-type'], 'application/fhir+xml; charset=utf-8')
    assert.ok(answer.text.includes(`<url value="${document.content?.[0]?.attachment?.url}"/>`))
  })

  test('PDSM-31: a test of what the client has read guards the change', async () => {
    const { byIdentifier, document } = await published()
    const { url, hash } = document.content?.[0]?.attachment ?? {}
    const tests = [
      { op: 'test', path: '/content/0/attachment/url', value: url },
      { op: 'test', path: '/content/0/attachment/hash', value: hash },
      { op: 'test', path: '/status', value: 'current' },
    ]
    const replace = { op: 'replace', path: '/status', value: 'superseded' }
    const answer = await server().patch(byIdentifier, [...tests, replace])
    assert.equal(answer.status, 200, answer.text)
    assertRefused(await server().patch(byIdentifier, [...tests, replace]), 409, 'patch.test-failed')
  })

  test('PDSM-36: If-Match of the version that was read; 412 for another one', async () => {
    const { byIdentifier } = await published()
    const patch = aStatusPatch('superseded')
    assertRefused(await server().patch(byIdentifier, patch, { 'if-match': 'W/"2"' }), 412, 'precondition.version')
    assert.equal((await server().patch(byIdentifier, patch, { 'if-match': 'W/"1"' })).status, 200)
  })
})

describe('which document', () => {
  test('PDSM-34: no document: 404; several: 412; no criterion: 400', async () => {
    const { byIdentifier, document, subject } = await published()
    const twin = aDocument(subject)
      .inline(aContent())
      .with({ identifier: document.identifier ?? [] })
    await server().create(twin.build())
    const patch = aStatusPatch('superseded')
    const unknown = 'DocumentReference?identifier=urn:ietf:rfc:3986|urn:oid:2.25.404'
    assertRefused(await server().patch(unknown, patch), 404, 'precondition.none')
    const shared = document.identifier?.[0]
    const several = `DocumentReference?${new URLSearchParams({ identifier: `${shared?.system}|${shared?.value}` })}`
    assertRefused(await server().patch(several, patch), 412, 'precondition.multiple')
    assertRefused(await server().patch('DocumentReference', patch), 400, 'precondition.missing')
    assert.equal((await server().patch(byIdentifier, patch)).status, 200)
  })

  test('PDSM-30: by its entryUUID as by its masterIdentifier', async () => {
    const { document } = await published()
    const { system, value } = document.identifier?.[0] ?? {}
    const query = new URLSearchParams({ identifier: `${system}|${value}` })
    const answer = await server().patch(`DocumentReference?${query}`, aStatusPatch('superseded'))
    assert.equal(answer.resource('DocumentReference').id, document.id)
  })

  test('PDSM-34: a withdrawn one and one of a hidden patient differ from an unknown one in nothing', async () => {
    const { byIdentifier, byId } = await published()
    assert.equal((await server().delete(byId)).status, 204)
    assertRefused(await server().patch(byIdentifier, aStatusPatch('superseded')), 404, 'precondition.none')
    const person = aPatient().qualified()
    const fed = await server().put(`Patient?identifier=${INS_TEST}|${person.ins}`, person.build())
    const hidden = aDocument(`Patient/${fed.resource('Patient').id}`)
      .ordinary()
      .inline(aContent())
      .build()
    await server().create(hidden)
    const query = new URLSearchParams({ identifier: `urn:ietf:rfc:3986|${hidden.masterIdentifier?.value}` })
    assertRefused(await server().patch(`DocumentReference?${query}`, archiving), 404, 'precondition.none')
  })
})

describe('what may not change', () => {
  const label = (at: string, value: unknown) => [{ op: 'replace', path: at, value }]
  const rows: readonly [id: string, patch: object, element: string][] = [
    ['the description', label('/description', 'autre'), 'description'],
    ['the type', label('/type/coding/0/code', '11488-4'), 'type'],
    ['the title', label('/content/0/attachment/title', 'autre'), 'content'],
    ['the content', label('/content/0/attachment/url', 'Binary/other'), 'content'],
    ['the patient', label('/subject/reference', 'Patient/other'), 'subject'],
    ['an element more', [{ op: 'add', path: '/docStatus', value: 'final' }], 'docStatus'],
    ['an element less', [{ op: 'remove', path: '/authenticator' }], 'authenticator'],
    ['an element that R4 lacks', [{ op: 'add', path: '/polluted', value: true }], 'polluted'],
    ['the unique id', label('/masterIdentifier/value', 'urn:oid:2.25.7'), 'masterIdentifier'],
    ['the id', label('/id', 'mine'), 'id'],
    ['the version', label('/meta/versionId', '9'), 'meta'],
    ['the profile', [{ op: 'remove', path: '/meta/profile' }], 'meta'],
    ['who wrote it', label('/contained/0/name/0/family', 'AUTRE'), 'contained'],
    ['the whole', label('', { resourceType: 'Patient' }), 'resourceType'],
    [
      'another extension',
      [{ op: 'add', path: '/extension', value: [{ url: 'urn:x', valueString: 'x' }] }],
      'extension',
    ],
    ['an extension of the status', [{ op: 'add', path: '/_status', value: { id: 'x' } }], '_status'],
    [
      'the description beside the status',
      [...label('/status', 'superseded'), ...label('/description', 'autre')],
      'description',
    ],
    [
      'the description by FHIRPath Patch',
      path('replace', 'DocumentReference.description', { name: 'value', valueString: 'autre' }),
      'description',
    ],
  ]
  for (const [id, patch, element] of rows) {
    test(`PDSM-33: ${id}: 405, and nothing changes`, async () => {
      const { byIdentifier, byId, document } = await published()
      const answer = await server().patch(byIdentifier, patch)
      const issue = assertRefused(answer, 405, 'document.metadata-only')
      assert.ok(issue.details?.text?.includes(element), issue.details?.text)
      assert.match(answer.headers.allow ?? '', /PATCH/)
      assert.deepEqual((await server().get(byId)).json(), document)
    })
  }

  test('PDSM-33: nor in an entry of a transaction, which then stores nothing', async () => {
    const { byId, subject, document } = await published()
    const patch = path('replace', 'DocumentReference.description', { name: 'value', valueString: 'autre' })
    const bundle = aTransaction(creating(aDocument(subject).inline(aContent()).build()), {
      fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0',
      resource: patch,
      request: { method: 'PATCH', url: byId },
    })
    const before = await server().counts()
    const answer: Answer = await server().post('/fhir', bundle)
    assert.ok(answer.status >= 400, answer.text)
    assert.deepEqual(await server().counts(), before)
    assert.deepEqual((await server().get(byId)).json(), document)
  })

  const values: readonly [id: string, patch: object][] = [
    ['no label', [{ op: 'remove', path: '/securityLabel' }]],
    ['a code that is none', label('/securityLabel/0', { coding: [{ system: A08, code: 'X' }] })],
    ['a code without system', label('/securityLabel/0', { coding: [{ code: 'N' }] })],
    ['a code under the system of another', label('/securityLabel/0', { coding: [{ system: A07, code: 'N' }] })],
    ['a text', label('/securityLabel/0', { text: 'Normal' })],
    ['two degrees', [{ op: 'add', path: '/securityLabel/-', value: { coding: [{ system: A08, code: 'R' }] } }]],
    [
      'two codes in one label',
      label('/securityLabel/0', {
        coding: [
          { system: A08, code: 'N' },
          { system: HL7, code: 'R' },
        ],
      }),
    ],
    [
      'an archive that is no boolean',
      [{ op: 'add', path: '/extension', value: [{ url: ARCHIVED, valueString: 'true' }] }],
    ],
    [
      'an archive said twice',
      [true, false].map((valueBoolean, index) => ({
        op: 'add',
        path: index === 0 ? '/extension' : '/extension/-',
        value: index === 0 ? [{ url: ARCHIVED, valueBoolean }] : { url: ARCHIVED, valueBoolean },
      })),
    ],
  ]
  for (const [id, patch] of values) {
    test(`PDSM-38: ${id}: 422, and nothing changes`, async () => {
      const { byIdentifier, byId, document } = await published()
      assertRefused(await server().patch(byIdentifier, patch), 422, 'document.metadata-value')
      assert.deepEqual((await server().get(byId)).json(), document)
    })
  }

  test('PDSM-38: a status that no document has: 422', async () => {
    const { byIdentifier } = await published()
    assertRefused(await server().patch(byIdentifier, label('/status', 'current ')), 422, 'structure.code')
    assertRefused(await server().patch(byIdentifier, label('/status', 'archived')), 422, 'structure.code')
  })

  test('PDSM-38: a replaced document does not become current again while its successor is', async () => {
    const { byIdentifier, document, subject } = await published()
    const successor = aDocument(subject).inline(aContent()).replacing(`DocumentReference/${document.id}`)
    await server().create(successor.build())
    assertRefused(await server().patch(byIdentifier, aStatusPatch('current')), 422, 'document.immutable')
  })
})

test('PDSM-33 PDSM-38: the rule looks at what a patch did, not at how it is written', () => {
  const before = { id: 'a', status: 'current', securityLabel: [label(A08, 'N')], extension: [{ url: 'urn:x' }] }
  assert.equal(forbiddenChange(before, { ...before, status: 'superseded' }), undefined)
  assert.equal(forbiddenChange(before, { ...before, extension: [{ url: 'urn:x' }, { url: ARCHIVED }] }), undefined)
  assert.equal(forbiddenChange(before, { ...before, extension: [{ url: ARCHIVED }] }), 'extension')
  assert.equal(forbiddenChange(before, {}), 'id')
  const kept = { securityLabel: [{ text: 'as an import left it' }] }
  assert.equal(wrongValue(kept, { ...kept, status: 'superseded' }), undefined)
  assert.equal(wrongValue(kept, { securityLabel: [] })?.expression, 'DocumentReference.securityLabel')
})
