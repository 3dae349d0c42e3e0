import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ChainedLookup, resolveChain } from '../../../src/fhir/search/chains.ts'
import type { Condition, SearchableType } from '../../../src/store/store.ts'
import { search } from './matching.ts'

function chain(type: SearchableType, query: string): ChainedLookup {
  const [first, ...others] = search(type, query).chains
  assert.ok(first !== undefined && others.length === 0)
  return first
}

/** Answers look-ups from a table `Type` -> ids and records what was asked. */
function directory(table: Partial<Record<SearchableType, readonly string[]>>) {
  const asked: [SearchableType, readonly Condition[]][] = []
  const find = (type: SearchableType, conditions: readonly Condition[]) => {
    asked.push([type, conditions])
    return Promise.resolve(table[type] ?? [])
  }
  return { asked, find }
}

const INS = { system: 'urn:oid:1.2.250.1.213.1.4.10', code: '284016322000210' }
const byIns = `${INS.system}|${INS.code}`

for (const name of [
  'patient.identifier',
  'patient:Patient.identifier',
  'patient:identifier',
  'subject.identifier',
  'subject:Patient.identifier',
]) {
  test(`${name} becomes the patients that hold the identifier, or what the resource says itself`, async () => {
    const lookup = chain('DocumentReference', `${name}=${byIns}`)
    const { asked, find } = directory({ Patient: ['p1'] })
    const direct = name.startsWith('patient') ? 'patient:identifier' : 'subject:identifier'
    assert.deepEqual(await resolveChain(lookup, find), {
      kind: 'any',
      conditions: [
        { kind: 'token', param: direct, anyOf: [INS] },
        { kind: 'patient', ids: ['p1'] },
      ],
    })
    assert.deepEqual(asked, [['Patient', [{ kind: 'token', param: 'identifier', anyOf: [INS] }]]])
  })
}

test('an identifier that no patient holds leaves what the resource says itself', async () => {
  const { find } = directory({})
  assert.deepEqual(await resolveChain(chain('List', `patient.identifier=${byIns}`), find), {
    kind: 'token',
    param: 'patient:identifier',
    anyOf: [INS],
  })
})

test('author.family: contained authors, professionals and their roles, contained roles that point at them', async () => {
  const { asked, find } = directory({ Practitioner: ['dr1', 'dr2'], PractitionerRole: ['r1'] })
  const resolved = await resolveChain(chain('DocumentReference', 'author.family=Leclerc'), find)
  const professionals = [{ code: 'Practitioner/dr1' }, { code: 'Practitioner/dr2' }]
  assert.deepEqual(resolved, {
    kind: 'any',
    conditions: [
      { kind: 'string', param: 'author.family', anyOf: ['LECLERC'], match: 'starts' },
      { kind: 'token', param: 'author', anyOf: professionals },
      { kind: 'token', param: 'author.practitioner', anyOf: professionals },
      { kind: 'token', param: 'author', anyOf: [{ code: 'PractitionerRole/r1' }] },
    ],
  })
  assert.deepEqual(asked, [
    ['Practitioner', [{ kind: 'string', param: 'family', anyOf: ['LECLERC'], match: 'starts' }]],
    ['PractitionerRole', [{ kind: 'token', param: 'practitioner', anyOf: professionals }]],
  ])
})

test('nobody of that name: only contained authors can match, and no role is looked up', async () => {
  const { asked, find } = directory({})
  const resolved = await resolveChain(chain('DocumentReference', 'author.given:exact=Sophie'), find)
  assert.deepEqual(resolved, { kind: 'string', param: 'author.given', anyOf: ['Sophie'], match: 'exact' })
  assert.deepEqual(
    asked.map(([type]) => type),
    ['Practitioner'],
  )
})

