import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { DccError } from '../../src/dcc/errors.ts'
import { EntryError, FhirError } from '../../src/fhir/errors.ts'
import { ISSUES } from '../../src/fhir/issues.ts'
import { refusalOf } from '../../src/fhir/outcome.ts'
import { StoreError } from '../../src/store/errors.ts'

/** Issue codes of FHIR R4 (valueset-issue-type). */
const CODES = new Set(
  'invalid structure required value invariant security login unknown expired forbidden suppressed processing not-supported duplicate multiple-matches not-found deleted too-long code-invalid extension too-costly business-rule conflict transient lock-error no-store exception timeout incomplete throttled informational'.split(
    ' ',
  ),
)

test('every key that the code refuses with has its row', () => {
  const used = new Set<string>()
  for (const file of globSync('src/{http,fhir,dcc}/**/*.ts')) {
    for (const [, key = ''] of readFileSync(file, 'utf8').matchAll(
      /new (?:Fhir|Dcc|Search|Json)Error\(\s*'([\w.-]+)'/g,
    )) {
      used.add(key)
    }
  }
  assert.ok(used.size > 40)
  assert.deepEqual(
    [...used].filter((key) => !Object.hasOwn(ISSUES, key)),
    [],
  )
})

describe('each row', () => {
  for (const [key, { status, code, fr, en }] of Object.entries(ISSUES)) {
    test(`${key}: a status, a FHIR code, a text in both languages with the same blanks`, () => {
      assert.match(key, /^[a-z]+\.[a-z-]+$/)
      assert.ok(status >= 400 && status <= 507)
      assert.ok(CODES.has(code), code)
      assert.ok(fr.length > 5 && en.length > 5 && fr !== en)
      const blanks = (text: string) => [...text.matchAll(/\{(\w+?)(?:Fr)?\}/g)].map(([, name]) => name).sort()
      assert.deepEqual(blanks(fr), blanks(en))
    })
  }
})

describe('what is answered for an error', () => {
  const outcome = (error: unknown, language: 'fr' | 'en' = 'fr') => refusalOf(error, language, 'r-1')

  test('an unknown error says nothing but the id of the request', () => {
    const { status, outcome: answered, defect } = outcome(new Error('SELECT secret FROM patient'))
    assert.deepEqual([status, defect], [500, true])
    const [issue] = answered.issue ?? []
    assert.equal(issue?.details?.coding?.[0]?.code, 'server.defect')
    assert.equal(issue?.diagnostics, 'request r-1')
    assert.ok(!JSON.stringify(answered).includes('secret'))
  })

  test('a key without a row is a defect of ours', () => {
    assert.deepEqual(
      [outcome(new FhirError('no.such')).status, outcome(new StoreError('store.invalid', 'x')).defect],
      [500, true],
    )
  })

  test('503 says when to try again', () => {
    assert.equal(outcome(new StoreError('store.unavailable', 'x')).headers['Retry-After'], '2')
    assert.equal(
      outcome(new FhirError('http.timeout', { headers: { 'Retry-After': '9' } })).headers['Retry-After'],
      '9',
    )
  })

  test('several findings are several issues, each where it is', () => {
    const finding = (key: string, expression: string | undefined) =>
      ({ key, expression, fr: 'Le genre.', en: 'The gender.', severity: 'error' }) as const
    const issues = [finding('INS-02', 'Patient.gender'), finding('INS-08', undefined)]
    const error = new EntryError(3, new DccError('identity.rule', { issues }))
    const answered = outcome(error, 'en').outcome.issue ?? []
    assert.deepEqual(
      answered.map(({ details, expression }) => [details?.coding?.[0]?.code, details?.text, expression?.[0]]),
      [
        ['INS-02', 'The gender.', 'Bundle.entry[3].resource.gender'],
        ['INS-08', 'The gender.', 'Bundle.entry[3]'],
      ],
    )
  })
})
