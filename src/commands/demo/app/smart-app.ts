import { createHash, randomBytes } from 'node:crypto'
import type { DocumentReference } from '@medplum/fhirtypes'
import { type Request, type Response, Router } from 'express'
import type { JWK } from 'jose'
import { caught } from '../../../web/visit.ts'
import { JWT_BEARER, signedAssertion } from '../../client/signed-assertion.ts'
import { type OneTime, oneTime } from '../dpi/one-time.ts'
import { sendView } from '../dpi/views.ts'
import { isBundle, isPatient } from './answers.ts'

/** Where the demonstration's third-party app is served, and what it is called. */
export const APP_BASE = '/demo/app'
export const APP_NAME = 'Application tierce de démonstration'

/** What an app asks for, besides its launch context. */
const SCOPES = 'openid fhirUser patient/Patient.r patient/DocumentReference.rs patient/Binary.r'

/** The app's own cookie: a code is only exchanged in the browser that began. */
const COOKIE = '__Host-demo-app'
/** Seconds that somebody has to sign in and agree. */
const PATIENCE = 600

/** An app as it is registered. */
export interface AppSettings {
  origin: string
  /** Below it are `/launch` and `/callback`. */
  base: string
  clientId: string
  /** Private; absent: a public client. */
  jwk?: JWK
  software: string
}

interface Pending {
  verifier: string
  tokenEndpoint: string
}

/**
 * An app of the region (SMART App Launch 2.2, PKCE): launched from a patient sheet, or opened by itself, when it asks
 * for a patient. It keeps no token: it reads the documents, shows them and forgets.
 */
export function smartApp(settings: AppSettings): Router {
  const { origin, base, clientId, software } = settings
  const fhir = `${origin}/fhir`
  const redirectUri = `${origin}${base}/callback`
  const refused = (response: Response, why: string): void => {
    response.status(400)
    const text = `Le DCC n’a pas ouvert de dossier à cette application (${why}).`
    sendView(response, 'message', { title: 'Aucun dossier', software, text })
  }
  const pending = oneTime<Pending>(PATIENCE)
  const router = Router({ caseSensitive: true, strict: true })

  router.get(
    `${base}/launch`,
    caught(async (request, response) => {
      const { iss, launch } = request.query
      // Another server than the one that it is registered with gets nothing of it.
      if (iss !== undefined && (iss !== fhir || typeof launch !== 'string')) return refused(response, 'iss')
      const endpoints = await endpointsOf(fhir)
      if (endpoints === undefined) return refused(response, 'configuration')
      const verifier = randomBytes(32).toString('base64url')
      const state = begin(pending, { verifier, tokenEndpoint: endpoints.token }, response)
      const context = iss === undefined ? 'launch/patient' : 'launch'
      const asked = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: `${context} ${SCOPES}`,
        state,
        aud: fhir,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      })
      if (typeof launch === 'string') asked.set('launch', launch)
      response.redirect(303, `${endpoints.authorization}?${asked}`)
    }),
  )

  router.get(
    `${base}/callback`,
    caught(async (request, response) => {
      const { state, code } = request.query
      const begun = typeof state === 'string' && cookieOf(request) === state ? pending.take(state) : undefined
      if (begun === undefined) return refused(response, 'state')
      if (typeof code !== 'string') return refused(response, 'access_denied')
      const token = await exchanged(begun, settings, { code, redirect_uri: redirectUri })
      if (token === undefined) return refused(response, 'token')
      const read = await documentsOf(fhir, token)
      if (read === undefined) return refused(response, 'fhir')
      sendView(response, 'documents', { title: 'Documents du patient', software, ...read })
    }),
  )
  return router
}

/** The page of the third-party app, from which it asks for a patient by itself. */
export function appHome(): Router {
  const router = Router({ caseSensitive: true, strict: true })
  router.get(APP_BASE, (_request, response) => sendView(response, 'app', { title: 'Documents', software: APP_NAME }))
  return router
}

function begin(pending: OneTime<Pending>, begun: Pending, response: Response): string {
  const state = pending.put(begun)
  response.append('Set-Cookie', `${COOKIE}=${state}; Path=/; Secure; HttpOnly; SameSite=Lax`)
  return state
}

interface Token {
  accessToken: string
  patient: string
}

async function exchanged(
  { verifier, tokenEndpoint }: Pending,
  { clientId, jwk }: AppSettings,
  answer: { code: string; redirect_uri: string },
): Promise<Token | undefined> {
  const body = new URLSearchParams({ grant_type: 'authorization_code', ...answer, code_verifier: verifier })
  if (jwk === undefined) body.set('client_id', clientId)
  else {
    body.set('client_assertion_type', JWT_BEARER)
    body.set('client_assertion', await signedAssertion(clientId, jwk, tokenEndpoint))
  }
  const response = await fetch(tokenEndpoint, { method: 'POST', body })
  const { access_token: accessToken, patient } = members(response.ok ? await response.json() : undefined)
  return typeof accessToken === 'string' && typeof patient === 'string' ? { accessToken, patient } : undefined
}

/** The name and the current documents of the patient of a token; undefined when they cannot be read. */
async function documentsOf(fhir: string, { accessToken, patient }: Token) {
  const read = async (path: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/fhir+json' }
    const answer = await fetch(`${fhir}/${path}`, { headers })
    return answer.ok ? await answer.json() : undefined
  }
  const person = await read(`Patient/${patient}`)
  const found = await read(`DocumentReference?${new URLSearchParams({ patient, status: 'current', _sort: '-date' })}`)
  if (!isPatient(person) || !isBundle(found)) return undefined
  const name = person.name?.find(({ use }) => use === 'official') ?? person.name?.[0]
  return {
    name: `${name?.family ?? ''} ${name?.given?.[0] ?? ''}`.trim(),
    documents: (found.entry ?? []).flatMap(({ resource }) =>
      resource?.resourceType === 'DocumentReference' ? [lineOf(resource)] : [],
    ),
  }
}

/** A document in a line: when it was written, which is not when it came in, and its own title. */
function lineOf({ date, content, type }: DocumentReference): { day: string; title: string } {
  const { creation = date ?? '', title = type?.coding?.[0]?.display ?? '' } = content[0]?.attachment ?? {}
  return { day: creation.slice(0, 10), title }
}

async function endpointsOf(fhir: string): Promise<{ authorization: string; token: string } | undefined> {
  const answer = await fetch(`${fhir}/.well-known/smart-configuration`)
  const { authorization_endpoint: authorization, token_endpoint: token } = members(await answer.json())
  return typeof authorization === 'string' && typeof token === 'string' ? { authorization, token } : undefined
}

function cookieOf({ headers }: Request): string | undefined {
  const pair = (headers.cookie ?? '').split(';').find((one) => one.trim().startsWith(`${COOKIE}=`))
  return pair?.trim().slice(COOKIE.length + 1)
}

function members(json: unknown): Record<string, unknown> {
  return typeof json === 'object' && json !== null ? { ...json } : {}
}
