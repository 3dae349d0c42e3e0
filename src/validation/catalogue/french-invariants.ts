import type { RuleText } from '../model.ts'

/** Texts of the invariants of the profiles in `profiles/`, by `inv.` and the key. */
export const PROFILE_INVARIANT_TEXTS = {
  'inv.fr-core-1': {
    code: 'invariant',
    fr: 'Sous fr-core-patient-ins, une identité validée (VALI) porte un INS de use official : INS-NIR avec son type (OID .8), INS-NIA (.9), INS-NIR-TEST (.10) ou INS-NIR-DEMO (.11). Sans INS, annoncez le profil fr-core-patient.',
    en: 'Under fr-core-patient-ins, a validated identity (VALI) has an INS of use official: INS-NIR with its type (OID .8), INS-NIA (.9), INS-NIR-TEST (.10) or INS-NIR-DEMO (.11). Without an INS, claim the profile fr-core-patient.',
  },
  'inv.fr-core-2': {
    code: 'invariant',
    fr: "Sous fr-core-patient-ins, une identité validée (VALI) a exactement un identifiant de use official, l'INS. Donnez aux autres leur usage : usual pour un IPP, secondary pour un NDP.",
    en: 'Under fr-core-patient-ins, a validated identity (VALI) has exactly one identifier of use official, the INS. Give the others their own use: usual for a hospital identifier, secondary for an NDP.',
  },
  'inv.fr-core-3': {
    code: 'invariant',
    fr: "Une identité validée (VALI) a un lieu de naissance connu : le code COG 99999 n'est jamais renvoyé par le téléservice INSi.",
    en: 'A validated identity (VALI) has a known birth place: the INSi service never returns the COG code 99999.',
  },
  'inv.mhd-startswithoid': {
    code: 'invariant',
    fr: "L'identifiant unique d'un lot (uniqueId) est un OID : value commence par urn:oid:.",
    en: 'The unique id of a submission set is an OID: value begins with urn:oid:.',
  },
  'inv.mhd-startswithuuid': {
    code: 'invariant',
    fr: 'Un entryUUID est un UUID : value commence par urn:uuid:.',
    en: 'An entryUUID is a UUID: value begins with urn:uuid:.',
  },
  'inv.dcc-mhd-1': {
    code: 'invariant',
    fr: "masterIdentifier doit dire qu'il est l'identifiant unique du document : use = usual (MHD jusqu'à 4.2.3), ou le type uniqueId de IHE.MHD.MHDIdentifierType (MHD plus récent).",
    en: 'masterIdentifier must say that it is the unique id of the document: use = usual (MHD up to 4.2.3), or the type uniqueId of IHE.MHD.MHDIdentifierType (later MHD).',
  },
  'inv.dcc-pdsm-1': {
    code: 'invariant',
    fr: 'Un identifiant de use official et sans type est un entryUUID : system = urn:ietf:rfc:3986 et value commence par urn:uuid:. Donnez un autre usage aux autres identifiants.',
    en: 'An identifier of use official and without type is an entryUUID: system = urn:ietf:rfc:3986 and value begins with urn:uuid:. Give other identifiers another use.',
  },
  'inv.dcc-pdsm-2': {
    code: 'invariant',
    fr: "Un identifiant de use usual et sans type est l'identifiant unique du lot : system = urn:ietf:rfc:3986 et value commence par urn:oid:.",
    en: 'An identifier of use usual and without type is the unique id of the submission set: system = urn:ietf:rfc:3986 and value begins with urn:oid:.',
  },
  'inv.dcc-cancer-1': {
    code: 'invariant',
    fr: 'Rien ne dit que ce document relève de la cancérologie. Attendu : un type 34794-8 (fiche RCP), 18776-5 (PPS), 60568-3 (CR-ACP) ou 51969-4 (CR-GM), un format de ces documents, ou une tumeur codée (CIM-10 C00-C97, D00-D09) dans context.event.',
    en: 'Nothing says that this document is about cancer care. Expected: type 34794-8 (RCP sheet), 18776-5 (PPS), 60568-3 (pathology) or 51969-4 (molecular genetics), a format of these documents, or a coded tumour (CIM-10 C00-C97, D00-D09) in context.event.',
  },
  'inv.dcc-cancer-2': {
    code: 'invariant',
    fr: "Le plan personnalisé de santé des personnes âgées (PAERPA) n'est pas un document de cancérologie.",
    en: 'The personalised plan of the elderly (PAERPA) is no cancer document.',
  },
  'inv.dcc-fiche-rcp-1': {
    code: 'invariant',
    fr: 'Une fiche RCP structurée a le format urn:asip:ci-sis:frcp:2011 ; non structurée, un format xds-sd (urn:ihe:iti:xds-sd:pdf:2008 pour un PDF).',
    en: 'A structured RCP sheet has the format urn:asip:ci-sis:frcp:2011; an unstructured one a format xds-sd (urn:ihe:iti:xds-sd:pdf:2008 for a PDF).',
  },
  'inv.dcc-pps-1': {
    code: 'invariant',
    fr: 'Un PPS structuré a le format urn:asip:ci-sis:pps-cancer:2017 ; non structuré, un format xds-sd (urn:ihe:iti:xds-sd:pdf:2008 pour un PDF).',
    en: 'A structured PPS has the format urn:asip:ci-sis:pps-cancer:2017; an unstructured one a format xds-sd (urn:ihe:iti:xds-sd:pdf:2008 for a PDF).',
  },
  'inv.dcc-cr-gm-1': {
    code: 'invariant',
    fr: 'Un compte rendu de génétique moléculaire structuré a le format urn:asip:ci-sis:crgm:2018 ; non structuré, un format xds-sd (urn:ihe:iti:xds-sd:pdf:2008 pour un PDF).',
    en: 'A structured molecular genetics report has the format urn:asip:ci-sis:crgm:2018; an unstructured one a format xds-sd (urn:ihe:iti:xds-sd:pdf:2008 for a PDF).',
  },
} as const satisfies Readonly<Record<string, RuleText>>
