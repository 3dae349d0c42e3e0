import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { AccessDecision } from '../../src/dcc/entitlement/model.ts'
import { openEntitlements } from '../../src/dcc/entitlement/open.ts'
import { openStore } from '../../src/store/open.ts'
import { aPatient, IPP } from '../support/builders.ts'
import { run } from '../support/import.ts'
import { startServer } from '../support/server.ts'

const RPPS = '10099900010'
const NATIONAL = `8${RPPS}`

describe('entitlements by command line', () => {
  let folder = ''
  let store = ''
  const known = aPatient().qualified()
  let patient = ''

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dcc-habilitation-'))
    store = `sqlite:${join(folder, 'dcc.sqlite')}`
    const server = await startServer({ config: { store } })
    patient = (await server.create(known.build())).id
    await server.stop()
  })
  after(() => rm(folder, { recursive: true, force: true }))

  const dcc = (...args: string[]) => run(args, { DCC_DATA_DIR: folder, DCC_STORE: store, DCC_INS_DOMAIN: 'test' })
  const lines = (stdout: string) =>
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  const outcome = async (): Promise<string> => {
    const opened = await openStore(store)
    const entitlements = openEntitlements({ store: opened, now: () => new Date() })
    const decision: AccessDecision = await entitlements.access({ nationalId: NATIONAL }, patient)
    await opened.close()
    return decision.allowed ? decision.basis : decision.reason
  }
  const file = async (name: string, content: string) => {
    await writeFile(join(folder, name), content)
    return join(folder, name)
  }

  test('a professional is habilitated, suspended, resumed and removed', async () => {
    const added = await dcc('habilitation', 'add', '--rpps', RPPS)
    assert.equal(added.code, 0, added.stderr)
    assert.deepEqual(lines(added.stdout), [{ act: 'habilitation add', ok: true, professional: NATIONAL }])
    assert.equal(await outcome(), 'not-in-care-team')
    for (const [verb, expected] of [
      ['suspend', 'not-habilitated'],
      ['resume', 'not-in-care-team'],
      ['remove', 'not-habilitated'],
    ] as const) {
      assert.equal((await dcc('habilitation', verb, '--professional', NATIONAL)).code, 0)
      assert.equal(await outcome(), expected)
    }
    const [row] = lines((await dcc('habilitation', 'list')).stdout)
    assert.equal(row.nationalId, NATIONAL)
    assert.equal(typeof row.until, 'string')
    const unknown = await dcc('habilitation', 'suspend', '--rpps', '10099900028')
    assert.equal(unknown.code, 1)
    assert.equal(lines(unknown.stdout)[0].ok, false)
  })

  test('acts of a file are done one by one, each answered with its line, and none stops the others', async () => {
    const csv = await file(
      'acts.csv',
      `act;rpps;patient;identifier;reach
habilitation add;${RPPS};;;care-team
care-team add;${RPPS};;"${IPP}|${known.ipp}";
care-team add;${RPPS};;"${IPP}|IPP-nobody";
habilitation add;123;;;
block add;${RPPS};${patient};;region
`,
    )
    const done = await dcc('habilitation', 'import', csv)
    assert.equal(done.code, 1)
    const told = lines(done.stdout)
    assert.deepEqual(
      told.map(({ line, ok }) => [line, ok]),
      [
        [2, true],
        [3, true],
        [4, false],
        [5, false],
        [6, false],
      ],
    )
    assert.equal(told[1].patient, patient)
    assert.equal(await outcome(), 'care-team')
    for (const identity of [known.ins, known.ipp, 'IPP-nobody']) {
      assert.ok(!`${done.stdout}${done.stderr}`.includes(identity), 'an identity is echoed')
    }
    const json = await file(
      'acts.jsonl',
      `${JSON.stringify({ act: 'choice oppose', ins: known.ins })}\n\nnot json\n${JSON.stringify({ act: 'all' })}\n`,
    )
    const opposed = await dcc('habilitation', 'import', json)
    assert.deepEqual(
      lines(opposed.stdout).map(({ line, ok }) => [line, ok]),
      [
        [1, true],
        [3, false],
        [4, false],
      ],
    )
    assert.equal(await outcome(), 'patient-opposed')
  })

  test('what the patient decides and blocks is kept and taken back', async () => {
    assert.equal((await dcc('choice', 'permit', '--patient', patient)).code, 0)
    assert.equal(await outcome(), 'care-team')
    assert.equal((await dcc('block', 'add', '--rpps', RPPS, '--ins', known.ins)).code, 0)
    assert.equal(await outcome(), 'access-blocked')
    assert.equal((await dcc('block', 'remove', '--rpps', RPPS, '--patient', patient)).code, 0)
    assert.equal((await dcc('care-team', 'remove', '--rpps', RPPS, '--patient', patient)).code, 0)
    assert.equal(await outcome(), 'not-in-care-team')
  })

  for (const [name, args] of [
    ['no verb', ['habilitation']],
    ['an unknown verb', ['choice', 'forget', '--patient', 'x']],
    ['a wrong RPPS', ['habilitation', 'add', '--rpps', '10099900011']],
    ['no professional', ['habilitation', 'add']],
    ['an unknown profile', ['habilitation', 'add', '--rpps', RPPS, '--profile', 'everything']],
    [
      'an end before the beginning',
      ['habilitation', 'add', '--rpps', RPPS, '--from', '2026-02-01', '--until', '2026-01-01'],
    ],
    ['a date that is none', ['habilitation', 'add', '--rpps', RPPS, '--from', 'demain']],
    ['two ways to name a patient', ['choice', 'oppose', '--patient', 'x', '--ins', '277076322082910']],
    ['an unknown option', ['choice', 'oppose', '--nir', '277076322082910']],
  ] as const) {
    test(`${name} is told with the usage, and repeats nothing`, async () => {
      const { code, stderr, stdout } = await dcc(...args)
      assert.equal(code, 2)
      assert.match(stderr, /Usage/)
      assert.ok(!`${stderr}${stdout}`.includes('277076322082910'))
    })
  }

  test('a file that is not there, and a patient who is not, end with 1', async () => {
    const absent = await dcc('habilitation', 'import', join(folder, 'none.csv'))
    assert.deepEqual([absent.code, absent.stderr], [1, 'file.unreadable\n'])
    const nobody = await dcc('choice', 'oppose', '--ins', '277076322082910')
    assert.equal(nobody.code, 1)
    assert.deepEqual(lines(nobody.stdout), [{ act: 'choice oppose', ok: false, error: 'the patient is not known' }])
  })
})
