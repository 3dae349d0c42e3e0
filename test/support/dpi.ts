import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Patient } from '@medplum/fhirtypes'
import { CompactEncrypt, type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import type { CallSignature, DpiRegistration } from '../../src/smart/call/dpi-registration.ts'
import { addDpi } from '../../src/smart/call/dpis.ts'
import { IPP } from './builders.ts'
import { PUBLIC_ORIGIN, type TestServer } from './server.ts'

/** The address of the signed call, and the audience of a context. */
export const CALL_ADDRESS = `${PUBLIC_ORIGIN}/contextual-call`

/** A DPI that is registered with a test server, with the key that signs its calls. */
export interface TestDpi {
  registration: DpiRegistration
  key: CryptoKey
  kid: string
  alg: CallSignature
}

/** Registers a DPI that signs contexts; members given replace those of the registration. */
export async function aDpi(
  { record }: Pick<TestServer, 'record'>,
  registration: Partial<DpiRegistration> = {},
  alg: CallSignature = 'ES256',
): Promise<TestDpi> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const kid = randomUUID()
  const { kty = '', ...rest } = await exportJWK(publicKey)
  const dpi: DpiRegistration = {
    id: `dpi-${randomUUID()}`,
    name: 'DPI DU CHU FICTIF',
    hospital: '990000001',
    ipp_system: IPP,
    ins_believed: true,
    call: { jwks: { keys: [{ ...rest, kty, kid }] }, algs: [alg] },
    ...registration,
  }
  assert.ok(await addDpi(record.dcc.store.authorization, dpi))
  return { registration: dpi, key: privateKey, kid, alg }
}

/** What a context token is made of; what is given replaces the right thing, undefined leaves it out. */
export interface TokenParts {
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  outer?: Record<string, unknown>
  /** The key that it is encrypted to. */
  to?: JWK
  signed?: string
}

/** A signed and encrypted context for a professional, about a patient. */
export async function aContextToken(
  server: TestServer,
  { registration, key, kid, alg }: TestDpi,
  ctx: object,
  sub: string,
  { claims = {}, header = {}, outer = {}, to, signed }: TokenParts = {},
): Promise<string> {
  const now = Math.floor(server.record.dcc.now().getTime() / 1000)
  const payload = { iss: registration.id, aud: CALL_ADDRESS, iat: now, nbf: now, exp: now + 60, jti: randomUUID() }
  const members = { alg, kid, typ: 'dcc-context+jwt', ...header }
  const inner = signed ?? (await new SignJWT({ ...payload, sub, ctx, ...claims }).setProtectedHeader(members).sign(key))
  const jwk = to ?? (await encryptionKey(server))
  const publicKey = await importJWK(jwk)
  const given = { alg: jwk.alg ?? '', enc: 'A256GCM', kid: jwk.kid ?? '', cty: 'JWT', ...outer }
  return new CompactEncrypt(new TextEncoder().encode(inner)).setProtectedHeader(given).encrypt(publicKey)
}

/** A key of the DCC that contexts are encrypted to. */
export async function encryptionKey(server: TestServer, alg = 'ECDH-ES+A256KW'): Promise<JWK> {
  const answer = await server.get('/oidc/call-jwks')
  assert.equal(answer.status, 200, answer.text)
  const { keys } = answer.json() as { keys: JWK[] }
  const found = keys.find((jwk) => jwk.alg === alg)
  assert.ok(found !== undefined)
  return found
}

/** A patient as a signed call names them: what FR Core says, with the status of the INS. */
export function calledPatient(patient: Patient, change: object = {}): object {
  const official = patient.name?.find(({ use }) => use === 'official')
  const [ins] = (patient.identifier ?? []).filter(({ system }) => system?.startsWith('urn:oid:1.2.250.1.213.1.4.'))
  const ipp = patient.identifier?.find(({ system }) => system === IPP)
  const given = official?.given?.[0] ?? ''
  const qualified = ins && { value: ins.value, oid: ins.system?.replace('urn:oid:', ''), status: 'QUAL' }
  return {
    ...(qualified === undefined ? {} : { ins: qualified, birthPlaceCode: '63220', birthGivenList: `${given} ANNE` }),
    ...(ipp === undefined ? {} : { ipp: { system: ipp.system, value: ipp.value } }),
    birthFamily: official?.family,
    birthGiven: given,
    birthDate: patient.birthDate,
    gender: patient.gender,
    ...change,
  }
}

/** A request that a stand-in of a DPI has seen. */
export interface SeenRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  form: URLSearchParams
}

/** How the stand-in behaves; each member can be changed while it runs. */
export interface SmartDpiBehaviour {
  /** The patient in context; undefined: none. */
  patient: Patient | undefined
  /** Members of the smart-configuration that replace the right ones. */
  announced: Record<string, unknown>
  /** RPPS of the user, told by Practitioner/u1; undefined: not told. */
  rpps: string | undefined
  /** Members of the authorization response that replace the right ones. */
  answered: Record<string, string>
  /** Members of the id_token that replace the right ones. */
  idToken: Record<string, unknown>
  /** Whether the token endpoint takes anything without looking at it. */
  careless: boolean
}

/** A DPI as SMART server (smart-launch.md 2.3): checks what Inferno's client suite checks, and remembers every request. */
export interface SmartDpi {
  /** Origin that it listens on; the FHIR base is `/fhir` below it. */
  origin: string
  behaviour: SmartDpiBehaviour
  seen: SeenRequest[]
  /** What it found wrong with requests. */
  faults: string[]
  /** What the DCC registers of it. */
  registration(id: string): Partial<DpiRegistration> & Pick<DpiRegistration, 'id'>
  close(): Promise<void>
}

