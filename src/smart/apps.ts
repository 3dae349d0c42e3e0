import type { ClientRegistration } from './client-registration.ts'
import type { Clients } from './clients.ts'
import type { LaunchContexts } from './launch-contexts.ts'

/** An app that professionals open from a sheet (EHR launch, smart-launch.md 1.2). */
export interface App {
  id: string
  name: string
  /** Origins that opening it leads through. */
  origins: readonly string[]
}

/** The apps of a server. */
export interface Apps {
  /** Those that may be opened, by name. */
  list(): Promise<App[]>
  /** Launches one on a patient; answers with the address to go to, undefined when there is no such app. */
  launch(id: string, facts: { nationalId: string; patientId: string }): Promise<string | undefined>
}

/** The apps among the clients; `fhir` is the base that they are told as `iss`. */
export function openApps(
  { clients, launches }: { clients: Pick<Clients, 'all'>; launches: LaunchContexts },
  fhir: string,
): Apps {
  const apps = async () => (await clients.all()).filter(isApp)
  return {
    async list() {
      const found = (await apps()).map(({ id, name, ...rest }) => ({ id, name, origins: originsOf(rest) }))
      return found.sort((a, b) => a.name.localeCompare(b.name, 'fr'))
    },
    async launch(id, facts) {
      const app = (await apps()).find((one) => one.id === id)
      if (app === undefined) return undefined
      const address = new URL(app.launch_uri)
      address.searchParams.set('iss', fhir)
      address.searchParams.set('launch', await launches.create({ clientId: id, ...facts }))
      return address.href
    },
  }
}

type Launched = ClientRegistration & { launch_uri: string }

/** A client with scopes of its own is a server of a hospital: it opens us, not the other way round. */
function isApp(client: ClientRegistration): client is Launched {
  const scopes = client.scope.split(' ')
  return (
    client.launch_uri !== undefined && scopes.includes('launch') && !scopes.some((scope) => scope.startsWith('system/'))
  )
}

function originsOf({ launch_uri, redirect_uris = [] }: Pick<Launched, 'launch_uri' | 'redirect_uris'>): string[] {
  const origins = [launch_uri, ...redirect_uris].flatMap((uri) => {
    const { origin, protocol } = new URL(uri)
    return protocol.startsWith('http') ? [origin] : [protocol]
  })
  return [...new Set(origins)]
}
