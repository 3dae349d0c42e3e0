import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DocumentReference, List } from '@medplum/fhirtypes'
import { submissionSetOfDocument } from '../../../src/ihe/iti-105-set.ts'
import { aContent, aDocument, type DocumentBuilder } from '../../support/builders.ts'

/** ITI-105: the submission set that is derived of a document (documents-fr.md 1.4). */

describe('the submission set that a document says', () => {
  const names = {
    uuid: '0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0',
    patientRef: 'Patient/p',
    documentRef: 'DocumentReference/p.d',
    date: '2026-03-01T10:00:00.000Z',
  }
  const base = aDocument('Patient/p').inline(aContent())
  const setOf = (builder: DocumentBuilder) => submissionSetOfDocument(builder.build(), names)
  const kinds = ({ contained }: List) => contained?.map(({ resourceType }) => resourceType).sort()

  test('MHD-105-04: the author and what the author refers to are contained, nobody else', () => {
    assert.deepEqual(kinds(setOf(base)), ['Organization', 'Practitioner', 'PractitionerRole'])
  })

  test('MHD-105-04: a bare professional becomes a role, since PDSm takes no other source', () => {
    const set = setOf(base.with({ author: [{ reference: '#praticien' }] }))
    assert.deepEqual([set.source, kinds(set)], [{ reference: '#source' }, ['Practitioner', 'PractitionerRole']])
  })

  test('MHD-105-04: an organisation is the authorOrg of the source', () => {
    const set = setOf(base.with({ author: [{ reference: '#etablissement' }] }))
    assert.equal(set.source?.extension?.[0]?.valueReference?.reference, '#etablissement')
    assert.deepEqual(kinds(set), ['Organization', 'PractitionerRole'])
  })

  test('MHD-105-04: a professional of the directory is referred to by a contained role', () => {
    const set = setOf(base.with({ author: [{ reference: 'Practitioner/p1' }] }))
    const [role] = set.contained ?? []
    assert.ok(role?.resourceType === 'PractitionerRole')
    assert.deepEqual(role.practitioner, { reference: 'Practitioner/p1' })
  })

  test('MHD-105-04: without author the custodian has submitted; without both nobody is named', () => {
    const byCustodian = setOf(base.with({ author: [] }))
    assert.equal(byCustodian.source?.extension?.[0]?.valueReference?.reference, '#etablissement')
    const { custodian: _left, ...nobody } = base.with({ author: [] }).build()
    assert.equal(submissionSetOfDocument(nobody, names).source, undefined)
  })

  const sources: readonly [id: string, change: (builder: DocumentBuilder) => DocumentReference, sourceId: RegExp][] = [
    ['a FINESS', (builder) => builder.build(), /^urn:oid:1\.2\.250\.1\.71\.4\.2\.2\.199\d{7}$/],
    [
      'a SIRET by logical reference',
      (builder) =>
        builder
          .with({ author: [], custodian: { identifier: { system: 'https://sirene.fr', value: '26750045200011' } } })
          .build(),
      /^urn:oid:1\.2\.250\.1\.71\.4\.2\.2\.326750045200011$/,
    ],
    [
      'nothing: the arc of the unique id',
      (builder) => ({
        ...builder
          .with({ author: [], masterIdentifier: { system: 'urn:ietf:rfc:3986', value: 'urn:oid:1.2.3.4' } })
          .build(),
        custodian: { display: 'x' },
        contained: [],
      }),
      /^urn:oid:1\.2\.3$/,
    ],
    [
      'nothing but a UUID',
      (builder) => ({
        ...builder
          .with({
            author: [],
            masterIdentifier: { system: 'urn:ietf:rfc:3986', value: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0' },
          })
          .build(),
        custodian: { display: 'x' },
        contained: [],
      }),
      /^urn:oid:2\.25\.\d+$/,
    ],
  ]
  for (const [id, change, expected] of sources) {
    test(`MHD-105-04 P-28: sourceId is an OID, from ${id}`, () => {
      const set = submissionSetOfDocument(change(base), names)
      assert.match(set.extension?.[1]?.valueIdentifier?.value ?? '', expected)
    })
  }
})
