import type { RuleText } from '../model.ts'

/** Texts of the identity rules: what is wrong, what is expected and where. They never hold a value of the resource. */
export const IDENTITY_RULE_TEXTS = {
  'INS-01': {
    code: 'business-rule',
    fr: "Ce patient porte un INS alors que son identité n'est pas qualifiée. Un INS ne se transmet qu'avec le statut VALI (extension fr-core-identity-reliability, identityStatus) et sans statut contraire : qualifiez l'identité, ou retirez l'INS.",
    en: 'This patient carries an INS but the identity is not qualified. An INS only travels with the status VALI (extension fr-core-identity-reliability, identityStatus) and no contrary status: qualify the identity, or remove the INS.',
  },
  'INS-02.birthFamily': {
    code: 'required',
    fr: 'Un INS exige les cinq traits. Il manque le nom de naissance : family dans le nom (name) dont use = official.',
    en: 'An INS requires the five traits. The birth family name is missing: family in the name whose use = official.',
  },
  'INS-02.firstGiven': {
    code: 'required',
    fr: 'Un INS exige les cinq traits. Il manque le premier prénom de naissance : given dans le nom de use official.',
    en: 'An INS requires the five traits. The first birth given name is missing: given in the name of use official.',
  },
  'INS-02.birthGivenList': {
    code: 'required',
    fr: 'Un INS exige les cinq traits. Il manque la liste des prénoms de naissance : extension fr-core-patient-birth-list-given-name (valueString, prénoms séparés par un espace, le premier compris) dans le nom de use official.',
    en: 'An INS requires the five traits. The list of birth given names is missing: extension fr-core-patient-birth-list-given-name (valueString, names separated by a space, the first included) in the name of use official.',
  },
  'INS-02.gender': {
    code: 'required',
    fr: 'Un INS exige les cinq traits. Le sexe manque ou ne convient pas : gender vaut male ou female, comme le téléservice INSi le renvoie.',
    en: 'An INS requires the five traits. The sex is missing or does not fit: gender is male or female, as the INSi service returns it.',
  },
  'INS-02.birthDate': {
    code: 'required',
    fr: 'Un INS exige les cinq traits. La date de naissance manque ou est incomplète : birthDate porte année, mois et jour (AAAA-MM-JJ). Une date déclarée sans jour ni mois se réécrit selon le RNIV.',
    en: 'An INS requires the five traits. The birth date is missing or partial: birthDate holds year, month and day (YYYY-MM-DD). A date declared without day or month is rewritten as the RNIV says.',
  },
  'INS-02.birthPlace': {
    code: 'required',
    fr: 'Un INS exige les cinq traits. Il manque le code COG du lieu de naissance : extension patient-birthPlace, valueAddress avec l’extension fr-core-address-insee-code (valueCoding.code).',
    en: 'An INS requires the five traits. The COG code of the birth place is missing: extension patient-birthPlace, valueAddress with the extension fr-core-address-insee-code (valueCoding.code).',
  },
  'INS-02.gender-unknown': {
    code: 'business-rule',
    fr: 'Le sexe est inconnu (gender = unknown) alors que le patient porte un INS. Le téléservice INSi renvoie toujours le sexe : reprenez male ou female de sa réponse.',
    en: 'The sex is unknown (gender = unknown) though the patient carries an INS. The INSi service always returns the sex: take male or female from its answer.',
  },
  'INS-03.length': {
    code: 'value',
    fr: 'Un matricule INS compte exactement 15 caractères : les 13 du numéro puis les 2 de la clé, sans espace ni séparateur.',
    en: 'An INS number has exactly 15 characters: the 13 of the number, then the 2 of the key, without space or separator.',
  },
  'INS-03.format': {
    code: 'value',
    fr: 'Ce matricule INS n’a pas la structure d’un NIR ou d’un NIA : sexe 1 ou 2, année, mois 01-12 ou 20-99, département (2A ou 2B en Corse, en majuscules), commune, ordre, clé de 01 à 97. Un numéro provisoire (7, 8) n’est pas un INS.',
    en: 'This INS number does not have the structure of a NIR or NIA: sex 1 or 2, year, month 01-12 or 20-99, department (2A or 2B in Corsica, upper case), commune, order, key from 01 to 97. A provisional number (7, 8) is no INS.',
  },
  'INS-03.provisional': {
    code: 'value',
    fr: "Le premier chiffre de ce NIA est inhabituel (3, 4, 7 ou 8). Vérifiez qu'il vient du téléservice INSi.",
    en: 'The first digit of this NIA is unusual (3, 4, 7 or 8). Check that it comes from the INSi service.',
  },
  'INS-03.key': {
    code: 'value',
    fr: 'La clé de ce matricule INS est fausse : ses deux derniers caractères valent 97 − (les 13 premiers modulo 97), 2A étant compté 19 et 2B étant compté 18. Reprenez le matricule de la réponse INSi, sans saisie.',
    en: 'The key of this INS number is wrong: its last two characters are 97 − (the first 13 modulo 97), with 2A counted as 19 and 2B as 18. Take the number from the INSi answer, without typing it.',
  },
  'INS-04': {
    code: 'business-rule',
    fr: "Cette identité porte un attribut (DOUT, FICT, INVA, USUR, DESA, ANOM ou CACH) qui exclut un INS. Levez l'attribut après vérification, ou retirez l'INS.",
    en: 'This identity carries an attribute (DOUT, FICT, INVA, USUR, DESA, ANOM or CACH) that excludes an INS. Lift the attribute once verified, or remove the INS.',
  },
  'INS-05': {
    code: 'business-rule',
    fr: "Cet INS n'est pas du domaine de ce serveur. En production : urn:oid:1.2.250.1.213.1.4.8 (NIR) ou .9 (NIA) ; en test et démonstration : .10 ou .11. Vérifiez le serveur auquel vous écrivez.",
    en: 'This INS is not of the domain of this server. Production: urn:oid:1.2.250.1.213.1.4.8 (NIR) or .9 (NIA); test and demonstration: .10 or .11. Check which server you write to.',
  },
  'INS-06': {
    code: 'business-rule',
    fr: 'Le sexe (gender) diffère du premier chiffre du matricule INS : 1 pour male, 2 pour female. Vérifiez que matricule et traits viennent de la même réponse INSi.',
    en: 'The sex (gender) differs from the first digit of the INS number: 1 for male, 2 for female. Check that number and traits come from the same INSi answer.',
  },
  'INS-07': {
    code: 'business-rule',
    fr: "L'année ou le mois de birthDate diffère du matricule INS (caractères 2 à 5). C'est possible après une rectification d'état civil ; sinon, corrigez.",
    en: 'The year or month of birthDate differs from the INS number (characters 2 to 5). That happens after a rectified civil record; otherwise correct it.',
  },
  'INS-08': {
    code: 'business-rule',
    fr: 'La liste des prénoms de naissance (extension fr-core-patient-birth-list-given-name) doit commencer par le premier prénom (given) du même nom. Accents, casse, tirets et espaces ne comptent pas.',
    en: 'The list of birth given names (extension fr-core-patient-birth-list-given-name) must begin with the first given name of the same name. Accents, case, hyphens and spaces do not count.',
  },
  'INS-09': {
    code: 'duplicate',
    fr: "Un patient a un seul INS courant. Gardez l'INS officiel, passez les autres à use = old s'ils sont d'anciens numéros, et retirez un ancien INS égal à l'officiel.",
    en: 'A patient has one current INS. Keep the official one, set the others to use = old when they are former numbers, and remove a former INS equal to the official one.',
  },
  'INS-10.format': {
    code: 'value',
    fr: 'Le code COG du lieu de naissance compte 5 caractères : 5 chiffres, ou 2A ou 2B suivi de 3 chiffres.',
    en: 'The COG code of the birth place has 5 characters: 5 digits, or 2A or 2B followed by 3 digits.',
  },
  'INS-10.unknown': {
    code: 'business-rule',
    fr: "Le lieu de naissance est inconnu (99999) alors que l'identité est validée. Le téléservice INSi ne renvoie jamais ce code : reprenez celui de sa réponse.",
    en: 'The birth place is unknown (99999) though the identity is validated. The INSi service never returns this code: take the one of its answer.',
  },
  'INS-10.country': {
    code: 'business-rule',
    fr: "Le lieu de naissance est un pays (99xxx). C'est juste pour une naissance à l'étranger ; le profil FR Core ne lie toutefois que les communes (TRE_R13).",
    en: 'The birth place is a country (99xxx). That is right for a birth abroad; the FR Core profile, though, only binds communes (TRE_R13).',
  },
  'INS-11': {
    code: 'required',
    fr: "Ce patient porte un INS sans statut d'identité. Ajoutez l'extension fr-core-identity-reliability avec identityStatus = VALI (système fr-core-cs-v2-0445) si l'identité est qualifiée ; sinon, retirez l'INS.",
    en: 'This patient carries an INS without an identity status. Add the extension fr-core-identity-reliability with identityStatus = VALI (system fr-core-cs-v2-0445) if the identity is qualified; otherwise remove the INS.',
  },
  'INS-12.address': {
    code: 'business-rule',
    fr: "Cette adresse contient un matricule INS : elle serait écrite dans les journaux de tous les intermédiaires. Utilisez l'identifiant technique de la ressource, et cherchez par INS avec POST _search.",
    en: 'This address holds an INS number: every intermediary would write it to its logs. Use the technical id of the resource, and search by INS with POST _search.',
  },
  'INS-12.id': {
    code: 'business-rule',
    fr: "L'id de la ressource contient un matricule INS, et un id se retrouve dans toutes les adresses. Choisissez un id sans signification (un UUID).",
    en: 'The id of the resource holds an INS number, and an id stands in every address. Choose an id without meaning (a UUID).',
  },
  'IDENT-TYPE': {
    code: 'code-invalid',
    fr: "L'identifiant a le système d'un INS mais pas son type. Attendu : type.coding de système https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203, code INS-NIR (OID .8), INS-NIA (.9), INS-NIR-TEST (.10) ou INS-NIR-DEMO (.11).",
    en: 'The identifier has the system of an INS but not its type. Expected: type.coding of system https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203, code INS-NIR (OID .8), INS-NIA (.9), INS-NIR-TEST (.10) or INS-NIR-DEMO (.11).',
  },
  'IDENT-SYSTEM': {
    code: 'value',
    fr: "Le système d'un INS s'écrit urn:oid: suivi de l'OID, sans rien d'autre : urn:oid:1.2.250.1.213.1.4.8 pour un NIR.",
    en: 'The system of an INS is written urn:oid: followed by the OID and nothing else: urn:oid:1.2.250.1.213.1.4.8 for a NIR.',
  },
  'IDENT-USE': {
    code: 'value',
    fr: "L'usage (use) de cet INS manque ou n'est pas permis par FR Core. Un INS courant a use = official (un NIA : temp en FR Core 2.1.0) ; un ancien NIR ou NIA a use = old, jamais un INS de test.",
    en: 'The use of this INS is missing or not allowed by FR Core. A current INS has use = official (a NIA: temp in FR Core 2.1.0); a former NIR or NIA has use = old, a test INS never.',
  },
  'IDENT-STATUS': {
    code: 'code-invalid',
    fr: "Ce code n'existe pas dans son système de statuts d'identité. Statuts de fr-core-cs-v2-0445 : PROV, VALI… ; QUAL et RECUP n'existent que dans fr-core-cs-identity-status.",
    en: 'This code does not exist in its system of identity statuses. Statuses of fr-core-cs-v2-0445: PROV, VALI…; QUAL and RECUP only exist in fr-core-cs-identity-status.',
  },
  'IDENT-INS': {
    code: 'value',
    fr: "L'identifiant a le type d'un INS sans en avoir le système. Attendu : system = urn:oid:1.2.250.1.213.1.4.8 (INS-NIR), .9 (INS-NIA), .10 (INS-NIR-TEST) ou .11 (INS-NIR-DEMO).",
    en: 'The identifier has the type of an INS without its system. Expected: system = urn:oid:1.2.250.1.213.1.4.8 (INS-NIR), .9 (INS-NIA), .10 (INS-NIR-TEST) or .11 (INS-NIR-DEMO).',
  },
  'IDENT-NAME': {
    code: 'duplicate',
    fr: "Un patient qui porte un INS a un seul nom de use official : celui de l'état civil. Donnez à l'autre son usage (usual, old…).",
    en: 'A patient that carries an INS has one name of use official: that of the civil record. Give the other one its own use (usual, old…).',
  },
  'IDENT-CONTAINED': {
    code: 'business-rule',
    fr: "Un patient ne contient pas d'autre patient (contained). Envoyez l'autre patient comme une ressource à part.",
    en: 'A patient contains no other patient (contained). Send the other patient as a resource of its own.',
  },
  'IDENT-IPP': {
    code: 'value',
    fr: "Un IPP (type PI) n'a jamais use = official, réservé à l'INS : mettez use = usual.",
    en: 'A hospital identifier (type PI) never has use = official, which is for the INS: set use = usual.',
  },
} as const satisfies Readonly<Record<string, RuleText>>
