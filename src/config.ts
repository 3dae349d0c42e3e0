import { readFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { Ajv, type ErrorObject } from 'ajv'
import {
  ConfigError,
  type ConfigFault,
  maskPasswords,
  notAccepted,
  required,
  unknownName,
  unusableFile,
} from './config-faults.ts'
import { FORMATS, hostInUrl } from './config-formats.ts'
import { type Mode, OTHER_NAMES, SETTINGS, type Setting, type Values } from './config-settings.ts'

export { ConfigError, type ConfigFault } from './config-faults.ts'
export type { Mode } from './config-settings.ts'

/**
 * The settings of a process, checked (design.md section 5). Relative paths start from the working directory.
 * `store` may hold a password: print it by `describeConfig` only.
 */
export interface Config extends Readonly<Values> {
  readonly mode: Mode
}

const NAMES = SETTINGS.map((setting) => setting.name)
const ENVIRONMENT_NAMES = [...NAMES, ...OTHER_NAMES.map((other) => other.name)]

/**
 * Reads the settings from the environment and from the JSON file that DCC_CONFIG names; the environment wins and an
 * empty value counts as none. Throws a ConfigError with one fault for every setting that is missing, unknown or not
 * accepted.
 */
export function loadConfig({ env, mode }: { env: NodeJS.ProcessEnv; mode: Mode }): Config {
  const faults: ConfigFault[] = []
  const given = { ...fromFile(env.DCC_CONFIG, faults), ...fromEnvironment(env, faults) }
  const candidate = withDefaults(given, mode)
  const validate = validatorFor(mode)
  const valid = validate(candidate)
  if (!valid) faults.push(...faultsOf(validate.errors ?? [], given, candidate, mode))
  const forbidden = SETTINGS.filter((setting) => setting.permitted?.(candidate, mode) === false)
  faults.push(
    ...forbidden.map((setting) => {
      const value = candidate[setting.key]
      return value === undefined ? required(setting, mode) : notAccepted(setting, value)
    }),
  )
  if (!valid || faults.length > 0) throw new ConfigError(faults)
  return { ...candidate, mode, baseUrl: new URL(candidate.baseUrl).origin }
}

/** The folder that `DCC_BLOBS` names. */
export function blobsFolder({ blobs }: Pick<Config, 'blobs'>): string {
  return blobs.slice('file:'.length)
}

/** Every setting with its value, a line each, for the start-up log; secrets and the passwords of URLs are masked. */
export function describeConfig(config: Config): string {
  const width = Math.max(...NAMES.map((name) => name.length))
  return SETTINGS.map(({ key, name, secret }) => {
    const value = config[key]
    if (value === undefined || (Array.isArray(value) && value.length === 0)) return `${name.padEnd(width)}  (not set)`
    const shown = Array.isArray(value) ? value.join(delimiter) : String(value)
    return `${name.padEnd(width)}  ${secret ? '(set, hidden)' : maskPasswords(shown)}`
  }).join('\n')
}

/** The table of settings of README.md, in Markdown. */
export function renderSettings(): string {
  const rows = SETTINGS.map((setting) => [
    `\`${setting.name}\`${setting.secret ? ' (secret)' : ''}`,
    setting.type,
    defaultCell(setting),
    setting.accepted.en,
    setting.description,
  ])
  const others = OTHER_NAMES.map(({ name, description }) => [
    `\`${name}\``,
    'text',
    'none',
    'see description',
    description,
  ])
  const head = ['Setting', 'Type', 'Default', 'Accepted', 'Description']
  return [head, head.map(() => '---'), ...rows, ...others]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
}

function fromFile(path: string | undefined, faults: ConfigFault[]): Record<string, unknown> {
  if (path === undefined || path === '') return {}
  const content = parseFile(path)
  if (typeof content === 'string') {
    faults.push(unusableFile(path, content))
    return {}
  }
  const unknown = Object.keys(content).filter((name) => !NAMES.includes(name))
  faults.push(...unknown.map((name) => unknownName(name, NAMES)))
  return Object.fromEntries(Object.entries(content).filter(([name, value]) => NAMES.includes(name) && value !== ''))
}

function parseFile(path: string): object | 'unreadable' | 'not-json' | 'not-object' {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return 'unreadable'
  }
  try {
    const content: unknown = JSON.parse(text.replace(/^\u{feff}/u, ''))
    return typeof content === 'object' && content !== null && !Array.isArray(content) ? content : 'not-object'
  } catch {
    return 'not-json'
  }
}

