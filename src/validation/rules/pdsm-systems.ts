import {
  LOINC,
  SYSTEM_OF_OID,
  TRE_A00,
  TRE_A01,
  TRE_A03,
  TRE_A05,
  TRE_A06,
  TRE_A07,
  TRE_A08,
  TRE_A09,
  TRE_A10,
  TRE_A11,
  TRE_A12,
  TRE_R02,
} from '../../french/oids.ts'

/** Kinds of activity. */
const TRE_R209 = SYSTEM_OF_OID['1.2.250.1.213.2.2']
/** The code systems of the security labels of FHIR, which come first; v3-Confidentiality is TRE_A08 under its HL7 name. */
const SECURITY_LABELS = ['v3-Confidentiality', 'v3-ActCode', 'v3-ActReason', 'v3-ObservationValue'].map(
  (name) => `http://terminology.hl7.org/CodeSystem/${name}`,
)
/** TRE_A11 under the name that IHE gives it. */
const IHE_FORMATS = 'http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode'

/** A text-only rule of PDSm on the code systems of an element. */
export type SystemRule = {
  /** Key of the published invariant. */
  readonly key: string
  /** Members from the resource to the concepts; one that repeats is walked item by item. */
  readonly path: readonly string[]
  readonly systems: readonly string[]
  /** Names of the systems, for the message. */
  readonly names: string
  /** In the simplified publish profile: a rule, a recommendation, or not stated there. */
  readonly simplified: 'error' | 'warning' | undefined
}

/** Code systems of the elements of a document. Source: reference/documents-fr.md 1.6, PDSm 3.1.1. */
export const DOCUMENT_SYSTEMS: readonly SystemRule[] = [
  {
    key: 'constr-bind-type',
    path: ['type'],
    systems: [LOINC, TRE_A05, TRE_A12],
    names: 'LOINC, TRE_A05-TypeDocComplementaire, TRE_A12-NomenclatureASTM',
    simplified: 'error',
  },
  {
    key: 'constr-bind-category',
    path: ['category'],
    systems: [TRE_A03, TRE_A10],
    names: 'TRE_A03-ClasseDocument, TRE_A10-NomenclatureURN',
    simplified: 'error',
  },
  {
    key: 'constr-bind-securityLabel',
    path: ['securityLabel'],
    systems: [TRE_A08, TRE_A07, ...SECURITY_LABELS],
    names: 'TRE_A08-HL7Confidentiality, TRE_A07-StatutVisibiliteDocument',
    simplified: 'error',
  },
  {
    key: 'constr-bind-format',
    path: ['content', 'format'],
    systems: [TRE_A06, TRE_A11, TRE_A09, TRE_A10, IHE_FORMATS],
    names: 'TRE_A06-FormatCodeComplementaire, TRE_A11-IheFormatCode, TRE_A09-DICOMuidRegistry, TRE_A10-NomenclatureURN',
    simplified: 'error',
  },
  {
    key: 'constr-bind-ProducteurDoc',
    path: ['context', 'facilityType'],
    systems: [TRE_A00, TRE_R02],
    names: 'TRE_R02-SecteurActivite, TRE_A00-ProducteurDocNonPS',
    simplified: 'warning',
  },
  {
    key: 'constr-bind-ProducteurDoc',
    path: ['context', 'practiceSetting'],
    systems: [TRE_A01, TRE_A00, TRE_R02],
    names: 'TRE_A01-CadreExercice, TRE_A00-ProducteurDocNonPS, TRE_R02-SecteurActivite',
    simplified: 'warning',
  },
]

/** Code systems of the kind of a submission (designationType). */
export const DESIGNATION_SYSTEMS = {
  systems: [TRE_A00, TRE_R209, TRE_R02],
  names: 'TRE_R209-TypeActivite, TRE_R02-SecteurActivite, TRE_A00-ProducteurDocNonPS',
} as const
