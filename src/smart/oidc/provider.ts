import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { NextFunction } from 'express'
import { errors, type KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Traces } from '../../dcc/traces.ts'
import { isStoreAway } from '../../store/errors.ts'
import { SmartError, type SmartErrorKey } from '../errors.ts'
import { INTROSPECT } from '../grantable.ts'
import { introspectionOf, ofSomebodyEntitled } from '../introspection.ts'

import { hashOf } from '../secrets.ts'
import type { KeyRing, SigningKey } from '../signing-keys.ts'
import { launchOf } from './accounts.ts'
import { type ConfigurationOptions, configurationOf } from './configuration.ts'
import { launchMembers } from './launch-response.ts'
import { type ExchangeOptions, registerTokenExchange } from './token-exchange.ts'

/** What the library is run with. */
export interface ProviderOptions extends ConfigurationOptions {
  keys: KeyRing
  /** Exchanges tokens of Pro Santé Connect, where it is configured. */
  exchange: Pick<ExchangeOptions, 'subjectOf' | 'practitionerOf'> | undefined
  traces: Traces
  /** Told of every refusal, without token or assertion. */
  report(refusal: { event: string; client: string | undefined; error: string; detail: string | undefined }): void
}

/** Requests of browsers, with what shows them an error page. */
export type Browsers = WeakMap<IncomingMessage, NextFunction>

/** The library, always with the keys of the moment: it takes them when it is made, so it is made again when they change. */
export function openProvider(options: ProviderOptions, browsers: Browsers): () => Provider {
  let [keys, provider] = [options.keys.current(), providerOf(options, options.keys.current(), browsers)]
  return () => {
    const now = options.keys.current()
    if (now !== keys) [keys, provider] = [now, providerOf(options, now, browsers)]
    return provider
  }
}

function providerOf(options: ProviderOptions, keys: readonly SigningKey[], browsers: Browsers): Provider {
  const { addresses, report } = options
  const provider = new Provider(addresses.issuer, configurationOf(options, keys, errorPage(browsers)))
  provider.proxy = true
  // Whoever reaches us does so over TLS or on this machine, where browsers keep Secure cookies too (pitfall 18).
  Object.defineProperty(provider.request, 'secure', { get: () => true })
  keepLaunches(provider)
  compareHashes(provider)
  if (options.exchange !== undefined) registerTokenExchange(provider, { ...options, ...options.exchange })
  provider.use(async (ctx, next) => {
    try {
      await next()
      await finished(options, ctx)
    } catch (error) {
      if (!isStoreAway(error)) throw error
      away(ctx)
    }
  })
  const told = (event: string) => (ctx: KoaContextWithOIDC, error: Error) =>
    report({ event, client: ctx.oidc.client?.clientId, error: wordOf(error), detail: reasonOf(error) })
  provider.on('authorization.error', told('authorization.error'))
  provider.on('grant.error', told('grant.error'))
  provider.on('introspection.error', told('introspection.error'))
  provider.on('revocation.error', told('revocation.error'))
  provider.on('server_error', (ctx, error) => {
    told('server_error')(ctx, error)
    if (isStoreAway(error) && ctx.respond !== false) away(ctx)
  })
  return provider
}

/** What the library has no hook for, in its answers (pitfalls 8, 9, 14). */
async function finished(options: ProviderOptions, ctx: Provider['context']): Promise<void> {
  const { addresses, clients, entitlements, tokens } = options
  const { oidc }: Partial<KoaContextWithOIDC> = ctx
  withoutSessionCookie(ctx)
  if (oidc === undefined) return
  ctx.set('Pragma', 'no-cache')
  const client = oidc.client && (await clients.find(oidc.client.clientId))
  if (ctx.status !== 200 || client === undefined) return
  if (oidc.route === 'token') {
    const launch = launchOf(oidc.entities.Grant)
    if (launch !== undefined)
      ctx.body = { ...Object(ctx.body), ...launchMembers(launch.context, client.hospital, addresses) }
  } else if (oidc.route === 'introspection') {
    const seesAll = client.scope.split(' ').includes(INTROSPECT)
    const token = await ofSomebodyEntitled(await tokens.find(String(oidc.params?.token ?? '')), entitlements)
    ctx.body = introspectionOf(token, { clientId: client.id, seesAll }, addresses)
  }
}

/** A store that is away for the moment is no defect: who asks may ask again (RFC 6749 has no better word for it). */
function away(ctx: Provider['context']): void {
  ctx.status = 503
  ctx.set('Retry-After', '2')
  ctx.body = { error: 'temporarily_unavailable', error_description: 'the record does not answer at the moment' }
}

/** The library has no session (adapter.ts): the browser need not hold one. */
function withoutSessionCookie({ res }: Provider['context']): void {
  if (res.headersSent) return
  const cookies = res.getHeader('set-cookie')
  if (!Array.isArray(cookies)) return
  const kept = cookies.filter((cookie) => !cookie.startsWith('_session'))
  if (kept.length === 0) res.removeHeader('set-cookie')
  else res.setHeader('set-cookie', kept)
}

/** Grants hold the launch that they were given for (grants.ts). */
function keepLaunches({ Grant }: Provider): void {
  const members = [...Grant.IN_PAYLOAD, 'launch']
  Object.defineProperty(Grant, 'IN_PAYLOAD', { get: () => members })
}

/** Secrets are stored hashed: what was sent is hashed, too. */
function compareHashes({ Client }: Provider): void {
  Object.defineProperty(Client.prototype, 'compareClientSecret', {
    value(this: { clientSecret?: string }, actual: string): boolean {
      const [sent, known] = [Buffer.from(hashOf(actual)), Buffer.from(this.clientSecret ?? '')]
      return sent.length === known.length && timingSafeEqual(sent, known)
    },
  })
}

/** Errors of a browser, where nobody can be redirected to, are pages (pitfall 27); all others are JSON. */
function errorPage(browsers: Browsers) {
  return (ctx: KoaContextWithOIDC, out: object, error: Error): void => {
    const fail = browsers.get(ctx.req)
    if (fail === undefined) {
      ctx.type = 'json'
      ctx.body = out
      return
    }
    ctx.respond = false
    fail(isStoreAway(error) ? error : new SmartError(pageKeyOf(error), { cause: error }))
  }
}

function pageKeyOf(error: Error): SmartErrorKey {
  if (error instanceof errors.SessionNotFound) return 'authorization.expired'
  const isOfClient = error instanceof errors.InvalidClient || error instanceof errors.InvalidRedirectUri
  return isOfClient ? 'authorization.client' : 'authorization.invalid'
}

/** Why, for the operator: what the library tells clients is the same for all (pitfalls 17, 26). No word can be a token. */
function reasonOf(error: Error): string | undefined {
  const reasons: string[] = []
  const isDefect = !isOfProtocol(error)
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('error_detail' in cause && typeof cause.error_detail === 'string') reasons.push(cause.error_detail)
    else reasons.push(isDefect || cause instanceof SyntaxError ? wordOf(cause) : cause.message)
  }
  const text = reasons.join(': ').replace(/[A-Za-z0-9_.~+/=-]{33,}/g, '***')
  return text === '' ? undefined : text.slice(0, 300)
}

/** What an error of the protocol is called; of a defect the name and code: its message may quote what was sent or stored. */
function wordOf(error: Error): string {
  if (isOfProtocol(error)) return error.message
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name
}

function isOfProtocol(error: Error): boolean {
  return error instanceof errors.OIDCProviderError || error instanceof SmartError
}