/** Starts one; `clientKeys` are the keys by which the app must authenticate, else it is a public client. */
export async function aSmartDpi(clientKeys?: () => Promise<JWK[]>): Promise<SmartDpi> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const signing = { ...(await exportJWK(publicKey)), kid: 'dpi-1', alg: 'RS256', use: 'sig' }
  const seen: SeenRequest[] = []
  const faults: string[] = []
  const codes = new Map<string, { query: URLSearchParams; redirect: string }>()
  const behaviour: SmartDpiBehaviour = {
    patient: undefined,
    announced: {},
    rpps: undefined,
    answered: {},
    idToken: {},
    careless: false,
  }
  let origin = ''
  const json = (response: ServerResponse, body: object, status = 200): void =>
    void response
      .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      .end(JSON.stringify(body))
  const expect = (held: boolean, fault: string) => void (held || faults.push(fault))
  const routes: Record<string, (request: SeenRequest, response: ServerResponse) => Promise<void> | void> = {
    '/fhir/.well-known/smart-configuration': (_request, response) =>
      json(response, {
        issuer: `${origin}/fhir`,
        jwks_uri: `${origin}/jwks`,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        grant_types_supported: ['authorization_code'],
        capabilities: ['launch-ehr', 'client-public', 'sso-openid-connect', 'context-ehr-patient'],
        code_challenge_methods_supported: ['S256'],
        ...behaviour.announced,
      }),
    '/jwks': (_request, response) => json(response, { keys: [signing] }),
    '/authorize': ({ query }, response) => {
      expect(query.get('response_type') === 'code', 'response_type')
      expect(query.get('client_id') === 'dcc', 'client_id')
      expect(query.get('aud') === `${origin}/fhir`, 'aud')
      expect(query.get('launch') !== null, 'launch')
      expect(query.get('code_challenge_method') === 'S256', 'code_challenge_method')
      expect((query.get('state') ?? '').length >= 32, 'state')
      expect((query.get('scope') ?? '').split(' ').includes('launch'), 'scope')
      const code = randomUUID()
      codes.set(code, { query, redirect: query.get('redirect_uri') ?? '' })
      const answer = new URLSearchParams({ code, state: query.get('state') ?? '', ...behaviour.answered })
      response.writeHead(302, { location: `${query.get('redirect_uri')}?${answer}` }).end()
    },
    '/token': async ({ form, headers }, response) => {
      const granted = codes.get(form.get('code') ?? '')
      codes.delete(form.get('code') ?? '')
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url')
      expect(form.get('grant_type') === 'authorization_code', 'grant_type')
      expect(granted !== undefined, 'code')
      expect(granted?.redirect === form.get('redirect_uri'), 'redirect_uri')
      expect(granted?.query.get('code_challenge') === challenge, 'code_verifier')
      await authenticated(form, headers)
      if (faults.length > 0 && !behaviour.careless) return json(response, { error: 'invalid_grant' }, 400)
      const now = Math.floor(Date.now() / 1000)
      const claims = { sub: 'u1', fhirUser: 'Practitioner/u1', nonce: granted?.query.get('nonce') ?? undefined }
      const idToken = await new SignJWT({ ...claims, aud: 'dcc', iss: `${origin}/fhir`, ...behaviour.idToken })
        .setProtectedHeader({ alg: 'RS256', kid: 'dpi-1' })
        .setIssuedAt(now)
        .setExpirationTime(now + 300)
        .sign(privateKey)
      const { patient } = behaviour
      json(response, {
        access_token: 'dpi-access-token',
        token_type: 'Bearer',
        expires_in: 300,
        scope: granted?.query.get('scope') ?? '',
        id_token: idToken,
        ...(patient === undefined ? {} : { patient: patient.id, need_patient_banner: true }),
      })
    },
  }
  const authenticated = async (form: URLSearchParams, headers: IncomingMessage['headers']): Promise<void> => {
    const keys = await clientKeys?.()
    if (keys === undefined)
      return expect(form.get('client_id') === 'dcc' && headers.authorization === undefined, 'client')
    const { jwtVerify, createLocalJWKSet } = await import('jose')
    const assertion = form.get('client_assertion') ?? ''
    const verified = await jwtVerify(assertion, createLocalJWKSet({ keys }), {
      audience: `${origin}/token`,
      issuer: 'dcc',
      subject: 'dcc',
      typ: 'JWT',
      requiredClaims: ['jti', 'exp'],
    }).catch(() => undefined)
    expect(verified?.payload.aud === `${origin}/token`, 'client_assertion')
  }
  const read = ({ path, headers }: SeenRequest, response: ServerResponse) => {
    if (headers.authorization !== 'Bearer dpi-access-token') return json(response, {}, 401)
    const { patient, rpps } = behaviour
    if (patient !== undefined && path === `/fhir/Patient/${patient.id}`) return json(response, patient)
    if (rpps !== undefined && path === '/fhir/Practitioner/u1') {
      const identifier = [{ system: 'https://rpps.esante.gouv.fr', value: rpps }]
      return json(response, { resourceType: 'Practitioner', id: 'u1', identifier })
    }
    json(response, {}, 404)
  }
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://dpi.invalid')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const form = new URLSearchParams(Buffer.concat(chunks).toString())
    const { method = '', headers } = request
    const asked = { method, path: url.pathname, query: url.searchParams, headers, form }
    seen.push(asked)
    await (routes[url.pathname] ?? read)(asked, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    behaviour,
    seen,
    faults,
    registration: (id) => ({
      id,
      private_network: true,
      smart: {
        iss: `${origin}/fhir`,
        issuer: `${origin}/fhir`,
        jwks_uri: `${origin}/jwks`,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        client_id: 'dcc',
        authentication: clientKeys === undefined ? 'none' : 'private_key_jwt',
      },
    }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
