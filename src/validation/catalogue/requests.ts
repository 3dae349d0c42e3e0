import type { RuleText } from '../model.ts'

/** Texts of the rules about a resource and the address that it is sent to. */
export const REQUEST_RULES = {
  'resource.type-of-address': {
    code: 'structure',
    fr: 'La ressource n’est pas du type que nomme l’adresse : {expected}.',
    en: 'The resource is not of the type that the address names: {expected}.',
  },
  'resource.id-of-address': {
    code: 'business-rule',
    fr: 'L’id de la ressource n’est pas celui de l’adresse.',
    en: 'The id of the resource is not that of the address.',
  },
} as const satisfies Readonly<Record<string, RuleText>>
