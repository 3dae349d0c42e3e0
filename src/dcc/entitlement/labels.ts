/** Whose eyes look at a document: a system is no person, and no label hides anything from it. */
export type Eyes = 'professional' | 'patient' | 'representative'

/**
 * The labels of a document (TRE_A07, JDV_J08) and from whom each hides it. Masked to professionals means to all but those
 * who wrote it. What the patient must not see yet, whoever stands for the patient must not see either.
 */
export const HIDING_LABELS = {
  MASQUE_PS: ['professional'],
  INVISIBLE_PATIENT: ['patient', 'representative'],
  INVISIBLE_REPRESENTANTS_LEGAUX: ['representative'],
} as const satisfies Record<string, readonly Eyes[]>

/** A label that hides. */
export type HidingLabel = keyof typeof HIDING_LABELS

/** The labels that hide a document from eyes, its authors' apart. */
export function labelsHidingFrom(eyes: Eyes): string[] {
  return Object.entries(HIDING_LABELS).flatMap(([code, from]) => (from.some((one) => one === eyes) ? [code] : []))
}
