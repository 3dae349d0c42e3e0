import type { RuleText } from '../model.ts'

/** Texts of the rules about elements, choices and values (validation.md sections 1, 2, 3 and P8). */
export const ELEMENT_RULES = {
  'element.unknown': {
    code: 'structure',
    fr: '{type} n’a pas d’élément « {name} ». Retirez-le, ou portez l’information dans une extension.',
    en: '{type} has no element "{name}". Remove it, or carry the information in an extension.',
  },
  'element.misspelt': {
    code: 'structure',
    fr: 'L’élément « {name} » n’existe pas : écrivez « {expected} » (la casse compte).',
    en: 'There is no element "{name}": write "{expected}" (case matters).',
  },
  'element.resource-type': {
    code: 'structure',
    fr: 'resourceType ne figure que sur une ressource, jamais dans un élément : retirez-le.',
    en: 'resourceType belongs on resources only, never inside an element: remove it.',
  },
  'element.null': {
    code: 'structure',
    fr: 'null n’est pas admis ici : omettez l’élément. (Dans un tableau de valeurs simples, null n’est admis que si le tableau frère « _… » porte une extension au même rang.)',
    en: 'null is not allowed here: leave the element out. (In an array of simple values, null is allowed only where the array "_…" beside it has an extension at the same index.)',
  },
  'element.empty-array': {
    code: 'structure',
    fr: 'Un tableau vide n’est pas admis : omettez l’élément.',
    en: 'An empty array is not allowed: leave the element out.',
  },
  'element.not-array': {
    code: 'structure',
    fr: 'Un tableau JSON est attendu, même pour une seule valeur : [ … ].',
    en: 'A JSON array is expected, even for a single value: [ … ].',
  },
  'element.not-single': {
    code: 'structure',
    fr: 'Une seule valeur est attendue, pas un tableau JSON.',
    en: 'A single value is expected, not a JSON array.',
  },
  'element.not-object': {
    code: 'structure',
    fr: 'Un objet JSON est attendu ({type}).',
    en: 'A JSON object is expected ({type}).',
  },
  'element.required': {
    code: 'required',
    fr: 'L’élément « {name} » manque (au moins {min}).',
    en: 'The element "{name}" is missing (at least {min}).',
  },
  'element.min': {
    code: 'required',
    fr: 'L’élément « {name} » est attendu au moins {min} fois, il figure {count} fois.',
    en: 'The element "{name}" is expected at least {min} times, it is there {count} times.',
  },
  'element.max': {
    code: 'structure',
    fr: 'L’élément « {name} » est admis au plus {max} fois, il figure {count} fois.',
    en: 'The element "{name}" is allowed at most {max} times, it is there {count} times.',
  },
  'element.prohibited': {
    code: 'structure',
    fr: 'Le profil interdit l’élément « {name} » : retirez-le.',
    en: 'The profile prohibits the element "{name}": remove it.',
  },
  'choice.type': {
    code: 'structure',
    fr: '« {name} » n’est pas admis ici. Éléments admis : {allowed}.',
    en: '"{name}" is not allowed here. Allowed: {allowed}.',
  },
  'choice.several': {
    code: 'structure',
    fr: 'Un seul type est admis pour {name} ; la ressource en donne plusieurs : {found}.',
    en: 'Only one type is allowed for {name}; the resource gives several: {found}.',
  },
  'value.fixed': {
    code: 'value',
    fr: 'La valeur doit être exactement : {expected}.',
    en: 'The value must be exactly: {expected}.',
  },
  'value.pattern': {
    code: 'value',
    fr: 'La valeur doit contenir au moins : {expected}.',
    en: 'The value must contain at least: {expected}.',
  },
  'value.min': {
    code: 'value',
    fr: 'La valeur doit être supérieure ou égale à {bound}.',
    en: 'The value must be at least {bound}.',
  },
  'value.max': {
    code: 'value',
    fr: 'La valeur doit être inférieure ou égale à {bound}.',
    en: 'The value must be at most {bound}.',
  },
  'value.not-comparable': {
    code: 'processing',
    fr: 'La valeur n’a pas pu être comparée à {bound} : autre unité ou unité inconnue.',
    en: 'The value could not be compared with {bound}: another or an unknown unit.',
  },
  'value.max-length': {
    code: 'too-long',
    fr: 'Le texte dépasse {max} caractères.',
    en: 'The text is longer than {max} characters.',
  },
  'identifier.uri': {
    code: 'value',
    fr: 'Sous le système urn:ietf:rfc:3986, value est une URI complète : urn:oid:…, urn:uuid:… ou https://….',
    en: 'Under the system urn:ietf:rfc:3986, value is a full URI: urn:oid:…, urn:uuid:… or https://….',
  },
  'identifier.oid': {
    code: 'value',
    fr: 'system n’est pas un OID bien formé : urn:oid: suivi de nombres séparés par des points, sans zéro initial.',
    en: 'system is not a well-formed OID: urn:oid: and numbers separated by dots, without leading zeros.',
  },
  'attachment.both': {
    code: 'informational',
    fr: 'url et data sont tous deux présents : ils doivent désigner le même contenu, ce qui n’est pas vérifié.',
    en: 'url and data are both present: they must mean the same content, which is not checked.',
  },
} as const satisfies Readonly<Record<string, RuleText>>
