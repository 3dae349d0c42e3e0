import type { RuleText } from '../model.ts'

/** Texts of the rules on documents, their contents and the numbers of the national registers. */
export const DOCUMENT_RULE_TEXTS = {
  'registry.rpps': {
    code: 'value',
    fr: "Ce numéro RPPS est faux : 11 chiffres, le dernier étant la clé de Luhn. L'identifiant national (urn:oid:1.2.250.1.71.4.2.1) est ce numéro précédé du chiffre 8. Reprenez-le de l'annuaire santé, de Pro Santé Connect ou de la carte.",
    en: 'This RPPS number is wrong: 11 digits, the last being the Luhn key. The national identifier (urn:oid:1.2.250.1.71.4.2.1) is this number behind the digit 8. Take it from the health directory, Pro Santé Connect or the card.',
  },
  'registry.finess': {
    code: 'value',
    fr: "Ce numéro FINESS est faux : 9 caractères, le dernier étant la clé de Luhn (2A et 2B en Corse). L'identifiant national de structure (urn:oid:1.2.250.1.71.4.2.2) est ce numéro précédé du chiffre 1.",
    en: 'This FINESS number is wrong: 9 characters, the last being the Luhn key (2A and 2B in Corsica). The national identifier of a structure (urn:oid:1.2.250.1.71.4.2.2) is this number behind the digit 1.',
  },
  'registry.siren': {
    code: 'value',
    fr: "Ce numéro SIREN est faux : 9 chiffres, le dernier étant la clé de Luhn. L'identifiant national de structure (urn:oid:1.2.250.1.71.4.2.2) est ce numéro précédé du chiffre 2.",
    en: 'This SIREN number is wrong: 9 digits, the last being the Luhn key. The national identifier of a structure (urn:oid:1.2.250.1.71.4.2.2) is this number behind the digit 2.',
  },
  'registry.siret': {
    code: 'value',
    fr: "Ce numéro SIRET est faux : 14 chiffres (SIREN puis établissement), le dernier étant la clé de Luhn. L'identifiant national de structure (urn:oid:1.2.250.1.71.4.2.2) est ce numéro précédé du chiffre 3.",
    en: 'This SIRET number is wrong: 14 digits (SIREN, then establishment), the last being the Luhn key. The national identifier of a structure (urn:oid:1.2.250.1.71.4.2.2) is this number behind the digit 3.',
  },
  'attachment.size': {
    code: 'value',
    fr: "La taille (size) n'est pas celle du contenu : {expected} octets attendus. Comptez les octets du document lui-même, pas ceux de son base64.",
    en: 'The size is not that of the content: {expected} bytes expected. Count the bytes of the document itself, not those of its base64.',
  },
  'attachment.hash': {
    code: 'value',
    fr: "L'empreinte (hash) n'est pas celle du contenu. Attendu : le SHA-1 des octets du document (pas de son base64), soit 20 octets, écrit en base64.",
    en: 'The hash is not that of the content. Expected: the SHA-1 of the bytes of the document (not of its base64), 20 bytes, written in base64.',
  },
  'attachment.hash-hex': {
    code: 'value',
    fr: "L'empreinte (hash) est juste mais écrite en hexadécimal, comme dans XDS. En FHIR, écrivez les 20 mêmes octets en base64.",
    en: 'The hash is right but written in hexadecimal, as in XDS. In FHIR, write the same 20 bytes in base64.',
  },
  'attachment.content-type': {
    code: 'conflict',
    fr: "Le type de média (contentType) n'est pas celui du Binary que l'adresse (url) désigne dans le même lot. Écrivez le même des deux côtés.",
    en: 'The media type (contentType) is not that of the Binary that the url names in the same bundle. Write the same on both sides.',
  },
  'submission.profile': {
    code: 'required',
    fr: "Le lot ne nomme pas son profil : écrivez dans meta.profile l'adresse du profil de lot PDSm ou MHD (ProvideBundle).",
    en: 'The submission does not name its profile: write the address of the PDSm or MHD profile of provide bundles in meta.profile.',
  },
  'submission.unique-id': {
    code: 'duplicate',
    fr: 'Deux documents du lot ont le même identifiant unique (masterIdentifier). Chaque document a le sien, une nouvelle version aussi.',
    en: 'Two documents of the submission have the same unique id (masterIdentifier). Each document has its own, a new version too.',
  },
  'submission.subject': {
    code: 'conflict',
    fr: 'Le lot parle de plusieurs patients : cet élément subject ne désigne pas le même que celui du lot ou du premier document. Envoyez un lot par patient.',
    en: 'The submission speaks of several patients: this subject is not that of the submission set or of the first document. Send one submission for each patient.',
  },
  'submission.binary-undescribed': {
    code: 'business-rule',
    fr: "Aucun document du lot ne décrit ce Binary : ajoutez un DocumentReference dont attachment.url est le fullUrl de cette entrée, ou retirez l'entrée.",
    en: 'No document of the submission describes this Binary: add a DocumentReference whose attachment.url is the fullUrl of this entry, or leave the entry out.',
  },
  'submission.content-missing': {
    code: 'not-found',
    fr: "Le contenu que l'adresse (attachment.url) désigne n'est pas dans le lot. Ajoutez l'entrée Binary qui a ce fullUrl.",
    en: 'The content that the address (attachment.url) names is not in the submission. Add the Binary entry that has this fullUrl.',
  },
  'document.type-unlisted': {
    code: 'code-invalid',
    fr: "Ce type de document n'est pas dans la liste nationale JDV_J07 : qui cherche par type ne trouvera pas ce document. Choisissez un code LOINC de cette liste, par exemple 34794-8 pour une fiche RCP.",
    en: 'This document type is not in the national list JDV_J07: whoever searches by type will not find this document. Choose a LOINC code of that list, for example 34794-8 for a multidisciplinary meeting report.',
  },
  'document.type-class': {
    code: 'business-rule',
    fr: "La classe du document (category) ne va pas avec son type. Classe attendue pour ce type d'après ASS_X04 : {expected}.",
    en: 'The class of the document (category) does not go with its type. Class expected for this type by ASS_X04: {expected}.',
  },
  'document.type-format': {
    code: 'business-rule',
    fr: 'Le format du document (content.format) est celui d’un document structuré d’un autre type : ce format va avec le type LOINC {expected}. Corrigez le type ou le format ; un PDF a le format urn:ihe:iti:xds-sd:pdf:2008.',
    en: 'The format of the document (content.format) is that of a structured document of another type: this format goes with the LOINC type {expected}. Correct the type or the format; a PDF has the format urn:ihe:iti:xds-sd:pdf:2008.',
  },
  'document.format-content': {
    code: 'business-rule',
    fr: 'Le type de média (attachment.contentType) ne va pas avec le format (content.format). Types de média attendus pour ce format : {expected}.',
    en: 'The media type (attachment.contentType) does not go with the format (content.format). Media types expected for this format: {expected}.',
  },
  'document.template-format': {
    code: 'business-rule',
    fr: "Le format (content.format) n'est pas celui du modèle que le document CDA déclare (templateId). Format attendu d'après ASS_A11 : {expected}.",
    en: 'The format (content.format) is not that of the template that the CDA document declares (templateId). Format expected by ASS_A11: {expected}.',
  },
  'pdsm.constr-bind-type': {
    code: 'code-invalid',
    fr: "Le type du document n'a aucun code des terminologies permises par PDSm : {systems}. Choisissez un code du jeu de valeurs JDV_J07.",
    en: 'The type of the document has no code of the terminologies that PDSm allows: {systems}. Choose a code of the value set JDV_J07.',
  },
  'pdsm.constr-bind-category': {
    code: 'code-invalid',
    fr: "La classe du document (category) n'a aucun code des terminologies permises par PDSm : {systems}. Choisissez un code du jeu de valeurs JDV_J06.",
    en: 'The class of the document (category) has no code of the terminologies that PDSm allows: {systems}. Choose a code of the value set JDV_J06.',
  },
  'pdsm.constr-bind-securityLabel': {
    code: 'code-invalid',
    fr: "Ce niveau de confidentialité (securityLabel) n'a aucun code des terminologies permises : {systems}. Un code d'un autre système ne protégerait pas le document. Choisissez un code de JDV_J08 : N, R ou V (TRE_A08), ou un code de visibilité (TRE_A07).",
    en: 'This confidentiality (securityLabel) has no code of the terminologies allowed: {systems}. A code of another system would not protect the document. Choose a code of JDV_J08: N, R or V (TRE_A08), or a visibility code (TRE_A07).',
  },
  'pdsm.constr-bind-format': {
    code: 'code-invalid',
    fr: "Le format (content.format) n'est d'aucune des terminologies permises par PDSm : {systems}. Choisissez un code du jeu de valeurs JDV_J10.",
    en: 'The format (content.format) is of none of the terminologies that PDSm allows: {systems}. Choose a code of the value set JDV_J10.',
  },
  'pdsm.constr-bind-ProducteurDoc': {
    code: 'code-invalid',
    fr: "Cet élément n'a aucun code des terminologies permises par PDSm : {systems}. Choisissez un code de JDV_J02 (facilityType) ou de JDV_J04 (practiceSetting).",
    en: 'This element has no code of the terminologies that PDSm allows: {systems}. Choose a code of JDV_J02 (facilityType) or of JDV_J04 (practiceSetting).',
  },
  'pdsm.constr-bind-ProducteurDoc.author': {
    code: 'business-rule',
    fr: "Un code de TRE_A00-ProducteurDocNonPS est réservé aux documents d'un patient ou de son équipement, or tous les auteurs sont des professionnels ou des structures. Choisissez un code de TRE_R02 (facilityType) ou de TRE_A01 (practiceSetting).",
    en: 'A code of TRE_A00-ProducteurDocNonPS is for documents of a patient or of a device of his, but every author is a professional or a structure. Choose a code of TRE_R02 (facilityType) or of TRE_A01 (practiceSetting).',
  },
  'pdsm.constr-bind-context-event': {
    code: 'code-invalid',
    fr: "Cet acte ou diagnostic (context.event) n'a pas de code avec son système. Codez-le : CCAM pour un acte, CIM-10 pour un diagnostic, TRE_A00 pour l'expression d'un patient, ou une autre terminologie.",
    en: 'This act or diagnosis (context.event) has no code with its system. Code it: CCAM for an act, CIM-10 for a diagnosis, TRE_A00 for the expression of a patient, or another terminology.',
  },
  'pdsm.constr-bind-attachmenturl': {
    code: 'value',
    fr: "L'adresse du contenu (attachment.url) ne mène nulle part. Attendu : le fullUrl d'une entrée Binary du même lot, Binary/[id], ou une adresse http(s) absolue où lire le document.",
    en: 'The address of the content (attachment.url) leads nowhere. Expected: the fullUrl of a Binary entry of the same bundle, Binary/[id], or an absolute http(s) address where the document is read.',
  },
  'pdsm.constr-bind-relatesTo': {
    code: 'business-rule',
    fr: 'Un document qui en remplace un autre a exactement une relation (relatesTo) : replaces vers le document remplacé. Il y en a {count}.',
    en: 'A document that replaces another has exactly one relation (relatesTo): replaces, to the replaced document. There are {count}.',
  },
  'pdsm.constr-bind-relatesToTarget': {
    code: 'business-rule',
    fr: 'La cible d’une relation (relatesTo.target) est la fiche d’un document : une référence à un DocumentReference, ou son identifiant (identifier). Jamais le Binary, ni une ressource contenue.',
    en: 'The target of a relation (relatesTo.target) is the entry of a document: a reference to a DocumentReference, or its identifier. Never the Binary, nor a contained resource.',
  },
  'pdsm.constr-bind-designationtype': {
    code: 'code-invalid',
    fr: "Le type d'activité du lot (extension ihe-designationType) n'a aucun code des terminologies permises par PDSm : {systems}. Choisissez un code du jeu de valeurs JDV_J03.",
    en: 'The kind of activity of the submission (extension ihe-designationType) has no code of the terminologies that PDSm allows: {systems}. Choose a code of the value set JDV_J03.',
  },
  'pdsm.constr-cdr-rempl': {
    code: 'business-rule',
    fr: 'Ce lot rend un document obsolète (superseded) sans apporter celui qui le remplace. Ajoutez une entrée DocumentReference avec relatesTo : code = replaces, target = le document rendu obsolète.',
    en: 'This submission supersedes a document without bringing the one that replaces it. Add a DocumentReference entry with relatesTo: code = replaces, target = the superseded document.',
  },
} as const satisfies Readonly<Record<string, RuleText>>
