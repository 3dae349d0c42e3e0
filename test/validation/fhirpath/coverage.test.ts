import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CORRECTIONS } from '../../../src/validation/fhirpath/corrections.ts'
import { UnsupportedExpression } from '../../../src/validation/fhirpath/errors.ts'
import { compileInvariant, compilePath } from '../../../src/validation/fhirpath/invariant.ts'
import { officialAbsent, officialStructures } from './official.ts'
import { r4, r4Structures, type Structure } from './r4-model.ts'

const skip = officialAbsent !== undefined && process.env.CI !== 'true' ? officialAbsent : false

test('every invariant of the R4 definitions compiles', () => {
  const refused = r4Structures.flatMap((structure) => refusedOf(structure))
  assert.deepEqual(refused, [])
})

test('every invariant of the official French and IHE profiles compiles, and every discriminator', { skip }, () => {
  const structures = officialStructures()
  assert.ok(structures.length > 100)
  assert.deepEqual(structures.flatMap(refusedOf), [])
  assert.deepEqual(structures.flatMap(refusedDiscriminators), [])
})

test('every FHIRPath context of the official extensions compiles', { skip }, () => {
  const contexts = officialStructures().flatMap(({ context = [] }) => context.filter(({ type }) => type === 'fhirpath'))
  assert.ok(contexts.length > 0)
  for (const { expression } of contexts) compilePath(expression, expression.split('.')[0] ?? '', r4)
})

test('every correction stands for an invariant that R4 or a profile publishes', { skip }, () => {
  const published = new Set(
    [...r4Structures, ...officialStructures()]
      .flatMap(elementsOf)
      .flatMap(({ constraint = [] }) => constraint.map(({ expression }) => expression)),
  )
  assert.deepEqual(
    CORRECTIONS.filter((correction) => !published.has(correction.published)).map(({ key }) => key),
    [],
  )
})

/** What the compiler does not cover, and how it names it. */
const REFUSED: readonly (readonly [expression: string, construct: RegExp])[] = [
  ['name.nonsense()', /nonsense\(\) with 0 arguments/],
  ['name.where()', /where\(\) with 0 arguments/],
  ['%unknown', /%unknown/],
  ['name.', /syntax at character 5/],
  ['name and', /syntax at character 8/],
  ['name # family', /syntax at character 5/],
  ["'open", /syntax at character 0/],
  ["gender.matches('(?=a)')", /group \(\?=/],
  ["gender.matches('(a)\\\\1')", /\\1/],
  ["gender.matches('a**')", /quantifier/],
  ["gender.replaceMatches('(a+)+', '')", /several repetitions/],
  ['ofType(1)', /ofType\(\) without a type/],
  ['('.repeat(200), /nesting this deep/],
  ['a.'.repeat(2000), /of this length/],
]

test('what is not covered is refused when it compiles, by name', async (t) => {
  for (const [expression, construct] of REFUSED) {
    await t.test(expression.slice(0, 40), () => {
      assert.throws(
        () => compileInvariant(expression, 'Patient', r4),
        (error) =>
          error instanceof UnsupportedExpression && construct.test(error.construct) && error.expression === expression,
      )
    })
  }
})

function elementsOf({ snapshot, differential }: Structure) {
  return [...(snapshot?.element ?? []), ...(differential?.element ?? [])]
}

function refusedOf(structure: Structure): string[] {
  return elementsOf(structure).flatMap(({ path, constraint = [] }) =>
    constraint.flatMap(({ key, expression }) =>
      expression === undefined ? [] : refusal(`${structure.url} ${key}`, () => compileInvariant(expression, path, r4)),
    ),
  )
}

function refusedDiscriminators(structure: Structure): string[] {
  return elementsOf(structure).flatMap(({ path, slicing }) =>
    (slicing?.discriminator ?? []).flatMap((discriminator) =>
      refusal(`${structure.url} ${path}`, () => compilePath(discriminator.path, path, r4)),
    ),
  )
}

function refusal(name: string, compile: () => unknown): string[] {
  try {
    compile()
    return []
  } catch (error) {
    return [`${name}: ${String(error)}`]
  }
}
