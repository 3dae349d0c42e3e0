import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import type { DocumentReference, List, Patient } from '@medplum/fhirtypes'
import { withdrawDocument } from '../../src/dcc/documents.ts'
import type { DccErrorKey } from '../../src/dcc/errors.ts'
import { importCda } from '../../src/dcc/import-cda.ts'
import { isCdaError } from '../../src/french/cda/errors.ts'
import { uniqueOid } from '../support/builders.ts'
import { aCda, anIns, type CdaValues } from '../support/cda-samples.ts'
import { refusal, sharedDomain } from '../support/domain.ts'

const domain = sharedDomain()
const LOCAL = 'urn:oid:1.2.250.1.999.77.1'
let last = 0

describe('an imported document', () => {
  test('is stored with its content, its PDF, its patient, its pathway and its submission set', async () => {
    const before = (await domain().state()).counts
    const bytes = aCda({ ...someone() })
    const imported = await importOf(bytes)
    assert.equal(imported.outcome, 'imported')
    const after = (await domain().state()).counts
    const grown = Object.keys(after).filter((table) => after[table] !== before[table])
    assert.deepEqual(
      ['patient', 'care_pathway', 'document', 'document_identifier', 'list', 'content', 'content_rendition'].filter(
        (table) => (after[table] ?? 0) !== (before[table] ?? 0) + 1 || !grown.includes(table),
      ),
      [],
    )
    const document = await documentOf(imported)
    const { hash, size, contentType } = document.content?.[0]?.attachment ?? {}
    assert.deepEqual(
      [hash, size, contentType],
      [createHash('sha1').update(bytes).digest('base64'), bytes.length, 'text/xml'],
    )
  })

  test('is told to the gateway with its patient and its submission set', async () => {
    const imported = await importOf(aCda({ ...someone() }))
    assert.deepEqual((await domain().events(patientIdOf(imported))).sort(), [
      'document.published DocumentReference 1',
      'list.filed List 1',
      'patient.created Patient 1',
    ])
  })

  test('its submission set lists it and has the same author', async () => {
    const imported = await importOf(aCda({ ...someone() }))
    const [id = ''] = await domain().found('List', patientIdOf(imported))
    const list: List = JSON.parse((await domain().store.read('List', id))?.text ?? '')
    assert.deepEqual(
      list.entry?.map(({ item }) => item?.reference),
      [imported.documentReference],
    )
    assert.equal(list.subject?.reference, imported.patient)
    assert.equal(list.meta?.versionId, '1')
  })

  test('the same bytes again change nothing and say so', async () => {
    const bytes = aCda({ ...someone() })
    const first = await importOf(bytes)
    const before = await domain().state()
    const again = await importOf(bytes)
    assert.deepEqual([again.outcome, again.documentReference], ['unchanged', first.documentReference])
    assert.deepEqual(await domain().state(), before)
  })

  test('other bytes under the same id are refused, naming the document', async () => {
    const values = { ...someone(), id: oid() }
    const first = await importOf(aCda(values))
    const error = await refuses('document.duplicate', { ...values, body: 'other' })
    assert.equal(error.detail.existing, first.documentReference)
  })

  test('a withdrawn document does not come back', async () => {
    const values = { ...someone(), id: oid() }
    const imported = await importOf(aCda(values))
    const state = await domain().store.document(imported.documentReference.split('/')[1] ?? '')
    assert.ok(state !== undefined)
    await domain().commit((unit) => withdrawDocument(unit, state))
    await refuses('document.duplicate', values)
  })

  test('the same document imported ten times at once is there once', async () => {
    const bytes = aCda({ ...someone() })
    const results = await Promise.all(Array.from({ length: 10 }, () => importOf(bytes)))
    assert.equal(results.filter(({ outcome }) => outcome === 'imported').length, 1)
    assert.equal(new Set(results.map(({ documentReference }) => documentReference)).size, 1)
    assert.equal((await domain().found('DocumentReference', patientIdOf(results[0]))).length, 1)
  })
})

