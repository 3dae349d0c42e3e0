import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { UnsupportedExpression } from '../../../src/validation/fhirpath/errors.ts'
import { compileInvariant, compilePath } from '../../../src/validation/fhirpath/invariant.ts'
import { environmentOf, r4, r4Structures } from './r4-model.ts'
import { patient } from './samples.ts'

const invariants = [
  ...new Map(
    r4Structures
      .flatMap(({ snapshot }) => snapshot?.element ?? [])
      .flatMap(({ path, constraint = [] }) =>
        constraint.flatMap(({ expression }) => (expression === undefined ? [] : [[expression, path] as const])),
      ),
  ),
].map(([expression, path]) => compileInvariant(expression, path, r4))

/** JSON that looks like FHIR here and there, in the wrong places. */
const almostFhir = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, 0, -1.5, '', '#', '#a', 'Patient/1', '2026-02', '2026-02-30T99:00:00Z', 'http://x'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ...'resourceType id extension url valueString _valueString value contained reference name given _given system'.split(
          ' ',
        ),
        ...'code start end low high entry fullUrl resource type meta text div __proto__ constructor item linkId'.split(
          ' ',
        ),
      ),
      tie('value'),
      { maxKeys: 5 },
    ),
  ),
})).value

test('no JSON value makes an invariant throw or hang', () => {
  fc.assert(
    fc.property(almostFhir, almostFhir, (value, partner) => {
      for (const invariant of invariants) {
        const outcome = invariant(value, environmentOf(value, { budget: { remaining: 20_000 } }), partner)
        assert.ok(outcome === true || outcome === false || outcome === 'failed')
      }
    }),
    { numRuns: 60, seed: 3 },
  )
})

test('no text makes the compiler do anything but compile or refuse', () => {
  const piece = fc.constantFrom(
    ...[
      'name',
      '.',
      '(',
      ')',
      '[',
      ']',
      "'a'",
      '1',
      '@2026',
      '%resource',
      '$this',
      'and',
      'is',
      '|',
      '=',
      'where',
      'matches',
      "'['",
      '{}',
      '-',
      'as',
      "'(a*)*'",
    ],
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 15 }), (pieces) => {
      try {
        const path = compilePath(pieces.join(' '), 'Patient', r4)
        assert.ok(Array.isArray(path(patient, environmentOf(patient))))
      } catch (error) {
        if (!(error instanceof UnsupportedExpression)) throw error
      }
    }),
    { numRuns: 2000, seed: 3 },
  )
})

test('a resource nested ten thousand deep is walked without exhausting the stack', () => {
  let extension: unknown[] = []
  for (let i = 0; i < 10_000; i += 1) extension = [{ url: 'u', extension }]
  const deep = { resourceType: 'Patient', extension, contained: [{ resourceType: 'Patient', id: 'a' }] }
  const invariant = compileInvariant('descendants().count() > 10000', 'Patient', r4)
  assert.equal(invariant(deep, environmentOf(deep)), true)
})

test('the budget of steps ends what would take too long, and stays spent', () => {
  const name = Array.from({ length: 2000 }, (_, i) => ({ given: [String(i)] }))
  const many = { resourceType: 'Patient', name }
  const environment = environmentOf(many, { budget: { remaining: 100_000 } })
  const quadratic = compileInvariant('name.all(%resource.name.where(given = %context.id).empty())', 'Patient', r4)
  assert.equal(quadratic(many, environment), 'failed')
  assert.equal(compileInvariant('name.exists()', 'Patient', r4)(many, environment), 'failed')
})

test('a regular expression of a hostile profile on a long text spends the budget instead of the time', () => {
  const trap = compileInvariant("family.matches('(.*[ab]){0,300}c$')", 'HumanName', r4)
  const started = process.cpuUsage()
  const outcome = trap({ family: 'ab'.repeat(500_000) }, environmentOf(undefined, { budget: { remaining: 100_000 } }))
  assert.equal(outcome, 'failed')
  assert.ok(process.cpuUsage(started).user < 1_000_000)
})
