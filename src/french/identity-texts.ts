import type { Texts } from './texts.ts'

/**
 * Texts of the identity rules, by rule key and reason. INS-01 to INS-11 are those of reference/identity-fr.md 1.6; the IDENT keys
 * cover its section 4.3 (types, statuses and uses that the profiles let through).
 */
export const IDENTITY_TEXTS = {
  'INS-01': {
    fr: 'Un INS exige une identité qualifiée : statut VALI, sans statut contraire.',
    en: 'An INS requires a qualified identity: status VALI, without a contrary status.',
  },
  'INS-02.birthFamily': {
    fr: 'INS sans nom de naissance : name[use=official].family est obligatoire.',
    en: 'INS without the birth family name: name[use=official].family is mandatory.',
  },
  'INS-02.firstGiven': {
    fr: 'INS sans premier prénom de naissance : name[use=official].given est obligatoire.',
    en: 'INS without the first birth given name: name[use=official].given is mandatory.',
  },
  'INS-02.birthGivenList': {
    fr: 'INS sans liste des prénoms de naissance : son extension du nom officiel est obligatoire.',
    en: 'INS without the list of birth given names: its extension of the official name is mandatory.',
  },
  'INS-02.gender': {
    fr: 'INS sans sexe : gender doit être male ou female.',
    en: 'INS without the sex: gender must be male or female.',
  },
  'INS-02.birthDate': {
    fr: 'INS sans date de naissance complète (AAAA-MM-JJ).',
    en: 'INS without a full birth date (YYYY-MM-DD).',
  },
  'INS-02.birthPlace': {
    fr: 'INS sans code COG du lieu de naissance.',
    en: 'INS without the COG code of the birth place.',
  },
  'INS-02.gender-unknown': {
    fr: "Sexe inconnu avec un INS : le téléservice INSi renvoie toujours le sexe de l'état civil.",
    en: 'Unknown sex with an INS: the INSi service always returns the sex of the civil record.',
  },
  'INS-03.length': {
    fr: 'Le matricule INS compte 15 caractères, clé comprise, sans séparateur.',
    en: 'The INS number has 15 characters, key included, without separators.',
  },
  'INS-03.format': {
    fr: "Le matricule INS n'a pas la structure d'un NIR ou d'un NIA.",
    en: 'The INS number does not have the structure of a NIR or NIA.',
  },
  'INS-03.provisional': {
    fr: "Premier chiffre inhabituel pour un numéro d'attente (NIA).",
    en: 'Unusual first digit for a waiting number (NIA).',
  },
  'INS-03.key': {
    fr: 'La clé du matricule INS est fausse.',
    en: 'The key of the INS number is wrong.',
  },
  'INS-04': {
    fr: "L'identité porte un attribut (douteuse, fictive, invalide, usurpée, désactivée, anonyme, cachée) incompatible avec un INS.",
    en: 'The identity carries an attribute (doubtful, fictitious, invalid, usurped, disabled, anonymous, hidden) incompatible with an INS.',
  },
  'INS-05': {
    fr: "Cet INS n'est pas du domaine de ce serveur (production : OID .8 et .9 ; test : .10 et .11).",
    en: 'This INS is not of the domain of this server (production: OIDs .8 and .9; test: .10 and .11).',
  },
  'INS-06': {
    fr: 'Le sexe diffère du premier chiffre du matricule.',
    en: 'The sex differs from the first digit of the number.',
  },
  'INS-07': {
    fr: "L'année ou le mois de naissance diffère du matricule.",
    en: 'The year or month of birth differs from the number.',
  },
  'INS-08': {
    fr: 'La liste des prénoms de naissance doit commencer par le premier prénom.',
    en: 'The list of birth given names must begin with the first given name.',
  },
  'INS-09': {
    fr: 'Un seul INS officiel par patient ; un ancien INS diffère de l’INS officiel.',
    en: 'One official INS per patient; a former INS differs from the official one.',
  },
  'INS-10.format': {
    fr: 'Le code COG du lieu de naissance compte 5 caractères (2A et 2B pour la Corse).',
    en: 'The COG code of the birth place has 5 characters (2A and 2B for Corsica).',
  },
  'INS-10.unknown': {
    fr: 'Lieu de naissance inconnu (99999) pour une identité validée : le téléservice INSi ne le renvoie jamais.',
    en: 'Unknown birth place (99999) for a validated identity: the INSi service never returns it.',
  },
  'INS-10.country': {
    fr: 'Lieu de naissance réduit à un pays : le profil FR Core ne lie que le code des communes.',
    en: 'Birth place given as a country: the FR Core profile only binds the codes of communes.',
  },
  'INS-11': {
    fr: "INS sans statut de l'identité : accepté seulement d'une source toujours qualifiée.",
    en: 'INS without an identity status: only accepted from a source that is always qualified.',
  },
  'IDENT-TYPE': {
    fr: "Le type d'un INS est un code de fr-core-cs-v2-0203 qui correspond à son OID.",
    en: 'The type of an INS is a code of fr-core-cs-v2-0203 that matches its OID.',
  },
  'IDENT-SYSTEM': {
    fr: "Le système d'un INS s'écrit urn:oid: suivi de l'OID.",
    en: 'The system of an INS is written urn:oid: followed by the OID.',
  },
  'IDENT-USE': {
    fr: "L'usage (use) de l'INS est absent ou interdit par FR Core pour cet OID.",
    en: 'The use of the INS is absent or forbidden by FR Core for this OID.',
  },
  'IDENT-STATUS': {
    fr: "Ce statut d'identité n'existe pas dans son système de codes.",
    en: 'This identity status does not exist in its code system.',
  },
  'IDENT-INS': {
    fr: "Cet identifiant a le type d'un INS sans en avoir le système.",
    en: 'This identifier has the type of an INS without its system.',
  },
  'IDENT-NAME': {
    fr: 'Une identité qui porte un INS a un seul nom officiel.',
    en: 'An identity that carries an INS has one official name.',
  },
  'IDENT-CONTAINED': {
    fr: "Une fiche de patient ne contient pas d'autre patient.",
    en: 'A patient record contains no other patient.',
  },
  'IDENT-IPP': {
    fr: "Un IPP (type PI) n'a jamais l'usage official.",
    en: 'A hospital identifier (type PI) never has the use official.',
  },
} as const satisfies Readonly<Record<string, Texts>>

/** Key and reason of an identity rule. */
export type IdentityTextKey = keyof typeof IDENTITY_TEXTS
