import type { Claims } from './claim-values.ts'
import type { Assurance } from './model.ts'

/** The levels of eIDAS, weakest first. */
export const EIDAS = ['eidas1', 'eidas2', 'eidas3'] as const

/** A level of eIDAS. */
export type EidasLevel = (typeof EIDAS)[number]

/** A level and those above it. */
export function atLeast(level: EidasLevel): readonly string[] {
  return EIDAS.slice(EIDAS.indexOf(level))
}

/**
 * Methods that a stolen password or code does not replace (RFC 8176: a key in hardware or software, a smart card, proof
 * of possession), with the names that FIDO authenticators are given.
 */
export const PHISHING_RESISTANT: readonly string[] = ['hwk', 'swk', 'sc', 'pop', 'fido', 'fido2', 'phr', 'phrh']

/**
 * Whether an id_token says that somebody showed strongly enough who they are (smart-launch.md 3.3, 3.5): `acr` is there
 * and is one of the levels; `amr`, which a hospital's provider behind Pro Santé Connect passes on, names a method that
 * resists phishing.
 */
export function isStrong({ acr, amr }: Claims, assurance: Assurance): boolean {
  if (assurance.acr.length > 0 && !(typeof acr === 'string' && assurance.acr.includes(acr))) return false
  const methods = methodsOf(amr)
  if (methods.length === 0) return !assurance.amrRequired && (amr === undefined || isEmpty(amr))
  return methods.some((method) => assurance.amr.includes(method))
}

/** What is traced of how somebody showed who they are: levels and methods, no value of any length. */
export function describedAssurance({ acr, amr }: Claims): string {
  const said = [...(typeof acr === 'string' ? [`acr=${acr}`] : []), ...methodsOf(amr).map((method) => `amr=${method}`)]
  return said
    .join(' ')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 100)
}

function isEmpty(amr: unknown): boolean {
  return Array.isArray(amr) && amr.length === 0
}

function methodsOf(amr: unknown): string[] {
  return Array.isArray(amr) ? amr.slice(0, 10).filter((method) => typeof method === 'string' && method !== '') : []
}
