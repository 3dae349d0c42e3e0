import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Interaction, Verdict } from '../../src/fhir/access.ts'
import { OPERATIONS } from '../../src/fhir/operations/table.ts'
import { ROUTES } from '../../src/fhir/routes.ts'
import { NEEDS } from '../../src/smart/interactions.ts'
import {
  allows,
  type CallerFacts,
  formatScope,
  narrowed,
  parseScopes,
  type ResourceScope,
} from '../../src/smart/scopes.ts'

/** The same numbers at every run. */
let state = 20261123
function below(limit: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return Math.floor((state / 2 ** 32) * limit)
}
const oneOf = <T>(values: readonly T[]): T => {
  const [value] = values.slice(below(values.length))
  return value as T
}

const TYPES = ['*', 'Patient', 'DocumentReference', 'List', 'Binary', 'Practitioner', 'Observation']
const CRITERIA: Readonly<Record<string, readonly string[]>> = {
  Patient: ['gender=male', 'active=true', 'identifier=urn:oid:1.2|a%26b%20c'],
  DocumentReference: ['status=current', 'category=11', 'type=http://loinc.org|57133-1'],
  List: ['status=current', 'code=folder'],
}

function anyScope(): string {
  const type = oneOf(TYPES)
  const letters = [...'cruds'].filter(() => below(2) === 0).join('')
  const permission = below(4) === 0 ? oneOf(['read', 'write', '*']) : letters || 'r'
  const query = (CRITERIA[type] ?? []).filter(() => below(4) === 0).join('&')
  return `${oneOf(['patient', 'user', 'system'])}/${type}.${permission}${query === '' ? '' : `?${query}`}`
}

const anyScopes = (most: number): readonly ResourceScope[] =>
  parseScopes(Array.from({ length: below(most + 1) }, anyScope).join(' '), 'strict').scopes

const CALLERS: readonly CallerFacts[] = [{ kind: 'system' }, { kind: 'user' }, { kind: 'user', patient: 'p' }]
const INTERACTIONS = Object.keys(NEEDS) as Interaction[]

function anyAccess() {
  const compartment = oneOf([undefined, 'p', 'q'])
  const access = { interaction: oneOf(INTERACTIONS), type: oneOf(TYPES.slice(1)), caller: oneOf(CALLERS) }
  return compartment === undefined ? access : { ...access, compartment }
}

/** How much a verdict gives: every alternative is one more thing that is allowed. */
function givesAtLeast(more: Verdict, less: Verdict): boolean {
  if (less.kind === 'refused' || more.kind === 'allowed') return true
  if (more.kind === 'refused' || less.kind === 'allowed') return false
  return less.alternatives.every((one) =>
    more.alternatives.some(
      (other) =>
        (other.patient === undefined || other.patient === one.patient) &&
        other.criteria.every(([name, value]) => one.criteria.some(([n, v]) => n === name && v === value)),
    ),
  )
}

test('adding a scope never takes anything away', () => {
  for (let round = 0; round < 4000; round += 1) {
    const [some, others, access] = [anyScopes(3), anyScopes(3), anyAccess()]
    const both = allows([...some, ...others], access)
    assert.ok(givesAtLeast(both, allows(some, access)), JSON.stringify([some, others, access]))
    assert.ok(givesAtLeast(both, allows(others, access)), JSON.stringify([some, others, access]))
  }
})

test('what is granted is within what was asked for and within what is allowed', () => {
  for (let round = 0; round < 4000; round += 1) {
    const [asked, limits, access] = [anyScopes(4), anyScopes(4), anyAccess()]
    const granted = allows(narrowed(asked, limits), access)
    assert.ok(givesAtLeast(allows(asked, access), granted), JSON.stringify([asked, limits, access]))
    assert.ok(givesAtLeast(allows(limits, access), granted), JSON.stringify([asked, limits, access]))
  }
})

test('how far a habilitation reaches takes away, and gives nothing', () => {
  for (let round = 0; round < 4000; round += 1) {
    const [scopes, access] = [anyScopes(4), anyAccess()]
    const free = allows(scopes, access)
    const region = allows(scopes, { ...access, caller: { ...access.caller, reach: 'region' } })
    const team = allows(scopes, { ...access, caller: { ...access.caller, reach: 'care-team' } })
    assert.ok(givesAtLeast(free, region), JSON.stringify([scopes, access]))
    assert.ok(givesAtLeast(region, team), JSON.stringify([scopes, access]))
    for (const one of [region, team]) assert.ok(one.kind === 'refused' || JSON.stringify(one) === JSON.stringify(free))
  }
})

test('narrowing again by the same limits changes nothing', () => {
  for (let round = 0; round < 1000; round += 1) {
    const [asked, limits, access] = [anyScopes(4), anyScopes(4), anyAccess()]
    const once = narrowed(asked, limits)
    const twice = allows(narrowed(once, limits), access)
    assert.ok(givesAtLeast(twice, allows(once, access)), JSON.stringify([asked, limits, access]))
  }
})

test('a scope is answered as it can be read again', () => {
  for (let round = 0; round < 2000; round += 1) {
    const scopes = narrowed(
      anyScopes(4),
      below(2) === 0 ? anyScopes(4) : parseScopes('user/*.cruds system/*.cruds').scopes,
    )
    const text = scopes.map(formatScope).join(' ')
    assert.deepEqual(parseScopes(text, 'strict').scopes, scopes, text)
  }
})

test('whatever is sent as scopes is read without a failure, and gives nothing that is not spelled out', () => {
  const alphabet = [...'cruds.*/?=&|:%"\\ \t', 'patient', 'system', 'Patient', 'é', '\u0000']
  for (let round = 0; round < 4000; round += 1) {
    const text = Array.from({ length: below(12) }, () => oneOf(alphabet)).join('')
    for (const { level, type } of parseScopes(text).scopes) assert.ok(text.includes(`${level}/${type}.`), text)
  }
})

test('every route and every operation is in the one table of what interactions take', () => {
  const interactions = [...ROUTES.map(({ interaction }) => interaction), ...OPERATIONS.map(({ code }) => `$${code}`)]
  const system = ['capabilities', 'batch', 'transaction']
  assert.deepEqual(
    interactions.filter((interaction) => !Object.hasOwn(NEEDS, interaction)),
    [],
  )
  assert.deepEqual(
    Object.keys(NEEDS).filter((known) => !interactions.includes(known as Interaction) && !system.includes(known)),
    [],
  )
})
