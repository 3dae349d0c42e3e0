import { randomUUID } from 'node:crypto'
import { type Request, type Response, Router } from 'express'
import { newMemory } from './memory.ts'
import { formOf, type Shared, type SsoSession } from './shared.ts'
import { SESSION_COOKIE, STYLES, sendWallet, WALLET_CSS } from './views.ts'

/** An authorization request that was checked. */
interface Demand {
  clientId: string
  redirectUri: string
  state: string | undefined
  nonce: string | undefined
  challenge: string
}

const SESSION_LIFE = 4 * 3600
const CODE_LIFE = 60
/** How long the page of the wallet may stay open, in seconds. */
const PAGE_LIFE = 600

/** The authorization endpoint of the stand-in: silent where its session lives, else a page like that of the wallet. */
export function authorizationPages(shared: Shared): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const demands = newMemory<Demand>(() => shared.now() * 1000)
  const base = new URL(shared.issuer).pathname
  router.get(STYLES, (_request, response) => void response.type('css').send(WALLET_CSS))
  router.get('/auth', (request, response) => {
    const parameters = new URL(request.originalUrl, shared.issuer).searchParams
    const demand = demandOf(shared, parameters)
    if (typeof demand === 'string') return sendWallet(response.status(400), 'refused', { base, reason: demand })
    const fault = faultOf(parameters)
    if (fault !== undefined) return goBack(shared, response, demand, { error: fault })
    const prompt = parameters.get('prompt')
    const session = prompt === 'login' ? undefined : shared.sessions.find(cookieOf(request))
    if (session !== undefined) return goBack(shared, response, demand, { code: codeOf(shared, demand, session) })
    if (prompt === 'none') return goBack(shared, response, demand, { error: 'login_required' })
    showWallet(shared, response, demands.keep(demand, PAGE_LIFE))
  })
  router.post('/auth/login', (request, response) => {
    const form = formOf(request)
    const demand = demands.take(form.get('demande') ?? undefined)
    if (demand === undefined) {
      return sendWallet(response.status(400), 'refused', { base, reason: 'Cette page a expiré ou a déjà servi.' })
    }
    if (form.has('annuler')) return goBack(shared, response, demand, { error: 'access_denied' })
    const chosen = form.get('choisir')
    const login = chosen ?? form.get('login') ?? ''
    const isRight = chosen !== null || shared.isPassword(login, form.get('password') ?? '')
    const identity = isRight ? shared.identities.find((one) => one.login === login) : undefined
    if (identity === undefined) {
      return showWallet(shared, response.status(401), demands.keep(demand, PAGE_LIFE), true)
    }
    const session: SsoSession = { identity, sid: randomUUID(), authTime: shared.now() }
    const secret = shared.sessions.keep(session, SESSION_LIFE)
    response.append('Set-Cookie', `${SESSION_COOKIE}=${secret}; Path=${base}; Secure; HttpOnly; SameSite=Lax`)
    goBack(shared, response, demand, { code: codeOf(shared, demand, session) })
  })
  return router
}

/** The session of a browser with the stand-in. */
export function cookieOf(request: Request): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  return pairs.find(([name]) => name === SESSION_COOKIE)?.[1]
}

/** Nobody is sent anywhere for a client or an address that is not registered. */
function demandOf({ clients }: Shared, parameters: URLSearchParams): Demand | string {
  const client = clients.find(({ id }) => id === parameters.get('client_id'))
  if (client === undefined) return 'Ce service n’est pas raccordé.'
  const redirectUri = parameters.get('redirect_uri') ?? ''
  if (!client.redirectUris.includes(redirectUri)) return 'L’adresse de retour de ce service n’est pas enregistrée.'
  return {
    clientId: client.id,
    redirectUri,
    state: parameters.get('state') ?? undefined,
    nonce: parameters.get('nonce') ?? undefined,
    challenge: parameters.get('code_challenge') ?? '',
  }
}

function faultOf(parameters: URLSearchParams): string | undefined {
  const scopes = (parameters.get('scope') ?? '').split(' ')
  if (parameters.get('response_type') !== 'code') return 'unsupported_response_type'
  if (!scopes.includes('openid') || !scopes.includes('scope_all')) return 'invalid_scope'
  const wantsLevel = /^eidas[123]$/.test(parameters.get('acr_values') ?? '')
  return wantsLevel && parameters.get('code_challenge_method') === 'S256' ? undefined : 'invalid_request'
}

function codeOf({ codes }: Shared, { clientId, redirectUri, challenge, nonce }: Demand, session: SsoSession): string {
  return codes.keep({ ...session, clientId, redirectUri, challenge, nonce }, CODE_LIFE)
}

function goBack(shared: Shared, response: Response, demand: Demand, answer: Record<string, string>): void {
  const address = new URL(demand.redirectUri)
  const { searchParams } = address
  if (demand.state !== undefined) searchParams.set('state', demand.state)
  searchParams.set('iss', shared.issuer)
  for (const [name, value] of Object.entries(answer)) searchParams.set(name, value)
  shared.behaviour().answer?.(searchParams)
  response.redirect(303, address.href)
}

function showWallet(shared: Shared, response: Response, demand: string, wrong = false): void {
  const identities = shared.identities.map(({ login, given, family, role }) => ({
    login,
    name: `${given} ${family}`,
    role,
  }))
  const page = { base: new URL(shared.issuer).pathname, demand, identities, wrong }
  sendWallet(response, 'wallet', page)
}
