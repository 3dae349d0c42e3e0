import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenRecord } from '../../../src/app.ts'
import { addToCareTeam, grantHabilitation } from '../../../src/dcc/entitlement/administration.ts'
import { importCda } from '../../../src/dcc/import-cda.ts'
import { aCda, anIns } from '../../support/cda-samples.ts'
import { overBothEngines } from '../../support/server.ts'
import { ONCOLOGIST, signedIn } from '../../support/signed-in.ts'

/** What a sheet may weigh, in bytes, and take, in milliseconds, with this many documents. */
const MOST = { bytes: 60_000, milliseconds: 300, documents: 200 }

/** Questions to the store since it was opened. */
let asked = 0

await overBothEngines(
  (server) => {
    test('a sheet of 200 documents is light, quick, and asks the store no more than one of three', async () => {
      const { dcc } = server().record
      const { value, born } = anIns(7200)
      const ofPatient = { ins: { value }, born: born.replaceAll('-', '') }
      const { nationalId } = ONCOLOGIST
      let patientId = ''
      const file = async (count: number) => {
        for (let number = 0; number < count; number += 1) {
          const { patient } = await importCda(dcc, aCda(ofPatient))
          patientId = patient.slice('Patient/'.length)
        }
      }
      await file(3)
      await grantHabilitation(dcc, { nationalId, profile: 'clinician', reach: 'care-team' })
      await addToCareTeam(dcc, { patientId, nationalId })
      const { cookie } = await signedIn(server())
      const first = await server().get(`/patients/${patientId}`, { cookie })
      const address = first.headers.location ?? ''
      const shown = async () => {
        const before = asked
        const start = performance.now()
        const { status, bytes, text } = await server().get(address, { cookie })
        assert.equal(status, 200)
        return { questions: asked - before, took: performance.now() - start, size: bytes.length, text }
      }
      const few = await shown()
      await file(MOST.documents - 3)
      await shown()
      const times = []
      for (let round = 0; round < 5; round += 1) times.push(await shown())
      const [fastest] = times.toSorted((a, b) => a.took - b.took)
      assert.ok(fastest !== undefined)
      assert.match(fastest.text, /1 à 50 sur 200/)
      // What is looked for first is not looked for in a long list.
      assert.match(fastest.text, /<b>Dernière fiche RCP<\/b> <a href="[^"]*\/documents\//)
      assert.doesNotMatch(few.text, /Dernière fiche RCP/)
      assert.ok(fastest.size < MOST.bytes, `${fastest.size} bytes`)
      assert.ok(fastest.took < MOST.milliseconds, `${fastest.took} ms`)
      assert.ok(fastest.questions <= few.questions, `${fastest.questions} questions, ${few.questions} before`)
    })

    test('older documents are a link away, within the same context', async () => {
      const { cookie } = await signedIn(server())
      const { dcc } = server().record
      const [patient] = await dcc.store.search({
        type: 'Patient',
        conditions: [],
        sort: { key: '_id', descending: false },
        limit: 1,
      })
      const sheet = await server().get(`/patients/${patient?.id}`, { cookie })
      const page = await server().get(`${sheet.headers.location}&page=4`, { cookie })
      assert.match(page.text, /151 à 200 sur 200/)
      assert.match(page.text, /Plus récents/)
      assert.doesNotMatch(page.text, /Plus anciens/)
      const beyond = await server().get(`${sheet.headers.location}&page=99`, { cookie })
      assert.match(beyond.text, /151 à 200 sur 200/)
    })
  },
  { config: { auth: 'on' }, withRecord: counted },
)

/** The record with a store that counts what it is asked. */
function counted(record: OpenRecord): OpenRecord {
  const counting = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name)
        if (typeof member === 'object' && member !== null) return counting(member)
        if (typeof member !== 'function') return member
        return (...given: unknown[]) => {
          asked += 1
          return Reflect.apply(member, target, given)
        }
      },
    })
  return { ...record, dcc: { ...record.dcc, store: counting(record.dcc.store) } }
}
