import type { RequestHandler } from 'express'
import type { OpenRecord } from '../../app.ts'
import type { Config } from '../../config.ts'
import { addressesOf } from '../../smart/addresses.ts'
import { APP_BASE, APP_NAME, appHome, smartApp } from './app/smart-app.ts'
import { castOf, HOSPITAL, type RegionChoices } from './cast.ts'
import { registerClients } from './clients.ts'
import { credentialsPath, writeCredentials } from './credentials.ts'
import { casesOf } from './dpi/cases.ts'
import { backDoor, formDoor, smartDoor } from './dpi/doors.ts'
import { dpiPages, type Login } from './dpi/pages.ts'
import { registerDpi } from './dpi/registration.ts'
import { DCC_AT_DPI, DPI_BASE, DPI_ID, newLaunches, smartServer } from './dpi/smart-server.ts'
import { registerEntitlements } from './entitlements.ts'
import type { DemoPsc } from './psc/open.ts'
import { registerShowcase } from './showcase.ts'

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
  professionals: DemoPsc['professionals'],
): Promise<Demonstration> {
  const { baseUrl: origin } = config
  const store = record.dcc.store.authorization
  const patients = await registerShowcase(record)
  const clients = await registerClients(config, store)
  await registerDpi(origin, clients.dpi, store)
  const seen = await registerEntitlements(record, region, professionals)
  const { fhir, issuer, token } = addressesOf(origin)
  writeCredentials(credentialsPath(config), {
    fhirBase: fhir,
    issuer,
    tokenEndpoint: token,
    clients,
    professionals: professionals.map(({ login, password, rpps, nationalId, habilitated }) => {
      const patients = seen.get(nationalId)
      return { login, password, rpps, habilitated, ...(patients === undefined ? {} : { patients }) }
    }),
    patients,
  })
  const logins = professionals.map(({ login, password, given, family, role }) => {
    return { login, password, name: `${given} ${family}`, role }
  })
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
        doors: [smartDoor(origin, launches), backDoor(origin, clients.dpi), formDoor(origin, clients.dpi)],
        users: professionals.map((one) => ({ ...one, role: shortly(one.role) })),
        logins,
      }),
    ],
  }
}

/** What somebody is, without what they may do. */
function shortly(role: string): string {
  return role.split(/,| :/)[0] ?? role
}
