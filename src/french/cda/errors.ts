import type { Texts } from '../texts.ts'

/** Why a document cannot be read or filed, with its texts; `{path}` and `{trait}` are filled with structural names, never values. */
export const CDA_TEXTS = {
  'cda.too-large': { fr: 'Le document dépasse la taille acceptée.', en: 'The document exceeds the accepted size.' },
  'cda.too-deep': {
    fr: "L'imbrication des éléments dépasse la limite acceptée.",
    en: 'The nesting of elements exceeds the accepted limit.',
  },
  'cda.encoding': {
    fr: "L'encodage du document n'est pas celui qu'il déclare, ou n'est pas pris en charge (UTF-8, ISO-8859-1, ISO-8859-15).",
    en: 'The encoding of the document is not the one it declares, or is not supported (UTF-8, ISO-8859-1, ISO-8859-15).',
  },
  'cda.doctype': {
    fr: 'Le document déclare un DOCTYPE : les DTD et entités sont refusées.',
    en: 'The document declares a DOCTYPE: DTDs and entities are refused.',
  },
  'cda.not-xml': { fr: "Le document n'est pas du XML bien formé.", en: 'The document is not well-formed XML.' },
  'cda.not-cda': {
    fr: "Le document n'est ni un ClinicalDocument CDA R2, ni un document auto-présentable du CI-SIS.",
    en: 'The document is neither a CDA R2 ClinicalDocument nor a self-presenting document of the CI-SIS.',
  },
  'cda.missing': {
    fr: "Élément obligatoire absent de l'en-tête : {path}.",
    en: 'Mandatory header element missing: {path}.',
  },
  'cda.invalid': { fr: 'Valeur incorrecte : {path}.', en: 'Incorrect value: {path}.' },
  'cda.type-unknown': {
    fr: 'Type de document inconnu du jeu de valeurs JDV_J07 : {path}.',
    en: 'Document type unknown in the value set JDV_J07: {path}.',
  },
  'cda.template-unknown': {
    fr: "Aucun modèle de document connu de l'association ASS_A11 : {path}.",
    en: 'No document template known in the association ASS_A11: {path}.',
  },
  'cda.media-type-unknown': {
    fr: 'Format de corps non structuré refusé (PDF, texte, JPEG, RTF ou TIFF) : {path}.',
    en: 'Unstructured body format refused (PDF, text, JPEG, RTF or TIFF): {path}.',
  },
  'identity.traits-incomplete': {
    fr: 'Le document porte un INS dont un trait strict est absent ou incomplet : {trait} (code 905).',
    en: 'The document carries an INS with a missing or incomplete strict trait: {trait} (code 905).',
  },
} as const satisfies Readonly<Record<string, Texts>>

/** Stable keys of the errors of CDA documents. */
export type CdaErrorKey = keyof typeof CDA_TEXTS

/** Structural details of an error: the path of an element, the name of a trait, a place in the text. */
export type CdaErrorDetail = {
  readonly path?: string
  readonly trait?: string
  readonly line?: number
  readonly column?: number
}

/** A document that cannot be read or filed, by stable key. Neither `detail` nor the texts hold content or identity. */
export class CdaError extends Error {
  readonly key: CdaErrorKey
  readonly detail: CdaErrorDetail
  readonly fr: string
  readonly en: string

  constructor(key: CdaErrorKey, detail: CdaErrorDetail = {}) {
    const fill = (text: string) => text.replace('{path}', detail.path ?? '').replace('{trait}', detail.trait ?? '')
    super(fill(CDA_TEXTS[key].en))
    this.name = 'CdaError'
    this.key = key
    this.detail = detail
    this.fr = fill(CDA_TEXTS[key].fr)
    this.en = fill(CDA_TEXTS[key].en)
  }
}

/** Whether an unknown error is a CdaError, and of that key when one is given. */
export function isCdaError(error: unknown, key?: CdaErrorKey): error is CdaError {
  return error instanceof CdaError && (key === undefined || error.key === key)
}
