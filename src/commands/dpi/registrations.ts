import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { addressesOf, OIDC_BASE } from '../../smart/addresses.ts'
import { CALL_PATH } from '../../smart/call/doors.ts'
import { CALL_SIGNATURES, checkedDpi, type DpiRegistration } from '../../smart/call/dpi-registration.ts'
import { addDpi, changeDpi, removeDpi, storedDpi, storedDpis } from '../../smart/call/dpis.ts'
import { CALLBACK } from '../../smart/call/smart-app.ts'
import { readSmartConfiguration } from '../../smart/call/smart-configuration.ts'
import { RegistrationError } from '../../smart/client-registration.ts'
import type { AuthorizationStore } from '../../store/authorization.ts'
import { keysOf, newKey } from '../client/keys.ts'
import { type Action, UsageError } from '../registering.ts'

const DPI = {
  id: { type: 'string' },
  name: { type: 'string' },
  hospital: { type: 'string' },
  'ipp-system': { type: 'string' },
  'ins-believed': { type: 'boolean' },
  'private-network': { type: 'boolean' },
  form: { type: 'boolean' },
  client: { type: 'string', multiple: true },
  'frame-origin': { type: 'string', multiple: true },
  'return-origin': { type: 'string', multiple: true },
} as const

const SMART = {
  iss: { type: 'string' },
  'client-id': { type: 'string' },
  'auth-method': { type: 'string' },
  scope: { type: 'string' },
} as const

const KEYS = {
  jwks: { type: 'string' },
  'jwks-uri': { type: 'string' },
  'new-key': { type: 'string' },
  alg: { type: 'string', multiple: true },
} as const

/** `dpi add`: registers a DPI by the doors that it has, and says what the hospital has to enter on its side. */
export const add: Action = async ({ args, store, origin, print }) => {
  const { values } = parseArgs({ args: [...args], options: { ...DPI, ...SMART, ...KEYS } })
  const { id = randomUUID(), name, hospital, 'ipp-system': system } = values
  if (name === undefined || hospital === undefined || system === undefined) {
    throw new UsageError('add: --name, --hospital and --ipp-system are required')
  }
  const dpis = await store()
  if ((await storedDpi(dpis, id)) !== undefined) throw taken(id)
  const facts = given({
    id,
    name,
    hospital,
    ipp_system: system,
    ins_believed: values['ins-believed'],
    private_network: values['private-network'],
    form: values.form,
    clients: values.client,
    frame_origins: values['frame-origin'],
    return_origins: values['return-origin'],
  })
  // Everything that can be is checked before a server is asked or a key is made.
  const plain = checkedDpi(facts)
  const smart = await smartOf(plain, values)
  checkedDpi({ ...facts, ...smart })
  const dpi = checkedDpi({ ...facts, ...smart, ...(await callOf(values)) })
  if (!(await addDpi(dpis, dpi))) throw taken(id)
  print({
    dpi: id,
    ...(dpi.smart === undefined ? {} : { launch: `${origin}/launch`, redirect_uri: `${origin}${CALLBACK}/${id}` }),
    pinned: dpi.smart,
    call: `${origin}${CALL_PATH}`,
    jwks_uri: `${origin}${OIDC_BASE}/call-jwks`,
    token_endpoint: addressesOf(origin).token,
  })
}

/** `dpi list`. */
export const list: Action = async ({ store, print }) => {
  for (const { call, ...dpi } of await storedDpis(await store())) {
    const { jwks, ...others } = call ?? {}
    print({ ...dpi, ...(call === undefined ? {} : { call: { ...others, keys: jwks?.keys.map(({ kid }) => kid) } }) })
  }
}

/** `dpi remove ID`. */
export const remove: Action = async ({ args, store, print }) => {
  const dpis = await store()
  const { id } = await registered(dpis, onlyId(args))
  await removeDpi(dpis, id)
  print({ dpi: id, removed: true })
}

