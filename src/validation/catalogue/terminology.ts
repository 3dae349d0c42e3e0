import type { RuleText } from '../model.ts'

/** Texts of the rules about codes (validation.md section 6). `{expected}` and `{valueSet}` are of the definition. */
export const TERMINOLOGY_RULES = {
  'binding.required': {
    code: 'code-invalid',
    fr: 'Ce code n’est pas admis ici. Codes admis : {expected}.',
    en: 'This code is not allowed here. Codes allowed: {expected}.',
  },
  'binding.required-text': {
    code: 'code-invalid',
    fr: 'Un code est exigé ici, un texte seul ne suffit pas. Codes admis : {expected}.',
    en: 'A code is required here, a text alone is not enough. Codes allowed: {expected}.',
  },
  'binding.extensible': {
    code: 'code-invalid',
    fr: 'Ce code n’est pas de la liste attendue, à utiliser dès qu’un de ses codes convient : {expected}.',
    en: 'This code is not on the list expected, which has to be used whenever one of its codes applies: {expected}.',
  },
  'binding.extensible-text': {
    code: 'code-invalid',
    fr: 'Un code est attendu ici dès que la liste en contient un qui convient : {expected}.',
    en: 'A code is expected here whenever the list has one that applies: {expected}.',
  },
  'binding.maximum': {
    code: 'code-invalid',
    fr: 'Ce code est hors de la liste maximale de cet élément. Codes admis : {expected}.',
    en: 'This code is outside the largest list that this element may use. Codes allowed: {expected}.',
  },
  'binding.maximum-text': {
    code: 'code-invalid',
    fr: 'Un code de la liste maximale de cet élément est exigé ici : {expected}.',
    en: 'A code of the largest list that this element may use is required here: {expected}.',
  },
  'binding.not-checked': {
    code: 'informational',
    fr: 'Code non vérifié : le serveur ne possède pas tous les codes de {valueSet}.',
    en: 'Code not checked: the server does not hold all the codes of {valueSet}.',
  },
  'coding.unknown-code': {
    code: 'code-invalid',
    fr: 'Ce code n’existe pas dans le système de codage {system} : vérifiez le code (la casse compte) ou « system ».',
    en: 'This code does not exist in the code system {system}: check the code (case matters) or "system".',
  },
  'coding.display': {
    code: 'code-invalid',
    fr: 'Le libellé (display) n’est pas celui de ce code. Attendu : « {expected} » ; ou omettez display.',
    en: 'The display is not the one of this code. Expected: "{expected}"; or leave display out.',
  },
  'coding.system-missing': {
    code: 'code-invalid',
    fr: 'Un code sans « system » ne dit pas de quelle nomenclature il vient : ajoutez son système de codage.',
    en: 'A code without "system" does not tell which terminology it comes from: add its code system.',
  },
  'coding.system-value-set': {
    code: 'code-invalid',
    fr: '« system » désigne un jeu de valeurs : donnez l’URL du système de codage dont vient le code.',
    en: '"system" names a value set: give the URL of the code system that the code comes from.',
  },
} as const satisfies Readonly<Record<string, RuleText>>
