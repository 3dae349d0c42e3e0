import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import type { CodeableConcept, Element, OperationOutcome, OperationOutcomeIssue } from '@medplum/fhirtypes'
import { RULES } from '../../../src/validation/catalogue/index.ts'
import { sourceOf } from '../../../src/validation/catalogue/sources.ts'
import { run } from '../../support/import.ts'
import { WRONG } from './wrong-resources.ts'

let folder = ''
const answers = new Map<string, OperationOutcome>()

/** All files in one call, as a developer checks a folder of them. */
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dcc-messages-'))
  await mkdir(resolve('.cache/rules'), { recursive: true })
  await symlink(resolve('.cache/rules'), join(folder, 'rules'))
  const paths = WRONG.map(({ id }) => join(folder, `${id}.json`))
  await Promise.all(WRONG.map(({ resource }, at) => writeFile(paths[at] ?? '', JSON.stringify(resource))))
  const { stdout } = await run(['validate', '--json', ...paths], { DCC_DATA_DIR: folder, LC_ALL: 'fr_FR.UTF-8' })
  for (const line of stdout.split('\n').filter((text) => text !== '')) {
    const { file, outcome }: { file: string; outcome: OperationOutcome } = JSON.parse(line)
    answers.set(file, outcome)
  }
})
after(() => rm(folder, { recursive: true, force: true }))

for (const { id, key, expression, says, source, hides = [] } of WRONG) {
  test(`${id}: the message alone is enough to correct the resource`, () => {
    const outcome = answers.get(join(folder, `${id}.json`))
    const issue = outcome?.issue?.find((one) => keyOf(one) === key && one.expression?.[0] === expression)
    assert.ok(issue, outcome?.issue?.map((one) => `${keyOf(one)} ${one.expression}`).join('\n'))
    const french = issue.details?.text ?? ''
    const english = translationOf(issue.details ?? {})
    for (const text of [french, english]) {
      for (const part of says) assert.ok(text.includes(part), `"${part}" is not said: ${text}`)
      assert.doesNotMatch(text, /\{\w+\}|undefined/)
    }
    assert.notEqual(french, english)
    assert.match(issue.diagnostics ?? '', source)
    for (const value of hides) assert.ok(!JSON.stringify(outcome).includes(value), `${value} is repeated`)
  })
}

test('there are twenty of them, on Patient, DocumentReference, List and Bundle', () => {
  assert.equal(WRONG.length, 20)
  assert.equal(new Set(WRONG.map(({ id }) => id)).size, 20)
})

test('every rule of the engine has a source, what is no rule aside', () => {
  const without = Object.keys(RULES).filter((key) => sourceOf({ key }) === undefined)
  const ofRules =
    /^(INS|IDENT)-|^(pdsm|document|attachment|submission|registry)\.|^inv\.(fr-core|mhd|dcc)-|^(limit|engine|terminology)\.|^inv\.not-evaluated$/
  assert.deepEqual(
    without.filter((key) => !ofRules.test(key)),
    [],
  )
})

function keyOf({ details }: OperationOutcomeIssue): string | undefined {
  return details?.coding?.[0]?.code
}

/** The text in the other language, in the translation extension of the text. */
function translationOf(details: CodeableConcept & { _text?: Element }): string {
  const parts = details._text?.extension?.flatMap(({ extension = [] }) => extension) ?? []
  return parts.find(({ url }) => url === 'content')?.valueString ?? ''
}