function fromEnvironment(env: NodeJS.ProcessEnv, faults: ConfigFault[]): Record<string, unknown> {
  const names = Object.keys(env)
  const unknown = names.filter((name) => name.startsWith('DCC_') && !ENVIRONMENT_NAMES.includes(name))
  faults.push(...unknown.map((name) => unknownName(name, ENVIRONMENT_NAMES)))
  return Object.fromEntries(NAMES.flatMap((name) => (env[name] ? [[name, env[name]]] : [])))
}

/** Values by key: what was given, converted from text where the setting is a number or a list, else the default. */
function withDefaults(given: Record<string, unknown>, mode: Mode): Record<string, unknown> {
  const byName: Record<string, unknown> = {}
  for (const setting of SETTINGS) {
    const value = setting.name in given ? given[setting.name] : expand(setting.default[mode], byName)
    if (value !== undefined) byName[setting.name] = fromText(setting, value)
  }
  return Object.fromEntries(SETTINGS.flatMap(({ key, name }) => (name in byName ? [[key, byName[name]]] : [])))
}

function fromText({ type }: Setting, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (type === 'integer') return /^\d{1,15}$/.test(value) ? Number(value) : value
  return type === 'list' ? value.split(delimiter).filter((part) => part !== '') : value
}

/** Fills the `{NAME}` of a default with the settings before it. */
function expand(value: unknown, byName: Readonly<Record<string, unknown>>): unknown {
  if (typeof value !== 'string') return value
  return value.replace(/\{(\w+)\}/g, (_, name: string) => {
    const text = String(byName[name])
    return name === 'HOST' ? hostInUrl(text) : text
  })
}

function validatorFor(mode: Mode) {
  const ajv = new Ajv({ allErrors: true, formats: { ...FORMATS } })
  const settled = SETTINGS.filter(({ default: defaults, requiredIn }) => mode in defaults || requiredIn?.includes(mode))
  return ajv.compile<Values>({
    type: 'object',
    properties: Object.fromEntries(SETTINGS.map(({ key, schema }) => [key, schema])),
    required: settled.map(({ key }) => key),
    additionalProperties: false,
  })
}

/** One fault a setting. A default that is wrong because of a faulty setting is not a second fault. */
function faultsOf(
  errors: readonly ErrorObject[],
  given: Readonly<Record<string, unknown>>,
  candidate: Readonly<Record<string, unknown>>,
  mode: Mode,
): ConfigFault[] {
  const keys = new Set(errors.map(({ instancePath, params }) => instancePath.split('/')[1] ?? params.missingProperty))
  const faulty = SETTINGS.filter(({ key }) => keys.has(key))
  const own = faulty.filter(({ name, key }) => name in given || !(key in candidate))
  return (own.length > 0 ? own : faulty).map((setting) =>
    setting.key in candidate
      ? notAccepted(setting, given[setting.name] ?? candidate[setting.key])
      : required(setting, mode),
  )
}

function defaultCell({ default: defaults, requiredIn }: Setting): string {
  const modes: Mode[] = ['demo', 'serve', 'command']
  const byText = Map.groupBy(modes, (mode) => {
    const value = defaults[mode]
    if (requiredIn?.includes(mode)) return 'required'
    if (value === undefined || (Array.isArray(value) && value.length === 0)) return 'none'
    return `\`${value}\``
  })
  if (byText.size === 1) return [...byText.keys()].join()
  return [...byText].map(([text, where]) => `${text} (${where.join(', ')})`).join(', ')
}
