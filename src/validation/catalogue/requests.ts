import type { RuleText } from '../model.ts'

/** Texts about a resource and what goes on around its check: the address that it is sent to, servers that are asked. */
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
  'terminology.remote-unavailable': {
    code: 'processing',
    fr: 'Le serveur de terminologie distant n’a pas répondu : les codes que ce serveur ne possède pas restent non vérifiés.',
    en: 'The remote terminology server did not answer: the codes that this server does not hold remain unchecked.',
  },
} as const satisfies Readonly<Record<string, RuleText>>