describe('the patient of an imported document', () => {
  test('is the one who has the INS with the same traits', async () => {
    const person = someone()
    const first = await importOf(aCda(person))
    const second = await importOf(aCda({ ...person, type: '60568-3' }))
    assert.equal(second.patient, first.patient)
    assert.equal((await domain().found('DocumentReference', patientIdOf(first))).length, 2)
  })

  const OTHER_TRAITS: [trait: string, change: CdaValues][] = [
    ['birthFamily', { family: 'AUTRE' }],
    ['firstGiven', { given: { first: 'LUCIE ANNE', list: 'LUCIE ANNE' } }],
    ['birthGivenList', { given: { first: 'LUCIE', list: 'LUCIE MARIE' } }],
    ['gender', { gender: 'M' }],
    ['birthDate', { born: '19500101' }],
    ['birthPlace', { birthPlace: '75115' }],
  ]
  for (const [trait, change] of OTHER_TRAITS) {
    test(`the same INS with another ${trait} is refused, naming the trait`, async () => {
      const person = someone()
      await importOf(aCda(person))
      const error = await refuses('identity.conflict', { ...person, ...change })
      assert.equal(error.detail.traits, trait)
    })
  }

  test('gains the local identifiers that nobody holds, and no second pathway', async () => {
    const person = someone()
    const first = await importOf(aCda(person))
    await importOf(aCda({ ...person, ipp: `${person.ipp}-B` }))
    const id = patientIdOf(first)
    assert.equal(await domain().store.lookup('patient', { system: LOCAL, value: `${person.ipp}-B` }), id)
    assert.equal((await domain().store.pathways(id)).length, 1)
  })

  test('and is told of those that another patient holds', async () => {
    const [person, other] = [someone(), someone()]
    const holder = await importOf(aCda(person))
    await importOf(aCda(other))
    for (const values of [
      { ...other, ipp: person.ipp },
      { ...someone(), ipp: person.ipp },
    ]) {
      const { warnings } = await importOf(aCda(values))
      assert.deepEqual(
        warnings.map(({ key }) => key),
        ['identity.identifier-taken'],
      )
    }
    assert.equal(await domain().store.lookup('patient', { system: LOCAL, value: person.ipp }), patientIdOf(holder))
  })

  test('twenty documents of a new patient at once, each with an identifier of its own, make one patient', async () => {
    const person = someone()
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => importOf(aCda({ ...person, ipp: `${person.ipp}-${index}` }))),
    )
    const [patient, ...others] = new Set(results.map((imported) => imported.patient))
    assert.deepEqual(others, [])
    const state = await domain().store.patient(patient?.split('/')[1] ?? '')
    const { identifier = [] }: Patient = JSON.parse(state?.text ?? '')
    assert.equal(identifier.filter(({ system }) => system === LOCAL).length, 20)
  })

  test('without INS is found by a local identifier with the same traits', async () => {
    const person = someone()
    const first = await importOf(aCda(person))
    const second = await importOf(aCda({ ...person, ins: null }))
    assert.equal(second.patient, first.patient)
  })

  test('without INS is never found by the name', async () => {
    const person = someone()
    const first = await importOf(aCda(person))
    const second = await importOf(aCda({ ...person, ins: null, ipp: `${person.ipp}-B` }))
    assert.notEqual(second.patient, first.patient)
    assert.equal((await domain().store.patient(patientIdOf(second)))?.identityStatus, 'PROV')
  })

  for (const [trait, change] of OTHER_TRAITS.filter(([name]) => name !== 'birthPlace')) {
    test(`the same local identifier with another ${trait} is refused`, async () => {
      const person = someone()
      await importOf(aCda(person))
      const error = await refuses('identity.identifier-taken', { ...person, ins: null, ...change })
      assert.equal(error.detail.traits, trait)
      assert.ok(error.issues[0]?.fr.includes(trait))
    })
  }

  test('whose INS lacks a trait is refused as code 905, and nothing is stored', async () => {
    const bytes = Buffer.from(aCda(someone()))
    const withoutPlace = Buffer.from(bytes.toString().replace(/<birthplace>[\s\S]*<\/birthplace>/, ''))
    const before = await domain().state()
    await assert.rejects(importOf(withoutPlace), (error) => {
      return isCdaError(error, 'identity.traits-incomplete') && error.detail.trait === 'birthPlace'
    })
    assert.deepEqual(await domain().state(), before)
  })

  test('of the test domain is refused in production, and one with a wrong key too', async () => {
    const person = someone()
    const production = { insDomain: 'production' as const }
    const before = await domain().state()
    const wrongDomain = await refusal('identity.rule', () =>
      importCda({ ...domain().context, ...production }, aCda(person)),
    )
    assert.deepEqual(
      wrongDomain.issues.map(({ key }) => key),
      ['INS-05'],
    )
    const wrong = { root: '1.2.250.1.213.1.4.8', value: wrongKey(person.ins.value) }
    const key = await refusal('identity.rule', () =>
      importCda({ ...domain().context, ...production }, aCda({ ...person, ins: wrong })),
    )
    assert.deepEqual(
      key.issues.map((issue) => issue.key),
      ['INS-03'],
    )
    assert.deepEqual(await domain().state(), before)
  })

  test('of the production domain, or with a wrong key, is taken with a warning in a test installation', async () => {
    const person = someone()
    const ins = { root: '1.2.250.1.213.1.4.8', value: wrongKey(person.ins.value) }
    const { warnings } = await importOf(aCda({ ...person, ins }))
    assert.deepEqual(
      warnings.map(({ key, severity }) => `${key} ${severity}`),
      ['INS-03 warning', 'INS-05 warning'],
    )
  })

  test('with a waiting number is written as the FR Core release of the installation says', async () => {
    for (const [frCore, use] of [
      ['2.1.0', 'temp'],
      ['2.2.0', 'official'],
    ] as const) {
      const person = someone()
      const ins = { root: '1.2.250.1.213.1.4.9', value: person.ins.value }
      const context = { ...domain().context, frCore, insDomain: 'production' as const }
      const imported = await importCda(context, aCda({ ...person, ins }))
      const state = await domain().store.patient(patientIdOf(imported))
      const patient: Patient = JSON.parse(state?.text ?? '')
      assert.equal(patient.identifier?.[0]?.use, use)
      const source = (await documentOf(imported)).contained?.find(({ resourceType }) => resourceType === 'Patient')
      assert.ok(source?.resourceType === 'Patient')
      assert.equal(source.identifier?.[0]?.use, use)
    }
  })

  test('whose identifiers belong to two patients is not guessed', async () => {
    const [first, second] = [someone(), someone()]
    await importOf(aCda(first))
    await importOf(aCda(second))
    const bytes = Buffer.from(aCda({ ...first, ins: null })).toString()
    const both = bytes.replace(
      `extension="${first.ipp}"/>`,
      `extension="${first.ipp}"/><id root="1.2.250.1.999.77.1" extension="${second.ipp}"/>`,
    )
    const before = await domain().state()
    await refusal('patient.ambiguous', () => importOf(Buffer.from(both)))
    assert.deepEqual(await domain().state(), before)
  })
})

