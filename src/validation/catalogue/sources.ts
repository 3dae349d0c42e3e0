import type { ValidationIssue } from '../model.ts'

const R4 = 'http://hl7.org/fhir/R4'

/** Where R4 states the rules of the engine that no definition states, by the area of their keys. */
const SECTIONS: readonly (readonly [keys: RegExp, section: string])[] = [
  [/^(json|resource)\./, `${R4}/json.html#resources`],
  [/^element\.(null|empty-array|not-array|not-single|not-object)$/, `${R4}/json.html`],
  [/^element\./, `${R4}/json.html#resources`],
  [/^choice\./, `${R4}/formats.html#choice`],
  [/^primitive\.companion/, `${R4}/json.html#primitive`],
  [/^primitive\./, `${R4}/datatypes.html#primitive`],
  [/^value\./, `${R4}/elementdefinition.html`],
  [/^slice\./, `${R4}/profiling.html#slicing`],
  [/^profile\./, `${R4}/profiling.html#resources`],
  [/^binding\./, `${R4}/terminologies.html#strength`],
  [/^coding\./, `${R4}/datatypes.html#Coding`],
  [/^identifier\./, `${R4}/datatypes.html#Identifier`],
  [/^attachment\./, `${R4}/datatypes.html#Attachment`],
  [/^(reference|canonical)\./, `${R4}/references.html#literal`],
  [/^contained\./, `${R4}/references.html#contained`],
  [/^bundle\.unreachable$/, `${R4}/documents.html#content`],
  [/^bundle\./, `${R4}/bundle.html`],
  [/^transaction\./, `${R4}/http.html#transaction`],
  [/^extension\.modifier/, `${R4}/extensibility.html#modifierExtension`],
  [/^extension\./, `${R4}/extensibility.html#extension`],
  [/^narrative\.|^inv\.txt-/, `${R4}/narrative.html#xhtml`],
  [/^inv\.(dom|ref)-/, `${R4}/references.html#contained`],
  [/^inv\.(ele|ext)-/, `${R4}/element.html`],
]

/**
 * Where the rule of an issue is stated: what the issue says (profile and element, or section of a reference), else the
 * section of R4; undefined for what is no rule (a limit, a defect).
 */
export function sourceOf({ key, source }: Pick<ValidationIssue, 'key' | 'source'>): string | undefined {
  return source ?? SECTIONS.find(([keys]) => keys.test(key))?.[1]
}
