import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before } from 'node:test'
import express from 'express'
import type { StandInClient } from '../../../src/commands/demo/psc/client.ts'
import { DEMO_PROFESSIONALS } from '../../../src/commands/demo/psc/professionals.ts'
import { openStandIn, type StandIn } from '../../../src/commands/demo/psc/stand-in.ts'
import type { Config } from '../../../src/config.ts'
import { PUBLIC_ORIGIN, type ServerOptions, startServer, type TestServer } from '../../support/server.ts'
import { aVisitor, type Shown, type Visitor } from '../../support/visitor.ts'

export const CLIENT_SECRET = 'secret-of-the-dcc-at-psc'
/** Another client of Pro Santé Connect: a DPI that brings tokens to exchange. */
export const DPI_AT_PSC = 'dpi-at-psc'

/** A server whose professionals sign in by a stand-in of Pro Santé Connect on a port of its own. */
export interface SignInServer extends TestServer {
  psc: StandIn
  /** Stops answering at all; the stand-in is not there any more. */
  unplug(): Promise<void>
}

/** Starts both. */
export async function startSignIn(
  options: ServerOptions = {},
  config: (issuer: string) => Partial<Config> = () => ({}),
): Promise<SignInServer> {
  const now = options.now ?? (() => new Date())
  const origin = options.config?.baseUrl ?? PUBLIC_ORIGIN
  const { psc, unplug } = await startStandIn(() => now().getTime(), undefined, origin)
  const settings = { psc: psc.issuer, pscClientId: 'dcc', pscClientSecret: CLIENT_SECRET, ...config(psc.issuer) }
  try {
    const server = await startServer({ ...options, config: { auth: 'on', ...settings, ...options.config } })
    return { ...server, psc, unplug, stop: () => Promise.all([server.stop(), unplug()]).then(() => undefined) }
  } catch (error) {
    await unplug()
    throw error
  }
}

/** A stand-in alone, on a port of its own. */
export async function startStandIn(
  now: () => number = Date.now,
  dcc: Pick<StandInClient, 'id' | 'secret' | 'keys'> = { id: 'dcc', secret: CLIENT_SECRET },
  origin: string = PUBLIC_ORIGIN,
): Promise<{ psc: StandIn; unplug(): Promise<void> }> {
  const app = express()
  const server = createServer(app).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const psc = openStandIn({
    issuer: `http://127.0.0.1:${port}/realms/psc`,
    clients: [
      {
        ...dcc,
        redirectUris: [`${origin}/login/callback/psc`, `${origin}/login/callback/chu`],
        postLogoutRedirectUris: [`${origin}/logout`],
      },
      { id: DPI_AT_PSC, secret: 'secret-of-the-dpi-at-psc', redirectUris: [], postLogoutRedirectUris: [] },
    ],
    identities: DEMO_PROFESSIONALS,
    isPassword: (login, password) => password === `password of ${login}`,
    now,
  })
  app.use(psc.routes)
  return { psc, unplug: () => closed(server) }
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

/** Both, while the stories of a file run; on a good day at the beginning of each. */
export function signInServer(...settings: Parameters<typeof startSignIn>): () => SignInServer {
  let server: SignInServer | undefined
  before(async () => {
    server = await startSignIn(...settings)
  })
  after(() => server?.stop())
  return () => {
    assert.ok(server !== undefined)
    server.psc.behave({})
    return server
  }
}

/** Begins a sign-in with the first button of the page, up to the page of the wallet (or past it, when it is silent). */
export async function atWallet(server: SignInServer, next = '/'): Promise<Visitor> {
  const visitor = aVisitor(server)
  await visitor.get(`/login?${new URLSearchParams({ next })}`)
  await visitor.follow('S’identifier avec Pro Santé Connect')
  return visitor
}

/** Signs somebody of the demonstration in by the button of the wallet; shows where it led. */
export async function signIn(
  server: SignInServer,
  login: string,
  next = '/conformance',
): Promise<{ visitor: Visitor; shown: Shown }> {
  const visitor = await atWallet(server, next)
  return { visitor, shown: await choose(visitor, login) }
}

/** Presses a button of the wallet's page. */
export function choose(visitor: Visitor, login: string): Promise<Shown> {
  return press(visitor, { choisir: login })
}

/** Sends the first form of the wallet's page, with the member of a button. */
export function press(visitor: Visitor, fields: Readonly<Record<string, string>>): Promise<Shown> {
  return visitor.submitFirst('/auth/login', fields)
}

/** The reason that the page of sign-in gives. */
export function refusalOf({ text }: Shown): string | undefined {
  return /<code>((?:sign-in|form|page)\.[a-z-]+)<\/code>/.exec(text)?.[1]
}
