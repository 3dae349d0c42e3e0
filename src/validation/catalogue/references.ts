import type { RuleText } from '../model.ts'

/** Texts of the rules about references and canonicals (validation.md section 8). */
export const REFERENCE_RULES = {
  'reference.form': {
    code: 'value',
    fr: 'Une référence est attendue : Type/id (type de ressource R4), URL absolue, urn:uuid:…, urn:oid:… ou #id ; une recherche (Type?…) dans une transaction seulement.',
    en: 'A reference is expected: Type/id (a resource type of R4), an absolute URL, urn:uuid:…, urn:oid:… or #id; a search (Type?…) in a transaction only.',
  },
  'reference.type': {
    code: 'structure',
    fr: 'La référence désigne un type de ressource qui n’est pas admis ici. Types admis : {allowed}.',
    en: 'The reference leads to a resource type that is not allowed here. Allowed: {allowed}.',
  },
  'reference.type-conflict': {
    code: 'structure',
    fr: 'Reference.type, la référence et la ressource désignée n’annoncent pas le même type.',
    en: 'Reference.type, the reference and the resource it leads to do not name the same type.',
  },
  'reference.unresolved': {
    code: 'not-found',
    fr: 'La référence urn: ne désigne le fullUrl d’aucune entrée du Bundle : ajoutez l’entrée, ou corrigez l’un des deux (même texte, casse comprise).',
    en: 'The urn: reference is the fullUrl of no entry of the Bundle: add the entry, or correct one of the two (same text, case included).',
  },
  'reference.ambiguous': {
    code: 'conflict',
    fr: 'La référence désigne plusieurs entrées du Bundle : leurs fullUrl doivent être distincts.',
    en: 'The reference means several entries of the Bundle: their fullUrl must be distinct.',
  },
  'reference.aggregation': {
    code: 'structure',
    fr: 'La ressource désignée n’est pas là où le profil l’attend : {allowed}. contained : dans cette ressource, désignée par #id ; bundled : dans le même Bundle ; referenced : ailleurs.',
    en: 'The target is not where the profile expects it: {allowed}. contained: inside this resource, referred to as #id; bundled: in the same Bundle; referenced: elsewhere.',
  },
  'reference.target-profile': {
    code: 'structure',
    fr: 'La ressource désignée ne respecte aucun des profils attendus : {profiles}. Pour savoir pourquoi, vérifiez-la seule avec l’un d’eux ($validate, paramètre profile).',
    en: 'The target fulfils none of the profiles expected: {profiles}. To know why, check it alone with one of them ($validate, parameter profile).',
  },
  'reference.not-checked': {
    code: 'informational',
    fr: 'La ressource désignée n’est pas accessible ici : sa conformité à {profiles} n’est pas vérifiée.',
    en: 'The target is not at hand: whether it fulfils {profiles} is not checked.',
  },
  'reference.display-only': {
    code: 'value',
    fr: 'La référence obligatoire n’a qu’un display : donnez reference ou identifier.',
    en: 'The required reference has a display only: give reference or identifier.',
  },
  'canonical.type': {
    code: 'value',
    fr: 'L’URL canonique désigne un type de ressource qui n’est pas admis ici. Types admis : {allowed}.',
    en: 'The canonical URL names a resource type that is not allowed here. Allowed: {allowed}.',
  },
} as const satisfies Readonly<Record<string, RuleText>>
