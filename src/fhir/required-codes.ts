/**
 * Codes of required bindings that the server's own behaviour rests on (FHIR R4 value sets administrative-gender,
 * document-reference-status, composition-status, document-relationship-type, list-status, list-mode). The other bindings
 * are the validator's.
 */
export const REQUIRED_CODES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  Patient: { gender: ['male', 'female', 'other', 'unknown'] },
  Practitioner: { gender: ['male', 'female', 'other', 'unknown'] },
  DocumentReference: {
    status: ['current', 'superseded', 'entered-in-error'],
    docStatus: ['preliminary', 'final', 'amended', 'entered-in-error'],
  },
  'DocumentReference.relatesTo': { code: ['replaces', 'transforms', 'signs', 'appends'] },
  List: {
    status: ['current', 'retired', 'entered-in-error'],
    mode: ['working', 'snapshot', 'changes'],
  },
}
