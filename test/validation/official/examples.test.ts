import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needsOfficial, officialJson } from '../../french/official.ts'
import { officialFiles } from '../rules/official-files.ts'
import { validateWhole } from '../rules/whole.ts'
import { JUDGED, REASONS } from './judged.ts'

/** What guides publish besides examples: not meant to be exchanged. */
const CONFORMANCE = /\/(StructureDefinition|CapabilityStatement|SearchParameter|ImplementationGuide|ConceptMap)-[^/]*$/

const EXAMPLES = ['ihe/*/examples/*.json', 'fr-core/examples/*.json', 'pdsm/*/*.json']
  .flatMap((pattern) => officialFiles(pattern))
  .filter((file) => !(file.startsWith('pdsm/') && CONFORMANCE.test(file)))

test('the examples that are looked at are those of every official guide', needsOfficial, () => {
  assert.ok(EXAMPLES.length >= 282, `${EXAMPLES.length} examples`)
  assert.deepEqual(
    JUDGED.filter(({ file }) => !EXAMPLES.includes(file)),
    [],
  )
})

for (const file of EXAMPLES) {
  const errors = JUDGED.find((judged) => judged.file === file)?.errors ?? {}
  const because = [...new Set(Object.values(errors))].join(', ')
  test(`${file}: ${because === '' ? 'accepted' : `refused, ${because}`}`, needsOfficial, () => {
    assert.deepEqual(errorsOf(file), Object.keys(errors).sort())
  })
}

test('every reason is the reason of an example', () => {
  const used = new Set<string>(JUDGED.flatMap(({ errors }) => Object.values(errors)))
  assert.deepEqual(
    Object.keys(REASONS).filter((reason) => !used.has(reason)),
    [],
  )
})

test('an example of an IHE guide is refused for what R4 itself says, never for a French rule', () => {
  const ihe = JUDGED.filter(({ file }) => file.startsWith('ihe/')).flatMap(({ errors }) => Object.values(errors))
  assert.deepEqual([...new Set(ihe)].sort(), ['PUT without id', 'bytes counted wrong', 'modifier of another release'])
  for (const reason of ihe) assert.match(REASONS[reason], /\(R4 [a-z]+\.html#/)
})

/** Distinct errors; PDSm stands on FR Core 2.1.0, and so do the examples of its releases up to then. */
function errorsOf(file: string): string[] {
  const frCore = /^pdsm\/|\/v2\.[01]\./.test(file) ? '2.1.0' : '2.2.0'
  const issues = validateWhole(officialJson<unknown>(file), { insDomain: 'production', frCore })
  const errors = issues.filter(({ severity }) => severity === 'error' || severity === 'fatal')
  return [...new Set(errors.map(({ key, expression }) => `${key} ${expression}`))].sort()
}
