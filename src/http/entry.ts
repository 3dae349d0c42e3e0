import type { RequestListener } from 'node:http'
import type { Express } from 'express'
import type { FhirEndpoint } from './fhir-endpoint.ts'

/** The path of the FHIR base. */
export const FHIR_BASE = '/fhir'

/**
 * Where requests come in. What is below the FHIR base goes straight to its endpoint: the layers of Express cost as much
 * as reading a patient. Express serves everything else, and FHIR to clients that ask for compression, whose answer
 * costs more than any layer.
 */
export function entry(fhir: FhirEndpoint, app: Express): RequestListener {
  return (request, response) => {
    const { url = '' } = request
    const below = url.startsWith(FHIR_BASE) ? url.charCodeAt(FHIR_BASE.length) : 0
    const isFhir = below === SLASH || below === QUESTION || Number.isNaN(below)
    if (isFhir && !url.startsWith(WELL_KNOWN) && request.headers['accept-encoding'] === undefined) {
      void fhir(request, response, url.slice(FHIR_BASE.length))
    } else app(request, response)
  }
}

/** What describes the server to clients that have no token yet is no FHIR resource: Express serves it. */
const WELL_KNOWN = `${FHIR_BASE}/.well-known/`
const SLASH = 0x2f
const QUESTION = 0x3f
