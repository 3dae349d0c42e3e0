import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CONTROL_NAMES } from '../../../src/fhir/search/controls.ts'
import { openCursor } from '../../../src/fhir/search/cursor.ts'
import { BEGINNING, END } from '../../../src/fhir/search/dates.ts'
import { SearchError } from '../../../src/fhir/search/errors.ts'
import { indexValues, sortValues } from '../../../src/fhir/search/extract.ts'
import { SEARCH_PARAMETERS } from '../../../src/fhir/search/parameters.ts'
import { parseSearch } from '../../../src/fhir/search/query.ts'
import { summarise } from '../../../src/fhir/search/summary.ts'
import { LONGEST } from '../../../src/fhir/search/text.ts'
import type { Condition, SearchableType } from '../../../src/store/store.ts'
import { OPTIONS } from './matching.ts'
import { meetingSheet, submissionSet } from './samples.ts'

const TYPES = Object.keys(SEARCH_PARAMETERS) as SearchableType[]
const NAMES = [
  ...new Set([...TYPES.flatMap((type) => SEARCH_PARAMETERS[type].map(({ name }) => name)), ...CONTROL_NAMES]),
]
const MODIFIERS = [
  '',
  ':exact',
  ':contains',
  ':missing',
  ':not',
  ':identifier',
  ':Patient',
  ':iterate',
  ':',
  ':x:y',
  '.identifier',
  '.family:exact',
  ':Patient.identifier',
]

const anyText = fc.string({ unit: 'binary', maxLength: 40 })
const name = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...MODIFIERS)).map((parts) => parts.join('')),
  },
  anyText,
)
const value = fc.oneof(
  anyText,
  fc.stringMatching(/^(eq|ap|ge|)[0-9]{4}-[0-9]{2}(-[0-9]{2})?(T[0-9:.+Z-]{1,12})?$/),
  fc.stringMatching(/^[a-zA-Z0-9:|,$\\/ .*-]{0,30}$/),
  fc.constantFrom('true', 'false', '0', '-1', 'Patient/p1', 'DocumentReference:author', '-date', 'date,family'),
)

test('any query is understood or refused with a SearchError that shows no value', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...TYPES),
      fc.array(fc.tuple(name, value), { maxLength: 6 }),
      fc.constantFrom('strict' as const, 'lenient' as const),
      (type, pairs, handling) => {
        try {
          const parsed = parseSearch(type, pairs, { ...OPTIONS, handling })
          assert.ok(parsed.count >= 0 && parsed.count <= OPTIONS.maxCount)
          assert.ok(handling === 'lenient' || parsed.ignored.length === 0)
          for (const condition of parsed.conditions) assertWellFormed(condition)
        } catch (error) {
          assert.ok(error instanceof SearchError, String(error))
        }
      },
    ),
    { numRuns: 3000 },
  )
})

/** No condition without a value, no date outside four digits of year, no text longer than an index row. */
function assertWellFormed(condition: Condition): void {
  if (condition.kind === 'any') for (const one of condition.conditions) assertWellFormed(one)
  if (condition.kind === 'id' || condition.kind === 'patient') assert.ok(condition.ids.length > 0)
  if (condition.kind === 'date') {
    for (const { lo, hi } of condition.anyOf)
      assert.ok(lo >= BEGINNING && hi <= END && lo.length === 24 && hi.length === 24)
  }
  if (condition.kind === 'string') {
    for (const text of condition.anyOf)
      assert.ok(text !== '' && text.isWellFormed() && Buffer.byteLength(text) <= LONGEST)
  }
  if (condition.kind === 'token') {
    assert.ok(condition.anyOf.length > 0)
    for (const { system, code } of condition.anyOf) assert.ok(system !== undefined || code !== undefined)
  }
}

/** JSON in the shape of resources: the names of real elements, values of any kind. */
const ELEMENTS = [...new Set(JSON.stringify([meetingSheet, submissionSet]).match(/"(\w+)":/g) ?? [])].map((key) =>
  key.slice(1, -2),
)
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(null, true, 3, '', '2025-04-01', '#role', 'Patient/p1', 'replaces'),
    anyText,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(...ELEMENTS, 'deceasedDateTime', 'name', 'family', 'address', '__proto__'),
      tie('value'),
      { maxKeys: 6 },
    ),
  ),
})).value

test('any JSON is indexed without a throw, into rows that a database takes', () => {
  fc.assert(
    fc.property(fc.constantFrom(...TYPES), json, (resourceType, body) => {
      const resource = { ...(typeof body === 'object' ? body : { name: body }), resourceType }
      const { tokens, strings, dates } = indexValues(resource)
      const texts = [
        ...tokens.flatMap(({ system, code }) => [system, code]),
        ...strings.flatMap(({ folded, exact }) => [folded, exact]),
      ]
      for (const text of texts)
        assert.ok(text.isWellFormed() && !text.includes('\u0000') && Buffer.byteLength(text) <= LONGEST)
      for (const { lo, hi } of dates) assert.ok(lo <= hi && lo >= BEGINNING && hi <= END)
      for (const rows of [tokens, strings, dates]) {
        assert.equal(new Set(rows.map((row) => JSON.stringify(row))).size, rows.length)
      }
      assert.deepEqual(Object.keys(sortValues(resource)), ['date', 'creation', 'periodStart', 'birthDate', 'family'])
      assert.equal(summarise(resource, { summary: 'true' }).resourceType, resourceType)
    }),
    { numRuns: 2000 },
  )
})

test('any text is opened as a cursor or refused with a SearchError', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, fc.base64String()), (text) => {
      assert.throws(() => openCursor(text, Buffer.alloc(32), OPTIONS.now, ''), SearchError)
    }),
  )
})

test('deep, wide and hostile documents are indexed in bounded time', () => {
  let nested: unknown = 'x'
  for (let depth = 0; depth < 5000; depth += 1) nested = [nested]
  const contained = Array.from({ length: 20_000 }, (_, index) => ({
    resourceType: 'PractitionerRole',
    id: `r${index}`,
  }))
  const author = contained.map(({ id }) => ({ reference: `#${id}` }))
  const start = performance.now()
  indexValues({
    resourceType: 'DocumentReference',
    contained,
    author,
    category: nested,
    description: 'é'.repeat(1_000_000),
  })
  assert.ok(performance.now() - start < 2000)
})
