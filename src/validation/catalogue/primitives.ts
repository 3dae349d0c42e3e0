import type { RuleText } from '../model.ts'

const value = (fr: string, en: string): RuleText => ({ code: 'value', fr, en })

/** Texts of the formats of primitive types (validation.md section 2) and of their partners (`_x`, C4). */
export const PRIMITIVE_RULES = {
  'primitive.boolean': value(
    'Un booléen est attendu : true ou false, sans guillemets.',
    'A boolean is expected: true or false, without quotes.',
  ),
  'primitive.integer': value(
    'Un entier est attendu, sans guillemets, de −2147483648 à 2147483647.',
    'An integer is expected, without quotes, from −2147483648 to 2147483647.',
  ),
  'primitive.unsignedInt': value(
    'Un entier est attendu, sans guillemets, de 0 à 2147483647.',
    'An integer is expected, without quotes, from 0 to 2147483647.',
  ),
  'primitive.positiveInt': value(
    'Un entier est attendu, sans guillemets, de 1 à 2147483647.',
    'An integer is expected, without quotes, from 1 to 2147483647.',
  ),
  'primitive.decimal': value('Un nombre est attendu, sans guillemets.', 'A number is expected, without quotes.'),
  'primitive.string': value(
    'Un texte non vide est attendu, sans caractère de contrôle.',
    'A text that is not blank is expected, without control characters.',
  ),
  'primitive.markdown': value(
    'Un texte markdown non vide est attendu, sans caractère de contrôle.',
    'A markdown text that is not blank is expected, without control characters.',
  ),
  'primitive.code': value(
    'Un code est attendu : un texte sans espace au début ni à la fin, et sans espaces doubles.',
    'A code is expected: a text without space at the start or end, and without double spaces.',
  ),
  'primitive.id': value(
    'Un id est attendu : 1 à 64 caractères parmi A-Z, a-z, 0-9, « - » et « . ».',
    'An id is expected: 1 to 64 characters of A-Z, a-z, 0-9, "-" and ".".',
  ),
  'primitive.element-id': value(
    'Un id d’élément est attendu : un texte sans espace.',
    'An element id is expected: a text without white space.',
  ),
  'primitive.uri': value(
    'Une URI est attendue : un texte non vide et sans espace.',
    'A URI is expected: a text that is not empty, without white space.',
  ),
  'primitive.url': value(
    'Une URL est attendue : un texte non vide et sans espace.',
    'A URL is expected: a text that is not empty, without white space.',
  ),
  'primitive.canonical': value(
    'Une URL canonique est attendue, sans espace, éventuellement suivie de |version.',
    'A canonical URL is expected, without white space, which |version may follow.',
  ),
  'primitive.oid': value(
    'Un OID est attendu : urn:oid: suivi de nombres séparés par des points, sans zéro initial, par exemple urn:oid:1.2.250.1.',
    'An OID is expected: urn:oid: and numbers separated by dots, without leading zeros, for example urn:oid:1.2.250.1.',
  ),
  'primitive.uuid': value(
    'Un UUID est attendu : urn:uuid: suivi de 8-4-4-4-12 chiffres hexadécimaux en minuscules.',
    'A UUID is expected: urn:uuid: and 8-4-4-4-12 hexadecimal digits in lower case.',
  ),
  'primitive.date': value(
    'Une date est attendue : AAAA, AAAA-MM ou AAAA-MM-JJ, un jour qui existe, sans heure.',
    'A date is expected: YYYY, YYYY-MM or YYYY-MM-DD, a day that exists, without time.',
  ),
  'primitive.dateTime': value(
    'Une date est attendue : AAAA, AAAA-MM, AAAA-MM-JJ, ou AAAA-MM-JJThh:mm:ss avec fuseau (Z ou +hh:mm) ; un jour qui existe, secondes et fuseau obligatoires dès qu’il y a une heure.',
    'A date is expected: YYYY, YYYY-MM, YYYY-MM-DD, or YYYY-MM-DDThh:mm:ss with zone (Z or +hh:mm); a day that exists, seconds and zone mandatory with a time.',
  ),
  'primitive.instant': value(
    'Un instant complet est attendu : AAAA-MM-JJThh:mm:ss avec fuseau (Z ou +hh:mm).',
    'A full instant is expected: YYYY-MM-DDThh:mm:ss with zone (Z or +hh:mm).',
  ),
  'primitive.time': value(
    'Une heure est attendue : hh:mm:ss, sans fuseau.',
    'A time is expected: hh:mm:ss, without zone.',
  ),
  'primitive.base64Binary': value(
    'Du base64 est attendu : A-Z, a-z, 0-9, +, /, longueur multiple de 4, « = » à la fin seulement (pas la variante « URL » avec - et _).',
    'Base64 is expected: A-Z, a-z, 0-9, +, /, a length that is a multiple of 4, "=" at the end only (not the "URL" variant with - and _).',
  ),
  'primitive.xhtml': value(
    'Un texte XHTML est attendu : <div xmlns="http://www.w3.org/1999/xhtml">…</div>.',
    'A text of XHTML is expected: <div xmlns="http://www.w3.org/1999/xhtml">…</div>.',
  ),
  'primitive.companion': {
    code: 'structure',
    fr: 'Le frère « _… » d’une valeur simple porte id et extension dans la même forme JSON que la valeur ; attendu : {shape}.',
    en: 'The partner "_…" of a simple value carries id and extension in the same JSON form as the value; expected: {shape}.',
  },
  'primitive.companion-length': {
    code: 'structure',
    fr: 'Le tableau et son frère « _… » doivent avoir la même longueur : complétez le plus court par des null.',
    en: 'The array and its partner "_…" must have the same length: fill the shorter one with null.',
  },
} as const satisfies Readonly<Record<string, RuleText>>
