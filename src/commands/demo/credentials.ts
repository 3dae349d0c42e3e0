import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { JWK } from 'jose'
import type { Config } from '../../config.ts'
import type { Showcase } from './showcase.ts'

/** A client with keys: the private one is here and nowhere else. */
export interface KeyedClient {
  client_id: string
  scope: string
  /** Private, ES384. */
  jwk: JWK
}

/** Somebody of the demonstration who can sign in at its identity provider. */
export interface DemoLogin {
  login: string
  password: string
  /** 11 digits. */
  rpps: string
  habilitated: boolean
  /** Ids of the patients whom they care for, where they are habilitated. */
  patients?: string[]
}

/** Everything that a visitor of the demonstration, or a test of it, needs to know (design.md section 5). */
export interface Credentials {
  fhirBase: string
  issuer: string
  tokenEndpoint: string
  clients: {
    backend: KeyedClient
    dpi: KeyedClient & { redirect_uris: string[]; launch_uri: string }
    app: { client_id: string; scope: string; redirect_uris: string[]; launch_uri: string }
  }
  professionals: DemoLogin[]
  patients: Showcase
}

/** The clients that get tokens by their keys alone. */
const BACK_ENDS = ['backend', 'dpi'] as const

/** Whether a text names one of them. */
export function isBackEnd(name: string): name is (typeof BACK_ENDS)[number] {
  return BACK_ENDS.some((one) => one === name)
}

/** Where the credentials of a demonstration are. */
export function credentialsPath({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'demo', 'credentials.json')
}

/** The credentials of an earlier run; undefined when they are not there, or are those of an older release. */
export function readCredentials(path: string): Pick<Credentials, 'tokenEndpoint' | 'clients'> | undefined {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
  return isCredentials(json) ? json : undefined
}

/** Writes them, readable by their owner only. */
export function writeCredentials(path: string, credentials: Credentials): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(credentials, undefined, 2)}\n`, { mode: 0o600 })
  chmodSync(path, 0o600)
}

function isCredentials(json: unknown): json is Pick<Credentials, 'tokenEndpoint' | 'clients'> {
  if (!isObject(json) || typeof json.tokenEndpoint !== 'string' || !isObject(json.clients)) return false
  const { clients } = json
  return BACK_ENDS.every((name) => isKeyed(clients[name]))
}

function isKeyed(json: unknown): json is KeyedClient {
  if (!isObject(json) || typeof json.client_id !== 'string' || typeof json.scope !== 'string') return false
  const { jwk } = json
  return isObject(jwk) && jwk.kty === 'EC' && jwk.crv === 'P-384' && typeof jwk.kid === 'string' && 'd' in jwk
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
