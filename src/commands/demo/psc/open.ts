import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RequestHandler } from 'express'
import type { Config } from '../../../config.ts'
import { PSC } from '../../../smart/psc/model.ts'
import { newSecret } from '../../../smart/sessions.ts'
import { sameSecret } from './memory.ts'
import { DEMO_PROFESSIONALS, type DemoIdentity, passwordOf } from './professionals.ts'
import { openStandIn } from './stand-in.ts'

/** Where the stand-in of Pro Santé Connect is in the demonstration. */
export const PSC_BASE = '/demo/psc'
/** The name of the DCC there. */
const CLIENT_ID = 'dcc-demo'

/** The demonstration's identity provider. */
export interface DemoPsc {
  /** The configuration with which the server signs in by it. */
  config: Config
  /** Served beside the product. */
  pages: RequestHandler[]
  /** Who can sign in, with the password of this installation. */
  professionals: readonly (DemoIdentity & { password: string; habilitated: boolean })[]
}

/**
 * The identity provider of a demonstration: the stand-in, at the public address of the server, which reaches it by HTTP
 * as it would the real one. Where a provider is configured (`DCC_PSC`), there is no stand-in.
 */
export function openDemoPsc(config: Config, now: () => number = Date.now): DemoPsc {
  const secret = installationSecret(config.dataDir)
  const professionals = DEMO_PROFESSIONALS.map((identity) => ({
    ...identity,
    password: passwordOf(secret, identity.login),
    habilitated: identity.habilitation !== undefined,
  }))
  if (config.psc !== 'off') return { config, pages: [], professionals }
  const { baseUrl: origin } = config
  const issuer = `${origin}${PSC_BASE}`
  const clientSecret = newSecret()
  const standIn = openStandIn({
    issuer,
    clients: [
      {
        id: CLIENT_ID,
        secret: clientSecret,
        redirectUris: [`${origin}/login/callback/${PSC}`],
        postLogoutRedirectUris: [`${origin}/logout`],
        backchannelLogoutUri: `${origin}/login/backchannel-logout/${PSC}`,
      },
    ],
    identities: DEMO_PROFESSIONALS,
    isPassword: (login, password) => sameSecret(passwordOf(secret, login), password),
    now,
  })
  const { pscKey: _, ...rest } = config
  return {
    config: { ...rest, psc: issuer, pscClientId: CLIENT_ID, pscClientSecret: clientSecret },
    pages: [standIn.routes],
    professionals,
  }
}

/** Made at the first start in a data folder, for its owner only: passwords stay as they are from then on. */
function installationSecret(dataDir: string): string {
  const path = join(dataDir, 'demo', 'psc-secret')
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    mkdirSync(join(dataDir, 'demo'), { recursive: true })
    const secret = randomBytes(32).toString('base64url')
    writeFileSync(path, secret, { mode: 0o600 })
    return secret
  }
}
