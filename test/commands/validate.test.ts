import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import type { OperationOutcome } from '@medplum/fhirtypes'
import { needsOfficial } from '../french/official.ts'
import { aPatient } from '../support/builders.ts'
import { run } from '../support/import.ts'
import { startTerminology } from '../support/terminology-server.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dcc-validate-'))
  const rules = resolve('.cache/rules')
  await mkdir(rules, { recursive: true })
  await symlink(rules, join(folder, 'rules'))
})
after(() => rm(folder, { recursive: true, force: true }))

interface Line {
  file: string
  ok: boolean
  outcome: OperationOutcome
}

async function validate(files: Readonly<Record<string, string>>, ...options: string[]) {
  const paths: string[] = []
  for (const [name, text] of Object.entries(files)) {
    paths.push(join(folder, name))
    await writeFile(join(folder, name), text)
  }
  const ended = await run(['validate', ...options, ...paths], { DCC_DATA_DIR: folder })
  const lines = ended.stdout.split('\n').filter((line) => line !== '')
  return { ...ended, lines: lines.map((line): Line => JSON.parse(line)) }
}

const keysOf = ({ outcome }: Line) => outcome.issue?.map(({ details }) => details?.coding?.[0]?.code)
const right = JSON.stringify(aPatient().qualified().build())
const wrong = '{"resourceType":"Patient","gender":"femme"}'

test('one JSON line for each file; exit code 0 when none has an error', async () => {
  const { code, lines, stderr } = await validate({ 'right.json': right })
  assert.deepEqual([code, stderr], [0, ''])
  assert.deepEqual(
    lines.map(({ file, ok }) => [file, ok]),
    [[join(folder, 'right.json'), true]],
  )
})

test('errors make 1, what cannot be read makes 2, and the others are looked at all the same', async () => {
  const { code, lines } = await validate({ 'wrong.json': wrong })
  assert.equal(code, 1)
  assert.ok(lines.some((line) => keysOf(line)?.includes('binding.required')))
  const mixed = await validate({ 'broken.json': '{"a":', 'right.json': right, 'wrong.json': wrong })
  assert.equal(mixed.code, 2)
  assert.deepEqual(
    mixed.lines.map(({ ok }) => ok),
    [false, true, false],
  )
  const missing = await run(['validate', join(folder, 'nowhere.json')], { DCC_DATA_DIR: folder })
  assert.equal(missing.code, 2)
  assert.match(missing.stdout, /file\.unreadable/)
})

test('what cannot be read is a finding with its line and column, in both formats', async () => {
  const { code, lines, stderr } = await validate({
    'broken.json': '{"resourceType":\n',
    'broken.xml': '<Patient xmlns="http://hl7.org/fhir">\n<nickname value="x"/></Patient>',
  })
  assert.deepEqual([code, stderr], [2, ''])
  assert.deepEqual(
    lines.map(({ outcome }) => outcome.issue?.map(({ severity, diagnostics }) => [severity, diagnostics])),
    [[['fatal', 'json.syntax at line 2, column 1']], [['fatal', 'xml.unknown-element at line 2, column 22']]],
  )
})

test('XML by its content, NDJSON by its name: a resource on each line, told by its number', async () => {
  const { lines } = await validate({
    'a.xml': '<Patient xmlns="http://hl7.org/fhir"><gender value="femme"/></Patient>',
    'b.ndjson': `${right}\n\n${wrong}\n`,
  })
  assert.deepEqual(
    lines.map(({ file, ok }) => [file.slice(folder.length + 1), ok]),
    [
      ['a.xml', false],
      ['b.ndjson:1', true],
      ['b.ndjson:3', false],
    ],
  )
})

test('a profile asked for must hold', async () => {
  const profile = 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins'
  const bare = '{"resourceType":"Patient","gender":"female"}'
  assert.equal((await validate({ 'bare.json': bare })).code, 0)
  assert.equal((await validate({ 'bare.json': bare }, '--profile', profile)).code, 1)
})

test('codes that cannot be checked offline are asked elsewhere when a terminology server is set', async (t) => {
  const terminology = await startTerminology(() => false)
  t.after(() => terminology.close())
  const url = 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code'
  const valueCoding = {
    system: 'https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM',
    code: '00000',
  }
  const patient = { resourceType: 'Patient', address: [{ city: 'x', extension: [{ url, valueCoding }] }] }
  const file = join(folder, 'commune.json')
  await writeFile(file, JSON.stringify(patient))
  const settings = { DCC_DATA_DIR: folder }
  const offline = await run(['validate', file], settings)
  assert.match(offline.stdout, /binding\.not-checked/)
  const asked = await run(['validate', file], { ...settings, DCC_TERMINOLOGY_SERVER: terminology.base })
  assert.equal(asked.code, 1, asked.stdout)
  assert.match(asked.stdout, /binding\.required/)
})

test('without a file, or with an unknown option, the usage is told', async () => {
  for (const args of [['validate'], ['validate', '--what', 'x']]) {
    const { code, stderr } = await run(args, { DCC_DATA_DIR: folder })
    assert.equal(code, 2)
    assert.match(stderr, /^Usage: npm run dcc -- validate/)
  }
})

test('the examples of the IHE guide are valid', needsOfficial, async () => {
  const example = resolve(
    '../shared/official/ihe/mhd/examples/DocumentReference-ex-DocumentReferenceComprehensive.json',
  )
  const { code, stdout } = await run(['validate', example], { DCC_DATA_DIR: folder })
  assert.equal(code, 0, stdout)
})
