import type { RequestHandler } from 'express'
import type { OpenRecord } from '../../app.ts'
import type { Config } from '../../config.ts'
import { addressesOf } from '../../smart/addresses.ts'
import { APP_BASE, APP_NAME, appHome, smartApp } from './app/smart-app.ts'
import { castOf, HOSPITAL, type RegionChoices } from './cast.ts'
import { registerClients } from './clients.ts'
import { credentialsPath, writeCredentials } from './credentials.ts'
import { casesOf } from './dpi/cases.ts'
import { smartDoor } from './dpi/doors.ts'
import { dpiPages, type Login } from './dpi/pages.ts'
import { DCC_AT_DPI, DPI_BASE, DPI_ID, newLaunches, smartServer } from './dpi/smart-server.ts'
import { type DpiUser, nationalIdOf } from './dpi/user.ts'
import { registerEntitlements } from './entitlements.ts'
import { registerShowcase } from './showcase.ts'

/** Somebody who can sign in at the demonstration's identity provider. */
export interface DemoProfessional extends DpiUser {
  login: string
  password: string
  habilitated: boolean
}

/** What the demonstration adds to a record that is filled. */
export interface Demonstration {
  /** Served beside the product. */
  pages: RequestHandler[]
  logins: Login[]
}

/**
 * Registers the clients, the DPI and the professionals of the demonstration, writes its credentials, and answers its
 * pages. A second time it finds everything as it was.
 */
export async function openDemonstration(
  config: Config,
  record: OpenRecord,
  region: RegionChoices,
  professionals: readonly DemoProfessional[],
): Promise<Demonstration> {
  const { baseUrl: origin } = config
  const store = record.dcc.store.authorization
  const patients = await registerShowcase(record)
  const clients = await registerClients(config, store)
  const entitled = professionals.map((one) => ({ nationalId: nationalIdOf(one), habilitated: one.habilitated }))
  const team = await registerEntitlements(record, region, entitled)
  const first = professionals.find(({ habilitated }) => habilitated)
  const { fhir, issuer, token } = addressesOf(origin)
  writeCredentials(credentialsPath(config), {
    fhirBase: fhir,
    issuer,
    tokenEndpoint: token,
    clients,
    professionals: professionals.map(({ login, password, rpps, habilitated }) => ({
      login,
      password,
      rpps,
      habilitated,
      ...(habilitated ? { patients: first?.rpps === rpps ? team : [] } : {}),
    })),
    patients,
  })
  const logins = professionals.map((one) => loginOf(one, one === first ? team.length : 0))
  const launches = newLaunches()
  const app = { clientId: DCC_AT_DPI, redirectUri: `${origin}/launch/cb/${DPI_ID}` }
  return {
    logins,
    pages: [
      smartServer(origin, app, launches),
      appHome(),
      smartApp({ origin, base: APP_BASE, clientId: clients.app.client_id, software: APP_NAME }),
      smartApp({
        origin,
        base: DPI_BASE,
        clientId: clients.dpi.client_id,
        jwk: clients.dpi.jwk,
        software: 'DPI de démonstration',
      }),
      dpiPages({
        hospital: HOSPITAL.name,
        cases: casesOf(castOf(region)),
        doors: [smartDoor(origin, launches)],
        users: professionals,
        logins,
      }),
    ],
  }
}

function loginOf({ login, password, given, family, role, habilitated }: DemoProfessional, patients: number): Login {
  const rights = !habilitated
    ? 'n’est pas habilité : le DCC refuse'
    : patients > 0
      ? `suit ${patients} patients de la région`
      : 'est habilité, ne suit aucun patient'
  return { login, password, name: `${given} ${family}`, role, rights }
}
