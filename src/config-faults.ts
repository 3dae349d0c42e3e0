import type { Mode, Setting, Text } from './config-settings.ts'

/** What is wrong with one setting, in one line of each language, without any secret. */
export interface ConfigFault {
  setting: string
  text: Text
}

/** A configuration that cannot be used: every fault, not only the first. */
export class ConfigError extends Error {
  readonly faults: readonly ConfigFault[]

  constructor(faults: readonly ConfigFault[]) {
    super(faults.map((fault) => fault.text.en).join('\n'))
    this.name = 'ConfigError'
    this.faults = faults
  }

  /** One line for each fault. */
  lines(language: keyof Text): string[] {
    return this.faults.map((fault) => fault.text[language])
  }
}

/** A value that is not accepted; a secret, and the password of a URL, are not shown. */
export function notAccepted({ name, accepted, secret }: Setting, found: unknown): ConfigFault {
  const shown = show(found)
  const what = secret ? { fr: '(masquée)', en: '(hidden)' } : { fr: `« ${shown} »`, en: `"${shown}"` }
  return {
    setting: name,
    text: {
      fr: `${name} : valeur refusée ${what.fr} ; accepté : ${accepted.fr}`,
      en: `${name}: refused value ${what.en}; accepted: ${accepted.en}`,
    },
  }
}

/** A setting without which this mode cannot start. */
export function required({ name, accepted }: Setting, mode: Mode): ConfigFault {
  return {
    setting: name,
    text: {
      fr: `${name} : absent, obligatoire pour « ${mode} » ; accepté : ${accepted.fr}`,
      en: `${name}: missing, required for "${mode}"; accepted: ${accepted.en}`,
    },
  }
}

/** A name that is no setting, with the known one that it resembles most. Its value is not shown: it may be a secret. */
export function unknownName(given: string, known: readonly string[]): ConfigFault {
  const name = show(given)
  const nearest = known.toSorted((one, other) => resemblance(given, one) - resemblance(given, other))[0] ?? ''
  return {
    setting: given,
    text: {
      fr: `${name} : paramètre inconnu ; vouliez-vous dire ${nearest} ?`,
      en: `${name}: unknown setting; did you mean ${nearest}?`,
    },
  }
}

/** A settings file that cannot be used. The parser's own message is not shown: it quotes the file. */
export function unusableFile(path: string, why: 'unreadable' | 'not-json' | 'not-object'): ConfigFault {
  const reasons = {
    unreadable: { fr: 'le fichier ne peut pas être lu', en: 'the file cannot be read' },
    'not-json': { fr: 'le fichier n’est pas du JSON', en: 'the file is not JSON' },
    'not-object': { fr: 'le fichier doit contenir un objet JSON', en: 'the file must hold a JSON object' },
  }
  const [shown, reason] = [show(path), reasons[why]]
  return {
    setting: 'DCC_CONFIG',
    text: {
      fr: `DCC_CONFIG : « ${shown} » : ${reason.fr} ; accepté : chemin d’un fichier JSON de paramètres`,
      en: `DCC_CONFIG: "${shown}": ${reason.en}; accepted: path of a JSON file of settings`,
    },
  }
}

/** A value in one short line, the password of a URL masked. */
export function show(value: unknown): string {
  const text = maskPasswords(typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)))
  const line = text.replace(/\p{C}/gu, '\u{fffd}')
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}

/**
 * Masks what follows a user name up to the last `@`, and parameters that look secret. It does not parse the text: an
 * address that is refused, because of a raw `/`, `#` or `@` in its password say, must not show any of the password.
 */
export function maskPasswords(text: string): string {
  return text
    .replace(CREDENTIALS, '$1:***@')
    .replace(/((?:pass|pwd|secret|token)[^=&\s]*\s*=\s*)(?:'[^']*'|[^&\s]*)/gi, '$1***')
}

const CREDENTIALS = /^(?!(?:file|sqlite):)([a-z][a-z0-9+.-]*:\/\/[^:]*|(?![a-z][a-z0-9+.-]*:\/\/)[^:]*):.*@/is

/** How far two names are apart, whatever their case and the prefix of most settings. */
function resemblance(one: string, other: string): number {
  const [bare, otherBare] = [one, other].map((name) => name.toUpperCase().replace(/^DCC_/, ''))
  return distance(bare ?? '', otherBare ?? '')
}

/** Edit distance (insertion, deletion, replacement). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
