import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/validation/engine/json.ts'
import { SURE_INVARIANTS } from '../../../src/validation/engine/sure-invariants.ts'
import { compileInvariant } from '../../../src/validation/fhirpath/invariant.ts'
import type { Environment } from '../../../src/validation/fhirpath/types.ts'
import type { ElementNode } from '../../../src/validation/model.ts'
import { ruleset, types } from './support.ts'

/** What the members of a value may hold, right and wrong: absent, text, parts, a partner alone. */
const MOMENTS = [
  undefined,
  '2024',
  '2024-02',
  '2024-02-29',
  '2024-03-01',
  '2024-02-30',
  '2024-03-01T10:00:00Z',
  '2024-03-01T10:00:00.5Z',
  '2024-03-01T09:59:59Z',
  '2024-03-01T23:59:60Z',
  '2024-03-01T10:00:00+01:00',
  '2024-03-01T09:30:00-01:00',
  '',
  'x',
  1,
  null,
  [],
]
const ANYTHING = [undefined, 'a', '', null, 1, {}, { text: 'a' }, [], [{}], ['a']]
const PARTNER = [undefined, { id: 'a' }, { extension: [{ url: 'http://x.fr/a', valueString: 'a' }] }]

const CASES: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  'Period#per-1': { start: MOMENTS, end: MOMENTS, _start: PARTNER },
  'ContactPoint#cpt-2': { value: ANYTHING, _value: PARTNER, system: ANYTHING, _system: PARTNER },
  'Attachment#att-1': { data: ANYTHING, _data: PARTNER, contentType: ANYTHING, _contentType: PARTNER },
  'Patient#pat-1': { name: ANYTHING, telecom: ANYTHING, organization: ANYTHING },
  'Organization#org-1': { name: ANYTHING, identifier: ANYTHING, _name: PARTNER },
}

for (const [rule, members] of Object.entries(CASES)) {
  test(`${rule}: where it is told at once, its expression holds as well`, () => {
    const [type = '', key] = rule.split('#')
    const [context, expression] = stated(type, key ?? '')
    const invariant = compileInvariant(expression, context, types)
    let told = 0
    for (const value of combined(Object.entries(members))) {
      if (SURE_INVARIANTS[rule]?.(value) !== true) continue
      told += 1
      assert.equal(invariant(value, world(value)), true, JSON.stringify(value))
    }
    assert.ok(told > 0)
  })
}

test('every invariant that is told at once is tried', () => {
  assert.deepEqual(Object.keys(SURE_INVARIANTS).sort(), Object.keys(CASES).sort())
})

/** The element that states an invariant, and its expression. */
function stated(type: string, key: string): readonly [context: string, expression: string] {
  const root = ruleset.definitions(type)?.root
  const nodes: ElementNode[] = root === undefined ? [] : [root, ...(root.children ?? [])]
  for (const { id, constraints = [] } of nodes) {
    const expression = constraints.find((constraint) => constraint.key === key)?.expression
    if (expression !== undefined) return [id, expression]
  }
  throw new Error(`${type} has no ${key}`)
}

function* combined(members: readonly (readonly [string, readonly unknown[]])[]): Generator<JsonObject> {
  const [first, ...rest] = members
  if (first === undefined) {
    yield {}
    return
  }
  const [name, values] = first
  for (const others of combined(rest)) {
    for (const value of values) yield value === undefined ? others : { ...others, [name]: value }
  }
}

function world(value: unknown): Environment {
  return {
    resource: value,
    rootResource: value,
    now: new Date(0),
    budget: { remaining: 1_000_000 },
    resolve: () => undefined,
  }
}
