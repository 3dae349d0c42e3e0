import { readFileSync } from 'node:fs'
import type { AuthorizationStore } from '../../store/authorization.ts'
import { CLIENT_ID, RegistrationError } from '../client-registration.ts'
import { stampOf } from '../key-file.ts'
import type { CallingDpi } from '../page-contexts.ts'
import { checkedDpi, type DpiRegistration } from './dpi-registration.ts'

/** Model under which the store keeps registrations. */
const MODEL = 'Dpi'

/** How long registrations are believed, in milliseconds: a DPI that is disabled stays out after that. */
const BELIEVED = 2000

/** The DPIs that may call. Disabled ones are not found. */
export interface Dpis {
  find(id: string): Promise<DpiRegistration | undefined>
  /** The DPI whose FHIR base this is: as registered, or the same URL written otherwise. */
  byIss(iss: string): Promise<DpiRegistration | undefined>
  /** Those that a back end may prepare calls for. */
  ofClient(clientId: string): Promise<DpiRegistration[]>
  /** The one that is chosen of all: asked again of the store when it is not among those that are known. */
  first(choose: (dpis: readonly DpiRegistration[]) => DpiRegistration | undefined): Promise<DpiRegistration | undefined>
  all(): Promise<readonly DpiRegistration[]>
}

/** What DPIs are read from. */
export interface DpisOptions {
  store: AuthorizationStore
  /** The file of `DCC_CLIENTS`, whose member `dpis` goes before the store; it is read again when it changes. */
  file: string | undefined
  now(): number
  /** Told that the file has become unusable: the DPIs that it named before stay. */
  report(fault: string): void
}

/** The DPIs of a running server. Throws RegistrationError when the file cannot be used at the start. */
export function openDpis({ store, file, now, report }: DpisOptions): Dpis {
  let inFile = file === undefined ? [] : readDpis(file)
  let stamp = file === undefined ? '' : stampOf(file)
  let known: { until: number; dpis: readonly DpiRegistration[] } | undefined
  const refresh = (): void => {
    if (file === undefined || stampOf(file) === stamp) return
    try {
      inFile = readDpis(file)
      stamp = stampOf(file)
    } catch (error) {
      report(error instanceof RegistrationError ? error.message : 'the file of clients cannot be read')
    }
  }
  const all = async (anew = false): Promise<readonly DpiRegistration[]> => {
    if (!anew && known !== undefined && known.until > now()) return known.dpis
    refresh()
    const named = new Set(inFile.map(({ id }) => id))
    const stored = (await storedDpis(store)).filter(({ id }) => !named.has(id))
    const dpis = [...inFile, ...stored].filter(({ disabled }) => disabled !== true)
    known = { until: now() + BELIEVED, dpis }
    return dpis
  }
  /** A DPI that was registered a moment ago is found at once. */
  const first: Dpis['first'] = async (choose) => choose(await all()) ?? choose(await all(true))
  const ofClient = (dpis: readonly DpiRegistration[], clientId: string) =>
    dpis.filter(({ clients }) => clients?.includes(clientId) === true)
  return {
    first,
    all: () => all(),
    find: async (id) => (CLIENT_ID.test(id) ? first((dpis) => dpis.find((dpi) => dpi.id === id)) : undefined),
    byIss: (iss) =>
      first(
        (dpis) =>
          dpis.find(({ smart }) => smart?.iss === iss) ??
          dpis.find(({ smart }) => smart !== undefined && normal(smart.iss) === normal(iss)),
      ),
    async ofClient(clientId) {
      const known = ofClient(await all(), clientId)
      return known.length > 0 ? known : ofClient(await all(true), clientId)
    },
  }
}

/** What a page needs to know of the DPI that it was opened from. */
export function callingDpi(dpi: DpiRegistration, returnUrl: string | undefined): CallingDpi {
  return { id: dpi.id, name: dpi.name, frameOrigins: dpi.frame_origins ?? [], returnUrl }
}

/** The registration of an id in the store, disabled ones too. */
export async function storedDpi(store: AuthorizationStore, id: string): Promise<DpiRegistration | undefined> {
  const record = await store.find(MODEL, id, 0)
  return record === undefined ? undefined : checkedDpi(JSON.parse(record.payload))
}

/** Every registration in the store, by id. */
export async function storedDpis(store: AuthorizationStore): Promise<DpiRegistration[]> {
  return (await store.list(MODEL, 0)).map(({ payload }) => checkedDpi(JSON.parse(payload)))
}

/** Registers a DPI; false when the id is taken. Throws RegistrationError. */
export async function addDpi(store: AuthorizationStore, dpi: DpiRegistration): Promise<boolean> {
  return store.insert({ model: MODEL, id: dpi.id, payload: JSON.stringify(checkedDpi(dpi)) })
}

/** Changes a registration, or registers. Throws RegistrationError. */
export async function changeDpi(store: AuthorizationStore, dpi: DpiRegistration): Promise<void> {
  await store.put({ model: MODEL, id: dpi.id, payload: JSON.stringify(checkedDpi(dpi)) })
}

/** Forgets a DPI: whatever it called and nobody opened yet ends with it. */
export async function removeDpi(store: AuthorizationStore, id: string): Promise<void> {
  await store.remove(MODEL, id)
}

/** The DPIs that a file names: `{"dpis": [...]}`; none when it has no such member. Throws RegistrationError. */
export function readDpis(file: string): DpiRegistration[] {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new RegistrationError('the file of clients cannot be read, or is not JSON')
  }
  const list = typeof json === 'object' && json !== null && 'dpis' in json ? json.dpis : []
  if (!Array.isArray(list)) throw new RegistrationError('dpis must be a list')
  const dpis = list.map(checkedDpi)
  if (new Set(dpis.map(({ id }) => id)).size < dpis.length) throw new RegistrationError('two DPIs share an id')
  return dpis
}

/** An address as URL parsers see it: case of the host, default port and a final slash do not tell two servers apart. */
function normal(address: string): string | undefined {
  const url = URL.parse(address)
  return url === null || url.search !== '' || url.hash !== '' ? undefined : url.href.replace(/\/$/, '')
}
