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
  const kind = (type?.coding ?? []).map(({ code = '' }) => BY_TYPE.get(code)).find((known) => known !== undefined)
  if (kind !== undefined) return KINDS[kind].one
  const written = type?.text ?? type?.coding?.find(({ display }) => display !== undefined)?.display
  return officialName(type) ?? written ?? 'Document'
}

const BY_TYPE: ReadonlyMap<string, Kind> = new Map([
  ['34794-8', 'rcp'],
  ['18776-5', 'pps'],
])

/** The display of JDV_J07. */
function officialName(type: CodeableConcept | undefined): string | undefined {
  return (type?.coding ?? [])
    .map(({ code = '', system }) => findCode(DOCUMENT_TYPES, code, system)?.display)
    .find((display) => display !== undefined)
}
