import { FhirError } from '../fhir/errors.ts'
import { baseType, mediaRanges } from '../fhir/media-types.ts'
import type { Language } from '../fhir/outcome.ts'

/** A representation of resources. */
export type Format = 'json' | 'xml'

/** Media types by representation (FHIR http.html#mime-type); the short forms are for `_format` (Z-02). */
const FORMATS: Readonly<Record<string, Format>> = {
  'application/fhir+json': 'json',
  'application/json+fhir': 'json',
  'application/json': 'json',
  'text/json': 'json',
  json: 'json',
  'application/fhir+xml': 'xml',
  'application/xml+fhir': 'xml',
  'application/xml': 'xml',
  'text/xml': 'xml',
  xml: 'xml',
  '*/*': 'json',
  'application/*': 'json',
  'text/*': 'json',
}

/** The media type of an answer in a representation. */
export const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  json: 'application/fhir+json; charset=utf-8',
  xml: 'application/fhir+xml; charset=utf-8',
}

/** The representation asked for: `_format` before Accept (Z-02), JSON by default; undefined when none is served. */
export function acceptable(accept: string | undefined, format: string | undefined): Format | undefined {
  const asked = format === undefined || format === '' ? accept : format
  if (asked === undefined || asked.trim() === '') return 'json'
  for (const { type, release } of mediaRanges(asked)) {
    const known = Object.hasOwn(FORMATS, type) ? FORMATS[type] : undefined
    if (known !== undefined && (release === undefined || isOurRelease(release))) return known
  }
  return undefined
}

/** 406, with what is served; 400 to the read of a patient, as PDQm wants it (PDQ-78-5). */
export function notAcceptable(path: readonly string[] = []): FhirError {
  const readsPatient = path.length === 2 && path[0] === 'Patient' && /^[^$_]/.test(path[1] ?? '')
  return new FhirError(readsPatient ? 'pdqm.read-format' : 'http.not-acceptable', {
    detail: { formats: 'application/fhir+json, application/fhir+xml' },
  })
}

/** Whether a fhirVersion parameter names the release that is served: R4. */
export function isOurRelease(release: string): boolean {
  return release === '4.0' || release === '4.0.1'
}

/** The representation of a request body by its Content-Type; undefined for a type that carries no resource. */
export function bodyFormat(contentType: string): Format | undefined {
  const type = baseType(contentType)
  return type.includes('*') || !type.includes('/') || !Object.hasOwn(FORMATS, type) ? undefined : FORMATS[type]
}

/** The language of texts: French unless English is preferred to it. */
export function languageOf(header: string | undefined): Language {
  for (const { type } of mediaRanges(header)) {
    if (type.startsWith('fr') || type === '*') return 'fr'
    if (type.startsWith('en')) return 'en'
  }
  return 'fr'
}
