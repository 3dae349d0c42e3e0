import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addToCareTeam } from '../../src/dcc/entitlement/administration.ts'
import { aVisitor } from '../support/visitor.ts'
import { aClinician, aKnownPatient, aLaunch, anApp, appPages, authorize, openServer, redeem, tokens } from './apps.ts'
import { bearer } from './server.ts'

const server = openServer()
const pages = appPages()

test('a hundred launches at once, ten of each of ten people for ten patients: none is refused, none opens another patient', async () => {
  const app = await anApp(server(), pages(), 'asymmetric', { consent: 'implied' })
  const patients = await Promise.all(Array.from({ length: 10 }, () => aKnownPatient(server())))
  const people = await Promise.all(Array.from({ length: 10 }, () => aClinician(server())))
  const launches = people.flatMap((person) => patients.map((patient) => ({ person, patient })))
  for (const { person, patient } of launches) {
    const { nationalId } = person.professional
    await addToCareTeam(server().record.dcc, { patientId: patient.id, nationalId })
  }
  const opened = await Promise.all(
    launches.map(async ({ person, patient }) => {
      const launch = await aLaunch(server(), app, { ...person, patientId: patient.id })
      // Each in a tab of its own: a visitor goes to one page at a time.
      const tab = aVisitor(server(), person.signedIn.cookie)
      const returned = await authorize(server(), tab, app, { scope: 'launch openid patient/*.rs', launch })
      const granted = tokens(await redeem(server(), app, returned))
      const read = await server().get('Patient', bearer(granted.access_token))
      const seen = read.resource('Bundle').entry?.map(({ resource }) => resource?.id)
      return { wanted: patient.id, told: granted.patient, seen, token: granted.access_token }
    }),
  )
  assert.equal(new Set(opened.map(({ token }) => token)).size, 100)
  for (const { wanted, told, seen } of opened) assert.deepEqual([told, seen], [wanted, [wanted]])
})
