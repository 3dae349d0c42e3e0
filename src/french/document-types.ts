import type { CodeTable } from './code-table.ts'
import { LOINC, TRE_A05, TRE_A12 } from './oids.ts'

/**
 * Types of documents with their French displays: JDV_J07-XdsTypeCode-CISIS (OID 1.2.250.1.213.1.1.5.471), version 20260629120000,
 * read in the ANS terminology guide (package ans.fr.terminologies 1.12.0). The display is the one of the ANS, not the LOINC name.
 */
export const DOCUMENT_TYPES = {
  [TRE_A05]: {
    'ATTEST-ASS-COMPL': 'Attestation assurance complémentaire',
    'ATTEST-RESID': 'Attestation de résidence',
    'ATTEST-HEBGT': "Attestation d'hébergement",
    'ATTEST-DROITS-AM': "Attestation de droits à l'assurance maladie",
    'AUTORIS-SOINS': 'Autorisation de soins et actes non usuels sanitaires',
    BIL_AUTO: "CR de bilan d'évaluation de la perte d'autonomie",
    CERT_DECL: 'Certificat, déclaration',
    DISP_AUT: 'Dispensation (autre)',
    EXPPAT_1: 'Volontés et droits du patient',
    EXPPAT_2: 'Autre document du patient',
    EXPPAT_3: 'Directives anticipées',
    'IMG-KOS': "Reference d'objets d'un examen d'imagerie",
    PROT_ALD: 'Protocole de soins ALD',
    REMB: 'Données de remboursement',
    SYNTH: 'Synthèse',
    DOCPAT01: 'Synthèse déposée par le patient',
    DOCPAT02: 'Traitement ou document de soins déposé par le patient',
    DOCPAT03: 'CR déposé par le patient',
    DOCPAT04: 'Imagerie déposée par le patient',
    DOCPAT05: 'CR de biologie déposé par le patient',
    DOCPAT06: 'CR de prévention déposé par le patient',
    DOCPAT07: 'Certificat déposé par le patient',
    DOCPAT08: 'Profil médical Mon espace santé',
    DOCPAT09: 'Document administratif déposé par le patient',
    'PIECE-IDENTITE': "Copie pièce d'identité",
    'PRESC-AAT': 'Prescription arrêt de travail',
    'PRESC-BIO': "Prescription d'actes de biologie médicale",
    'PRESC-KINE': "Prescription d'actes de kinésithérapie",
    'PRESC-INF': "Prescription d'actes infirmiers",
    'PRESC-PEDI': "Prescription d'actes de pédicurie",
    'PRESC-ORTHOPHO': "Prescription d'actes d'orthophonie",
    'PRESC-ORTHOPTIE': "Prescription d'actes d'orthoptie",
    'FEUILLE-DE-STYLE': 'Feuille de style',
    'FICHE-CONTACTS': 'Fiche contacts',
    EXPORT_DUI: 'Export du Dossier Usager Informatisé',
  },
  [LOINC]: {
    '11369-6': 'Historique des vaccinations',
    '11488-4': 'CR ou fiche de consultation ou de visite',
    '11490-0': "Lettre de liaison à la sortie d'un établissement de soins",
    '11502-2': "CR d'examens biologiques",
    '11505-5': "CR d'acte thérapeutique (autre)",
    '11506-3': 'CR ou fiche de suivi de soins par auxiliaire médical',
    '15507-7': 'CR de passage aux urgences',
    '15508-5': "CR d'accouchement",
    '18776-5': 'Plan personnalisé de soins',
    '18748-4': "CR d'imagerie médicale",
    '18761-7': "Note de transfert (dont lettre de liaison à l'entrée en établissement de soins)",
    '28617-9': 'Bilan bucco-dentaire',
    '28653-4': 'Document du secteur social / médico-social',
    '29274-8': 'Mesures de signes vitaux',
    '34112-3': 'CR hospitalier (séjour)',
    '34120-6': 'Bilan par professionnel de santé',
    '34133-9': "Synthèse d'épisode de soins",
    '34749-2': 'CR de consultation pré-anesthésique',
    '34794-8': 'CR de réunion de concertation pluridisciplinaire',
    '34842-5': "Grille d'évaluation médico-social",
    '34874-8': 'CR opératoire',
    '34875-5': 'Évaluation postopératoire et note de suivi',
    '34876-3': 'Évaluation préopératoire et note de suivi',
    '34895-3': "Fiche d'information au patient",
    '47420-5': 'CR de bilan fonctionnel',
    '51851-4': 'Document administratif',
    '51969-4': 'CR de génétique moléculaire',
    '52040-3': "Document encapsulant une image d'illustration non DICOM",
    '55115-0': "Demande d'actes d'imagerie",
    '55751-2': 'Déclaration de problème de santé publique',
    '56445-0': 'Bilan médicamenteux (Officine)',
    '56446-8': 'Notification de rendez-vous',
    '57055-6': 'Synthèse antepartum',
    '57057-2': 'Synthèse Salle de Naissance Mère',
    '57075-4': 'Synthèse Salle de Naissance Enfant',
    '57828-6': 'Prescription (autre)',
    '57832-8': 'Prescription de soins',
    '57833-6': 'Prescription de produits de santé',
    '59283-2': "CR d'examen de l'enfant",
    '59284-0': 'Attestation de consentement',
    '60280-5': 'Fiche de retour du service des urgences',
    '60568-3': "CR d'anatomie et de cytologie pathologiques",
    '60591-5': 'Synthèse médicale',
    '60593-1': 'Dispensation médicamenteuse',
    '61357-0': 'Intervention pharmaceutique',
    '67851-6': "CR d'admission",
    '68599-0': 'Synthèse psychiatrique',
    '68814-3': "Note d'évaluation pédiatrique",
    '68817-6': "Bilan de santé et de prévention de l'enfant",
    '70004-7': "CR d'acte diagnostique (autre)",
    '78341-5': 'Fiche de transfert vers le service des urgences',
    '74207-2': "Document de liaison d'urgence",
    '74465-6': 'Questionnaire patient',
    '75468-9': 'Renouvellement ordonnance par pharmacien correspondant',
    '75482-0': "CR d'acte thérapeutique à visée préventive",
    '75492-9': "CR d'acte diagnostique à visée préventive ou de dépistage",
    '75496-0': "Demande d'acte de télémédecine",
    '77436-4': "CR d'anesthésie",
    '77604-7': 'Planification thérapeutique',
    '78489-2': 'Synthèse Enfant en Maternité',
    '78513-9': 'CR de consultation en ophtalmologie',
    '78601-2': "CR d'entretien pharmaceutique",
    '80565-5': "CR d'administration de médicaments",
    '80771-9': "Projet d'accueil individualisé",
    '80788-3': "Projet personnalisé d'accompagnement",
    '80820-4': 'Formulaire de conciliation médicamenteuse (Hôpital)',
    '83836-7': 'Schéma dentaire',
    '83869-8': 'Plan personnalisé de prévention',
    '83901-9': 'Bilan psychologique',
    '83963-9': 'Synthèse environnementale',
    '83981-1': "Lettre de liaison à la sortie d'une structure sociale ou médico-sociale",
    '84067-8': 'Synthèse transfusionnelle',
    '85208-7': 'CR de télémédecine',
    '86531-1': 'Attestation de sortie',
    '87273-9': 'Note de vaccination',
    '88348-8': "Lettre de liaison d'entrée en structure sociale ou médico-sociale",
    '89233-1': 'CR de grossesse',
    '89235-6': 'Synthèse Suites de Couches Mère',
    '89601-9': 'Certificat médical',
    '93024-8': 'CR de consultation pharmaceutique',
    '96163-1': 'Bilan de soins infirmiers',
    '96173-0': "Test rapide d'orientation diagnostique",
    '96349-6': "Lettre d'adressage",
    '96874-3': 'COVID-19 Attestation de vaccination',
    '97694-4': "Note d'évaluation en médecine maternelle et fœtale",
    '100967-9': 'Rythme cardiaque fœtal',
    '101881-1': "Carte d'implant",
  },
  [TRE_A12]: {
    E1762: 'Full Document',
  },
} as const satisfies CodeTable

