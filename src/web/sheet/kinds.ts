import type { CodeableConcept, DocumentReference } from '@medplum/fhirtypes'
import { findCode } from '../../french/code-table.ts'
import { DOCUMENT_TYPES } from '../../french/document-types.ts'

/** What oncologists look for first. */
export const KINDS = {
  rcp: { one: 'Fiche RCP', several: 'Fiches RCP' },
  pps: { one: 'PPS', several: 'PPS' },
  cr: { one: 'Compte rendu', several: 'Comptes rendus' },
  autre: { one: 'Autre document', several: 'Autres documents' },
} as const

/** One of them. */
export type Kind = keyof typeof KINDS

/** Whether a text of an address is a kind. */
export function isKind(text: string): text is Kind {
  return Object.hasOwn(KINDS, text)
}

/** The kind of a document by its type: fiche RCP, care programme, or one of the many reports ("CR …"). */
export function kindOf({ type }: Pick<DocumentReference, 'type'>): Kind {
  const codes = (type?.coding ?? []).flatMap(({ code }) => code ?? [])
  const own = codes.map((code) => BY_TYPE.get(code)).find((kind) => kind !== undefined)
  if (own !== undefined) return own
  return /^CR /.test(officialName(type) ?? '') ? 'cr' : 'autre'
}

/** What a type is called on the sheet: the short name that clinicians use, else the one of the ANS, else as written. */
export function typeName(type: CodeableConcept | undefined): string {
  const short = (type?.coding ?? []).map(({ code = '' }) => SHORT_NAMES.get(code)).find((known) => known !== undefined)
  if (short !== undefined) return short
  const written = type?.text ?? type?.coding?.find(({ display }) => display !== undefined)?.display
  return officialName(type) ?? written ?? 'Document'
}

const BY_TYPE: ReadonlyMap<string, Kind> = new Map([
  ['34794-8', 'rcp'],
  ['18776-5', 'pps'],
])

/** What took place on the day that a document is about, when that is not the day of writing. */
export function eventName({ type }: Pick<DocumentReference, 'type'>): string {
  return (type?.coding ?? []).flatMap(({ code = '' }) => EVENTS.get(code) ?? [])[0] ?? 'acte'
}

const EVENTS: ReadonlyMap<string, string> = new Map([
  ['34794-8', 'réunion'],
  ['60568-3', 'prélèvement'],
  ['34874-8', 'intervention'],
  ['11488-4', 'consultation'],
])

const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['34794-8', KINDS.rcp.one],
  ['18776-5', KINDS.pps.one],
  ['60568-3', 'Anatomopathologie'],
  ['51969-4', 'Génétique moléculaire'],
  ['18748-4', 'Imagerie'],
  ['34874-8', 'CR opératoire'],
  ['34112-3', 'CR d’hospitalisation'],
  ['11488-4', 'Consultation'],
  ['11490-0', 'Lettre de sortie'],
  ['11502-2', 'Biologie'],
])

/** The display of JDV_J07. */
function officialName(type: CodeableConcept | undefined): string | undefined {
  return (type?.coding ?? [])
    .map(({ code = '', system }) => findCode(DOCUMENT_TYPES, code, system)?.display)
    .find((display) => display !== undefined)
}
