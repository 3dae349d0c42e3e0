import type { RuleText } from '../model.ts'

/** Texts of the rules about extensions (validation.md section 10). */
export const EXTENSION_RULES = {
  'extension.unknown': {
    code: 'informational',
    fr: 'L’extension n’est pas connue de ce serveur : sa forme générale seule est vérifiée. Si elle est d’un guide français ou de R4, vérifiez son url.',
    en: 'This server does not know the extension: only its general form is checked. If it is one of a French guide or of R4, check its url.',
  },
  'extension.modifier-unknown': {
    code: 'extension',
    fr: 'Cette modifierExtension n’est pas connue de ce serveur ; elle change le sens de l’élément et ne peut pas être ignorée. Vérifiez son url, retirez-la, ou exprimez l’information dans un élément du profil.',
    en: 'This server does not know this modifierExtension; it changes the meaning of the element and cannot be ignored. Check its url, remove it, or say the same in an element of the profile.',
  },
  'extension.url-absolute': {
    code: 'extension',
    fr: 'L’url d’une extension est une URL absolue ; un nom simple n’est admis qu’à l’intérieur d’une extension composée.',
    en: 'The url of an extension is an absolute URL; a simple name is allowed only inside a complex extension.',
  },
  'extension.context': {
    code: 'extension',
    fr: 'Cette extension n’est pas admise ici. Emplacements admis : {allowed}.',
    en: 'This extension is not allowed here. Allowed places: {allowed}.',
  },
  'extension.context-not-evaluated': {
    code: 'processing',
    fr: 'L’emplacement de cette extension n’a pas pu être vérifié. Emplacements admis : {allowed}.',
    en: 'The place of this extension could not be checked. Allowed places: {allowed}.',
  },
  'extension.modifier': {
    code: 'extension',
    fr: 'Cette extension change le sens de l’élément : elle doit figurer dans modifierExtension.',
    en: 'This extension changes the meaning of the element: it must stand in modifierExtension.',
  },
  'extension.not-modifier': {
    code: 'extension',
    fr: 'Cette extension ne change pas le sens de l’élément : elle doit figurer dans extension.',
    en: 'This extension does not change the meaning of the element: it must stand in extension.',
  },
} as const satisfies Readonly<Record<string, RuleText>>
