import type { Texts } from '../../../french/texts.ts'
import type { Language } from '../../outcome.ts'

/** What `message` says beside a result that is false. It names no code: the caller has it. */
const MESSAGES = {
  'not-in-value-set': {
    fr: 'Le code ne fait pas partie du jeu de valeurs.',
    en: 'The code is not in the value set.',
  },
  'not-in-code-system': {
    fr: 'Le code n’existe pas dans le système de codage.',
    en: 'The code does not exist in the code system.',
  },
  'display-differs': {
    fr: 'Le code existe, mais le libellé fourni n’est pas l’un des siens.',
    en: 'The code exists, but the display given is not one of its displays.',
  },
  'no-translation': {
    fr: 'Aucune correspondance pour ce code.',
    en: 'Nothing corresponds to this code.',
  },
} as const satisfies Readonly<Record<string, Texts>>

/** A message in the language of the caller. */
export function messageOf(key: keyof typeof MESSAGES, language: Language): string {
  return MESSAGES[key][language]
}