describe('versions of a document', () => {
  test('a new version supersedes the one before', async () => {
    const person = someone()
    const [v1, v2] = [oid(), oid()]
    const first = await importOf(aCda({ ...person, id: v1 }))
    const second = await importOf(aCda({ ...person, id: v2, replaces: v1 }))
    assert.deepEqual(await statuses(first, second), ['superseded', 'current'])
    assert.equal((await documentOf(second)).relatesTo?.[0]?.target.reference, first.documentReference)
  })

  test('versions in any order end in the same state, also when they bring new identifiers', async () => {
    const person = someone()
    const [v1, v2, v3] = [oid(), oid(), oid()]
    const third = await importOf(aCda({ ...person, id: v3, replaces: v2 }))
    const second = await importOf(aCda({ ...person, id: v2, replaces: v1, ipp: `${person.ipp}-2` }))
    const first = await importOf(aCda({ ...person, id: v1, ipp: `${person.ipp}-1` }))
    assert.deepEqual(await statuses(first, second, third), ['superseded', 'superseded', 'current'])
  })

  test('a version that replaces a document of another patient is refused, and leaves no file behind', async () => {
    const v1 = oid()
    await importOf(aCda({ ...someone(), id: v1 }))
    await refuses('document.replaced-other-patient', { ...someone(), replaces: v1 })
  })
})

test('a document that is no cancer care is kept, invisible, until one that is arrives', async () => {
  const person = someone()
  const consultation = await importOf(aCda({ ...person, type: '11488-4', tumour: null }))
  const id = patientIdOf(consultation)
  assert.deepEqual(await domain().found('DocumentReference', id), [])
  assert.deepEqual(await domain().found('List', id), [])
  await importOf(aCda(person))
  assert.equal((await domain().found('DocumentReference', id)).length, 2)
  assert.equal((await domain().found('List', id)).length, 2)
})

/** A fictitious patient who is nobody else's. */
function someone() {
  last += 1
  const { value, born } = anIns(2000 + last)
  return { ins: { value }, born, ipp: `IPP-I-${last}` }
}

function importOf(bytes: Uint8Array) {
  return importCda(domain().context, bytes)
}

/** The import must be refused with this key and store nothing, not even a file. */
async function refuses(key: DccErrorKey, values: CdaValues) {
  const before = await domain().state()
  const error = await refusal(key, () => importOf(aCda(values)))
  assert.deepEqual(await domain().state(), before, 'something was stored')
  return error
}

function oid(): string {
  return uniqueOid().slice('urn:oid:'.length)
}

function wrongKey(ins: string): string {
  return `${ins.slice(0, 13)}${ins.endsWith('01') ? '02' : '01'}`
}

function patientIdOf(imported: { patient: string } | undefined): string {
  return imported?.patient.slice('Patient/'.length) ?? ''
}

async function documentOf({ documentReference }: { documentReference: string }): Promise<DocumentReference> {
  const state = await domain().store.document(documentReference.slice('DocumentReference/'.length))
  return JSON.parse(state?.text ?? '')
}

function statuses(...imported: { documentReference: string }[]): Promise<(string | undefined)[]> {
  return Promise.all(imported.map(async (one) => (await documentOf(one)).status))
}