/** What identifies a document when deciding whether it is about cancer care. */
export type DocumentKind = {
  /** Code of the type (JDV_J07). */
  readonly typeCode?: string | undefined
  /** Code of the format (JDV_J10). */
  readonly formatCode?: string | undefined
  /** Roots of the CDA templateIds. */
  readonly templateIds?: readonly string[]
  /** Codes of the documented events, in any system. */
  readonly eventCodes?: readonly string[]
}

/** Types that are cancer care in a cancer record: fiche RCP, care plan, pathology report, molecular genetics report. */
const CANCER_TYPES: readonly string[] = ['34794-8', '18776-5', '60568-3', '51969-4']
/** The plan of the elderly has the type of the PPS; its structured form says what it is. */
const PAERPA = { format: 'urn:asip:ci-sis:pps-paerpa:2017', template: '1.2.250.1.213.1.1.1.20' }
/** Templates of the cancer documents: FRCP, PPS, CR-GM, CR-ACP, D2LM-FIN, D2LM-FIDD. */
const CANCER_TEMPLATES: readonly string[] = ['8', '26', '32', '57', '27', '28'].map((n) => `1.2.250.1.213.1.1.1.${n}`)
/** Root of the pathology templates of IHE (one an organ). */
const PATHOLOGY_TEMPLATES = '1.3.6.1.4.1.19376.1.8.1.1'
/** Formats of the cancer documents, in the order of the templates. */
const CANCER_FORMATS: readonly string[] = [
  'urn:asip:ci-sis:frcp:2011',
  'urn:asip:ci-sis:pps-cancer:2017',
  'urn:asip:ci-sis:crgm:2018',
  'urn:ihe:palm:apsr:2016',
  'urn:asip:ci-sis:d2lm-fin:2017',
  'urn:asip:ci-sis:d2lm-fidd:2017',
]

/**
 * Whether a document opens an oncology pathway. Its type, format or template says so, or one of its events is a
 * malignant or in situ tumour (CIM-10 C00-C97, D00-D09; the same shape in CIM-O). A care plan (18776-5) that comes as a
 * PDF into a cancer record is a PPS; only the structured PAERPA plan is known not to be one. Source: documents-fr.md 4.1.
 */
export function isCancerCare({ typeCode, formatCode, templateIds = [], eventCodes = [] }: DocumentKind): boolean {
  if (formatCode === PAERPA.format || templateIds.includes(PAERPA.template)) return false
  return (
    (typeCode !== undefined && CANCER_TYPES.includes(typeCode)) ||
    (formatCode !== undefined && (CANCER_FORMATS.includes(formatCode) || formatCode.startsWith('urn:ihe:pat:apsr:'))) ||
    templateIds.some((root) => CANCER_TEMPLATES.includes(root) || root.startsWith(`${PATHOLOGY_TEMPLATES}.`)) ||
    eventCodes.some(isTumourCode)
  )
}

/** Whether a code is a malignant (C00-C97) or in situ (D00-D09) tumour, as CIM-10 and the topography of CIM-O write it. */
export function isTumourCode(code: string): boolean {
  return /^(C[0-8]\d|C9[0-7]|D0\d)(\.\d{1,2})?$/.test(code)
}
