import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { textOf } from '../../src/validation/catalogue/index.ts'
import { openValidator, type RecordValidator } from '../../src/validation/open.ts'
import { leniencyOf } from '../../src/validation/policy.ts'

/** Answers larger than this are those of tests about size. */
const MOST = 1024 * 1024

let opened: RecordValidator | undefined

/**
 * What the server sends is valid: an answer in FHIR JSON has no error against R4. What only a profile or a rule of
 * identity asks for is left out: tests store much that lenient validation lets pass.
 */
export function assertValidAnswer(bytes: Buffer): void {
  if (bytes.length === 0 || bytes.length > MOST) return
  opened ??= openValidator({ frCore: '2.2.0', insDomain: 'test', packages: [], cacheFolder: resolve('.cache/rules') })
  const validator = opened
  const check = (resource: unknown) => validator.check(resource, { verifiesContents: false })
  const answer: unknown = JSON.parse(bytes.toString())
  const passes = leniencyOf(answer, check)
  const errors = check(answer).filter(
    (issue) => isError(issue.severity) && !/^(INS|IDENT)-/.test(issue.key) && !passes(issue),
  )
  assert.deepEqual(
    errors.map((issue) => `${issue.expression}: ${textOf(issue, 'en')} [${issue.key}]`),
    [],
  )
}

function isError(severity: string): boolean {
  return severity === 'error' || severity === 'fatal'
}