/** `dpi rotate ID`: the new keys and those before are good together, so that the hospital changes over when it likes. */
export const rotate: Action = async ({ args, store, print }) => {
  const options = { jwks: KEYS.jwks, 'new-key': KEYS['new-key'], now: { type: 'boolean' } } as const
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options })
  const dpis = await store()
  const dpi = await registered(dpis, onlyId(positionals))
  const before = dpi.call?.jwks?.keys
  if (dpi.call === undefined || before === undefined) throw new RegistrationError(`${dpi.id}: it has no keys here`)
  const arrived = (await callOf({ ...values, alg: dpi.call.algs })).call?.jwks?.keys ?? []
  if (arrived.length === 0) throw new UsageError('one of --jwks and --new-key is required')
  const kids = new Set(arrived.map(({ kid }) => kid))
  const staying = before.filter(({ kid }) => !kids.has(kid) && dpi.outgoing?.includes(kid) !== true)
  const kept = values.now === true ? [] : staying
  const outgoing = kept.map(({ kid }) => kid)
  await changeDpi(dpis, { ...dpi, call: { ...dpi.call, jwks: { keys: [...arrived, ...kept] } }, outgoing })
  print({ dpi: dpi.id, keys: [...kids], outgoing })
}

/** `dpi disable ID` and `dpi enable ID`. */
export function toggle(disabled: boolean): Action {
  return async ({ args, store, print }) => {
    const dpis = await store()
    const dpi = await registered(dpis, onlyId(args))
    await changeDpi(dpis, { ...dpi, disabled })
    print({ dpi: dpi.id, disabled })
  }
}

/** What a DPI announces as SMART server today is what it is held to from now on. */
async function smartOf(
  dpi: DpiRegistration,
  { iss, 'client-id': clientId, 'auth-method': authentication = 'none', scope }: Partial<Record<string, unknown>>,
): Promise<Pick<DpiRegistration, 'smart'>> {
  if (iss === undefined && clientId === undefined) return {}
  if (typeof iss !== 'string' || typeof clientId !== 'string') throw new UsageError('--iss goes with --client-id')
  const announced = await readSmartConfiguration(iss, dpi.private_network === true).catch(() => {
    throw new RegistrationError('iss: its smart-configuration cannot be read')
  })
  const { authorization_endpoint, token_endpoint, issuer, jwks_uri } = announced
  const pinned = given({ iss, authorization_endpoint, token_endpoint, issuer, jwks_uri })
  return checkedDpi({ ...dpi, smart: given({ ...pinned, client_id: clientId, authentication, scope }) })
}

async function callOf(values: {
  jwks?: string | undefined
  'jwks-uri'?: string | undefined
  'new-key'?: string | undefined
  alg?: readonly string[] | undefined
}): Promise<{ call?: { jwks?: ReturnType<typeof keysOf>; jwks_uri?: string; algs: readonly string[] } }> {
  const { jwks, 'jwks-uri': uri, 'new-key': file } = values
  const ways = [jwks, uri, file].filter((way) => way !== undefined)
  if (ways.length > 1) throw new UsageError('one of --jwks, --jwks-uri and --new-key')
  const algs = values.alg ?? (file === undefined ? CALL_SIGNATURES : ['ES384'])
  if (jwks !== undefined) return { call: { jwks: keysOf(jwks), algs } }
  if (uri !== undefined) return { call: { jwks_uri: uri, algs } }
  return file === undefined ? {} : { call: { jwks: { keys: [await newKey(file)] }, algs } }
}

/** What was given of some members. */
function given<T extends object>(members: T): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

async function registered(dpis: AuthorizationStore, id: string): Promise<DpiRegistration> {
  const dpi = await storedDpi(dpis, id)
  if (dpi === undefined) throw new RegistrationError(`${id}: no such DPI in the store`)
  return dpi
}

function onlyId([id, ...others]: readonly string[]): string {
  if (id === undefined || others.length > 0) throw new UsageError('the ID of one DPI is required')
  return id
}

function taken(id: string): RegistrationError {
  return new RegistrationError(`${id}: the id is taken`)
}
