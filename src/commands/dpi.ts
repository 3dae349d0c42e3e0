import { add, list, remove, rotate, toggle } from './dpi/registrations.ts'
import { registering } from './registering.ts'

const USAGE = `Usage: npm run dcc -- dpi ACTION
  add --name NAME --hospital FINESS --ipp-system URI [DOORS] [--id ID] [--ins-believed] [--private-network]
      [--frame-origin ORIGIN]... [--return-origin ORIGIN]...
      DOORS, any of:
        --iss FHIR_BASE --client-id OURS [--auth-method none|private_key_jwt] [--scope "SCOPES"]
            SMART: its endpoints are read now, and it is held to them from then on
        --jwks FILE (public keys) | --jwks-uri URL | --new-key FILE (makes a key pair) [--alg ES256|ES384|RS256|PS256]...
            signed calls by the browser
        --client CLIENT_ID...   signed calls by its server, with tokens of this registered client
        --form                  unsigned forms with DRIMBox names: they only fill a search in
  list                                   every registered DPI, one JSON line each
  remove ID                              forgets a DPI; calls that nobody opened yet end with it
  rotate ID --jwks FILE | --new-key FILE [--now]
                                         adds keys; those before stay until the next rotation, or end --now
  disable ID | enable ID`

/** `npm run dcc -- dpi …`: registers the hospital software that may call the DCC. */
export const dpiCommand = registering(USAGE, {
  add,
  list,
  remove,
  rotate,
  disable: toggle(true),
  enable: toggle(false),
})
