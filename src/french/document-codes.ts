import type { CodeTable } from './code-table.ts'
import { TRE_A00, TRE_A01, TRE_A03, TRE_A07, TRE_A08, TRE_A10, TRE_R02 } from './oids.ts'

/** Classes of documents: JDV_J06-XdsClassCode-CISIS (OID 1.2.250.1.213.1.1.5.462), version 20230922120000. */
export const DOCUMENT_CLASSES = {
  [TRE_A03]: {
    '10': 'Compte rendu',
    '11': 'Synthèse',
    '31': 'Imagerie médicale',
    '42': 'Prescription',
    '43': 'Dispensation',
    '44': 'Plan de soins, protocole de soins',
    '45': 'Traitement administré',
    '52': 'Certificat, déclaration',
    '60': 'Données de remboursement',
    '90': 'Autres documents déposés par le patient',
    '95': 'Document de gestion',
    '99': 'Document technique',
  },
  [TRE_A10]: {
    'urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1': 'Digital Signature',
  },
} as const satisfies CodeTable

/** Confidentiality and visibility: JDV_J08-XdsConfidentialityCode-CISIS (OID 1.2.250.1.213.1.1.5.463), version 20200424120000. */
export const CONFIDENTIALITY_CODES = {
  [TRE_A08]: {
    N: 'Normal',
    R: 'Restreint',
    V: 'Très restreint',
  },
  [TRE_A07]: {
    INVISIBLE_PATIENT: 'Non visible par le patient',
    INVISIBLE_REPRESENTANTS_LEGAUX: 'Non visible par les représentants légaux du patient',
    MASQUE_PS: 'Masqué aux professionnels de santé',
  },
} as const satisfies CodeTable

/** Practice settings: JDV_J04-XdsPracticeSettingCode-CISIS (OID 1.2.250.1.213.1.1.5.467), version 20240927120000. */
export const PRACTICE_SETTINGS = {
  [TRE_A00]: {
    EXP_PATIENT: 'Expression personnelle du patient',
    SNR: 'Service numérique référencé',
  },
  [TRE_A01]: {
    AMBULATOIRE: 'Ambulatoire',
    AMO: "Organisme d'assurance maladie obligatoire",
    DEPISTAGE: 'Dépistage',
    ESSMS: 'Etablissement ou Service Social ou Médico-Social',
    ETABLISSEMENT: 'Etablissement de santé',
    HAD: 'Hospitalisation à domicile',
    MAD: 'Maintien à domicile',
    PALLIATIF: 'Soins palliatifs',
    SAD: 'Soins à domicile',
    SAMU_SMUR: 'SAMU/SMUR',
  },
} as const satisfies CodeTable

/** Facility types: JDV_J02-XdsHealthcareFacilityTypeCode-CISIS (OID 1.2.250.1.213.1.1.5.466), version 20260223120000. */
export const FACILITY_TYPES = {
  [TRE_A00]: {
    EXP_PATIENT: 'Expression personnelle du patient',
    SNR: 'Service numérique référencé',
  },
  [TRE_R02]: {
    SA01: 'Etablissement public de santé',
    SA02: 'Hôpital militaire du Service de santé des armées',
    SA03: 'Etablissement privé PSPH',
    SA04: 'Etablissement privé non PSPH',
    SA05: 'Centre de santé',
    SA06: 'Autre structure du Service de santé des armées',
    SA07: 'Cabinet individuel',
    SA08: 'Cabinet de groupe',
    SA09: 'Exercice en société',
    SA10: 'Transporteur sanitaire',
    SA12: 'Etablissement de soins et prévention',
    SA13: 'Prévention et soins en entreprise',
    SA14: 'Etablissements scolaires, universitaires et de formation hors champ FINESS',
    SA15: 'PMI et Planification familiale',
    SA16: 'Etablissement pour personnes handicapées',
    SA17: 'Etablissement pour personnes âgées',
    SA18: 'Etablissement aide à la famille',
    SA19: 'Etablissements FINESS de formation aux professions sanitaires et sociales',
    SA20: "Etablissement pour la protection de l'enfance",
    SA21: "Etablissement d'hébergement et de réadaptation",
    SA22: 'Recherche',
    SA23: 'Assurance privée',
    SA24: 'Organisme de sécurité sociale',
    SA25: 'Laboratoire de biologie médicale',
    SA26: 'Ministère ou Service déconcentré',
    SA27: 'Collectivité territoriale',
    SA28: 'Association ou organisme humanitaire',
    SA29: "Laboratoire d'analyses et de biologie médicale",
    SA30: 'Autre établissement sanitaire',
    SA31: 'Répartition et Distribution de médicaments et dispositifs médicaux',
    SA32: 'Fabrication, Exploitation et Importation de médicaments et dispositifs médicaux',
    SA33: "Pharmacie d'officine",
    SA34: 'Centre de dialyse',
    SA35: 'Para-pharmacie',
    SA36: 'Centre anti-cancer',
    SA37: 'Centre de transfusion sanguine',
    SA38: 'Pharmacie minière',
    SA39: 'Pharmacie mutualiste',
    SA40: 'Secteur privé, praticien hospitalier',
    SA41: 'Autre établissement du domaine social ou médico-social',
    SA42: 'Appareillage médical',
    SA43: 'Secteur non défini',
    SA44: 'Recrutement ou Gestion RH',
    SA45: 'Communication, Marketing, Consulting, Média',
    SA46: 'Fabrication, Exploitation, Importation, Répartition, Distribution médicaments et dispositifs médicaux',
    SA47: 'Incendie et secours',
    SA48: 'Entreprise industrielle et tertiaire hors industrie pharmaceutique',
    SA49: 'Entité Outre-Mer',
    SA50: 'Permanence des soins ambulatoires hors cabinet',
    SA51: 'Structure de coopération avec autorisation de soins',
    SA52: 'Maison de santé ou Pôle de santé',
    SA53: "Siège administratif d'un établissement de santé",
    SA54: 'Centre de dépistage et de prévention',
    SA55: 'Laboratoire pharmaceutique préparant et délivrant des allergènes',
    SA56: 'Propharmacie',
    SA57: 'Structure de coopération avec mission de coordination de soins',
    SA58: 'Entreprise de taxis',
    SA59: 'Laboratoire de biologie médicale hors catégorie standard',
    SA60: 'Centres médicaux SNCF',
    SA61: "Structure Dispensatrice à domicile d'Oxygène à usage médical",
    SA63: "Structures de coordination et d'orientation",
    SA64: 'Société de téléconsultation',
    SA65: 'Antenne de pharmacie',
    SA66: 'Services de Prévention et de Santé au Travail (SPST)',
    SA67: 'Maisons médicales de garde (MMG)',
    SA68: "Services départementaux d'incendie et de secours",
    SA69: 'Maisons de naissance',
  },
} as const satisfies CodeTable
