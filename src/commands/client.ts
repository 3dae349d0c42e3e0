import { assertion } from './client/assertion.ts'
import { add, list, remove, rotate, toggle } from './client/registrations.ts'
import { registering } from './registering.ts'

const USAGE = `Usage: npm run dcc -- client ACTION
  add --name NAME --hospital HOSPITAL --scope "SCOPES" PROOF [PEOPLE] [--id ID] [--validation strict|lenient]
      PROOF: --jwks FILE (public keys) | --jwks-uri URL [--private-network] | --new-key FILE (makes a key pair)
             | --auth-method client_secret_basic|client_secret_post (makes a secret, shown once)
             | --auth-method none (public client: PKCE only)
      PEOPLE: --redirect-uri URL... [--launch-uri URL] [--cors-origin ORIGIN...] [--consent asked|implied] [--native]
      --token-exchange CLIENT...: may exchange tokens of these clients of Pro Santé Connect for ours
  list                                 every registered client, one JSON line each
  remove ID                            forgets a client; its tokens end with it
  rotate ID [--jwks FILE | --new-key FILE] [--now]
                                       adds keys; those before stay until the next rotation, or end --now
  disable ID | enable ID
  assertion ID --key FILE              a signed assertion for one token request, good for a minute`

/** `npm run dcc -- client …`: registers the clients that may ask for tokens. */
export const clientCommand = registering(USAGE, {
  add,
  list,
  remove,
  rotate,
  disable: toggle(true),
  enable: toggle(false),
  assertion,
})