test('author.identifier: professionals, roles and structures', async () => {
  const { asked, find } = directory({ Organization: ['org1'], PractitionerRole: ['r1'] })
  const resolved = await resolveChain(
    chain('DocumentReference', 'author.identifier=https://rpps.esante.gouv.fr|10101201234'),
    find,
  )
  assert.deepEqual(resolved, {
    kind: 'any',
    conditions: [
      {
        kind: 'token',
        param: 'author.identifier',
        anyOf: [{ system: 'https://rpps.esante.gouv.fr', code: '10101201234' }],
      },
      { kind: 'token', param: 'author', anyOf: [{ code: 'PractitionerRole/r1' }] },
      { kind: 'token', param: 'author', anyOf: [{ code: 'Organization/org1' }] },
      { kind: 'token', param: 'author.organization', anyOf: [{ code: 'Organization/org1' }] },
      { kind: 'token', param: 'author', anyOf: [{ code: 'PractitionerRole/r1' }] },
    ],
  })
  assert.deepEqual(
    asked.map(([type]) => type),
    ['Practitioner', 'PractitionerRole', 'Organization', 'PractitionerRole'],
  )
})

/** Spellings of PDSm and of strict FHIR for the author of a list. */
const SPELLINGS: readonly (readonly [name: string, types: readonly SearchableType[]])[] = [
  ['source.family', ['Practitioner', 'PractitionerRole']],
  ['source:Practitioner.family', ['Practitioner']],
  ['source:PractitionerRole.practitioner.family', ['Practitioner', 'PractitionerRole']],
  ['source:PractitionerRole.practitioner:Practitioner.family', ['Practitioner', 'PractitionerRole']],
  ['source:PractitionerRole.partOf.practitioner.family', ['Practitioner', 'PractitionerRole']],
  ['source:PractitionerRole.partOf.familyEx', ['Practitioner', 'PractitionerRole']],
  ['source:Patient.family', ['Patient']],
]

for (const [name, types] of SPELLINGS) {
  test(`${name} looks up ${types.join(' then ')}`, async () => {
    const { asked, find } = directory({ Practitioner: ['dr1'], Patient: ['p1'] })
    const lookup = chain('List', `${name}=Leclerc`)
    assert.equal(lookup.parameter, 'source.family')
    await resolveChain(lookup, find)
    assert.deepEqual(
      asked.map(([type]) => type),
      types,
    )
  })
}

test('a role that the client names is matched through roles only', async () => {
  const { find } = directory({ Practitioner: ['dr1'], PractitionerRole: ['r1'] })
  assert.deepEqual(await resolveChain(chain('List', 'source:PractitionerRole.practitioner.family=x'), find), {
    kind: 'any',
    conditions: [
      { kind: 'string', param: 'source.family', anyOf: ['X'], match: 'starts' },
      { kind: 'token', param: 'source.practitioner', anyOf: [{ code: 'Practitioner/dr1' }] },
      { kind: 'token', param: 'source', anyOf: [{ code: 'PractitionerRole/r1' }] },
    ],
  })
})

test('a patient as source is a reference like others: the subject of the list is another matter', async () => {
  const { find } = directory({ Patient: ['p1'] })
  const resolved = await resolveChain(chain('List', 'source:Patient.family=x'), find)
  assert.deepEqual(resolved, {
    kind: 'any',
    conditions: [
      { kind: 'string', param: 'source.family', anyOf: ['X'], match: 'starts' },
      { kind: 'token', param: 'source', anyOf: [{ code: 'Patient/p1' }] },
    ],
  })
})

test('roles by the name of their professional or structure', async () => {
  const byName = await resolveChain(
    chain('PractitionerRole', 'practitioner.name=x'),
    directory({ Practitioner: ['dr1'] }).find,
  )
  assert.deepEqual(byName, { kind: 'token', param: 'practitioner', anyOf: [{ code: 'Practitioner/dr1' }] })
  const none = await resolveChain(chain('PractitionerRole', 'organization.name=x'), directory({}).find)
  assert.deepEqual(none, { kind: 'none' })
})

test('a chain keeps its name in the self link and adds no plain condition', () => {
  const parsed = search('DocumentReference', 'author:Practitioner.family:exact=Leclerc')
  assert.deepEqual(parsed.used, [['author:Practitioner.family:exact', 'Leclerc']])
  assert.deepEqual(parsed.conditions, [])
})
