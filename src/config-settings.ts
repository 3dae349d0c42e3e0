import { delimiter } from 'node:path'
import { isLoopback } from './config-formats.ts'

/** What the process was started for: the demonstration, the server, or a command (import, validate, migrate). */
export type Mode = 'demo' | 'serve' | 'command'

/** A text for users in both languages. */
export interface Text {
  fr: string
  en: string
}

/** Every setting's value, by its key in the table. */
export interface Values {
  port: number
  host: string
  /** An origin: no path, no final slash. */
  baseUrl: string
  dataDir: string
  /** `sqlite:PATH` or `postgres://…`. */
  store: string
  /** `file:PATH`. */
  blobs: string
  insDomain: 'production' | 'test'
  frCore: '2.2.0' | '2.1.0'
  validation: 'strict' | 'lenient'
  mhdMetadata: 'comprehensive' | 'minimal'
  unknownDomain: 'refuse' | 'tell'
  packages: string[]
  auth: 'on' | 'off'
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
  /** JSON file with registered clients. */
  clients?: string
  /** Which Pro Santé Connect: `production`, `sandbox`, an issuer, or `off`. */
  psc: string
  /** There unless `psc` is `off`, with a secret or a key. */
  pscClientId?: string
  pscClientSecret?: string
  /** JSON file with a private JWK. */
  pscKey?: string
  pscSignature: string
  pscAcr: 'eidas1' | 'eidas2' | 'eidas3'
  /** JSON file with the identity providers of hospitals. */
  identityProviders?: string
  /** Always there in `serve`. */
  signingKey?: string
  /** FHIR base of a terminology server, without a final slash. */
  terminologyServer?: string
  /** Sizes are in bytes, times in milliseconds. */
  maxBody: number
  maxBundleEntries: number
  maxSearchValues: number
  maxUrl: number
  maxJsonDepth: number
  requestTimeout: number
  maxImportFile: number
  proxies: number
}

/** One setting: validation, defaults, printing and the table of README.md are derived from this row. */
export interface Setting {
  key: keyof Values
  /** The environment variable, and the name in the JSON file. */
  name: string
  type: 'text' | 'integer' | 'list'
  /** JSON Schema of the value, for ajv. */
  schema: Readonly<Record<string, unknown>>
  /** No entry for a mode: no default there. `{NAME}` stands for the value of a setting further up. */
  default: Partial<Record<Mode, string | number | readonly string[]>>
  requiredIn?: readonly Mode[]
  /** What depends on the mode or on other settings, whose values (by key) may be faulty themselves. */
  permitted?: (values: Readonly<Record<string, unknown>>, mode: Mode) => boolean
  accepted: Text
  description: string
  /** Never printed. */
  secret?: true
}

/** Names that are not settings of the server but may stand in the environment. */
export const OTHER_NAMES = [
  { name: 'DCC_CONFIG', description: 'JSON file with settings by the names of this table; the environment wins.' },
  { name: 'DCC_TEST_POSTGRES', description: 'Tests only: a PostgreSQL server to use instead of starting one.' },
] as const

/** The table of settings. */
export const SETTINGS: readonly Setting[] = [
  { key: 'port', name: 'PORT', ...integer(1, 65_535), default: always(8080), description: 'TCP port to listen on.' },
  {
    key: 'host',
    name: 'HOST',
    ...text({ format: 'host' }),
    default: { demo: '127.0.0.1', command: '127.0.0.1' },
    requiredIn: ['serve'],
    accepted: { fr: 'adresse IP ou nom d’hôte', en: 'IP address or host name' },
    description: 'Address to listen on.',
  },
  {
    key: 'baseUrl',
    name: 'DCC_BASE_URL',
    ...text({ format: 'origin' }),
    default: { demo: 'http://{HOST}:{PORT}', command: 'http://{HOST}:{PORT}' },
    requiredIn: ['serve'],
    // Cookies of sessions are Secure, and no code or token may travel in clear: TLS ends in front of the server.
    permitted: ({ baseUrl }, mode) => mode !== 'serve' || typeof baseUrl !== 'string' || isProtected(baseUrl),
    accepted: {
      fr: 'URL http(s) sans chemin ni paramètre ; en production https, ou http pour une adresse de bouclage',
      en: 'http(s) URL without path or query; in production https, or http for a loopback address',
    },
    description: 'Public origin: every absolute URL and every audience is built from it, never from the Host header.',
  },
  {
    key: 'dataDir',
    name: 'DCC_DATA_DIR',
    ...text({ format: 'path' }),
    default: always('./data'),
    accepted: { fr: 'dossier', en: 'folder' },
    description: 'Where the embedded store, the content and the demonstration keep their files.',
  },
  {
    key: 'store',
    name: 'DCC_STORE',
    ...text({ format: 'store' }),
    default: always('sqlite:{DCC_DATA_DIR}/dcc.sqlite'),
    accepted: {
      fr: 'sqlite:CHEMIN (un fichier) ou postgres://… (caractères spéciaux encodés en %XX)',
      en: 'sqlite:PATH (a file) or postgres://… (special characters encoded as %XX)',
    },
    description: 'Database: a file, or a PostgreSQL server (15 or later).',
  },
  {
    key: 'blobs',
    name: 'DCC_BLOBS',
    ...text({ format: 'blobs' }),
    default: always('file:{DCC_DATA_DIR}/blobs'),
    accepted: {
      fr: 'file:CHEMIN ; cette version conserve les contenus dans des fichiers, s3:// n’est pas disponible',
      en: 'file:PATH; this release stores content in files, s3:// is not available',
    },
    description: 'Where the content of documents is kept.',
  },
  {
    key: 'insDomain',
    name: 'DCC_INS_DOMAIN',
    ...oneOf('production', 'test'),
    default: { demo: 'test', command: 'test' },
    requiredIn: ['serve'],
    description: 'Which INS identifiers are official here: real ones, or those of the test domain.',
  },
  {
    key: 'frCore',
    name: 'DCC_FR_CORE',
    ...oneOf('2.2.0', '2.1.0'),
    default: always('2.2.0'),
    description: 'Version of the French core profiles.',
  },
  {
    key: 'validation',
    name: 'DCC_VALIDATION',
    ...oneOf('strict', 'lenient'),
    default: always('strict'),
    description: 'Whether resources that break a profile are refused, or kept with warnings.',
  },
  {
    key: 'mhdMetadata',
    name: 'DCC_MHD_METADATA',
    ...oneOf('comprehensive', 'minimal'),
    default: always('comprehensive'),
    description:
      'Least metadata of a document submission (IHE ITI-65): minimal accepts the Minimal bundle profile too.',
  },
  {
    key: 'unknownDomain',
    name: 'DCC_UNKNOWN_DOMAIN',
    ...oneOf('refuse', 'tell'),
    default: always('refuse'),
    description:
      'Patient search by an unknown identifier domain (IHE ITI-78): refuse answers 404, tell results with a warning.',
  },
  {
    key: 'packages',
    name: 'DCC_PACKAGES',
    type: 'list',
    schema: { type: 'array', items: { type: 'string', format: 'path' }, maxItems: 100 },
    default: always([]),
    accepted: {
      fr: `dossiers ou fichiers .tgz séparés par « ${delimiter} », ou une liste dans le fichier JSON`,
      en: `folders or .tgz files separated by "${delimiter}", or a list in the JSON file`,
    },
    description: 'Official FHIR packages to use instead of the built-in profiles.',
  },
  {
    key: 'terminologyServer',
    name: 'DCC_TERMINOLOGY_SERVER',
    ...text({ format: 'terminologyServer' }),
    default: {},
    accepted: {
      fr: 'URL https de base FHIR, sans paramètre ni mot de passe ; http pour une adresse de bouclage',
      en: 'https FHIR base URL without query or password; http for a loopback address',
    },
    description:
      'Terminology server that $validate, ValueSet/$validate-code and the command validate ask about codes that cannot be checked offline: value set, system and code, nothing else. Never asked on a write.',
  },
  {
    key: 'auth',
    name: 'DCC_AUTH',
    ...text({ enum: ['on', 'off'] }),
    default: always('on'),
    // A command serves nothing: the environment of the demo may be its own too.
    permitted: ({ auth, host }, mode) =>
      auth !== 'off' || mode === 'command' || (mode === 'demo' && typeof host === 'string' && isLoopback(host)),
    accepted: {
      fr: 'on ; off seulement en démonstration, et seulement si HOST est une adresse de bouclage (127.0.0.1, ::1)',
      en: 'on; off only in the demo, and only when HOST is a loopback address (127.0.0.1, ::1)',
    },
    description: 'Whether clients must be authorized.',
  },
  {
    key: 'clients',
    name: 'DCC_CLIENTS',
    ...text({ format: 'path' }),
    default: {},
    accepted: { fr: 'chemin d’un fichier JSON', en: 'path of a JSON file' },
    description:
      'Clients that may ask for tokens, besides those registered by `npm run dcc -- client`; read again when it changes.',
  },
  {
    key: 'psc',
    name: 'DCC_PSC',
    ...text({ format: 'psc' }),
    default: always('off'),
    permitted: ({ psc, insDomain }, mode) => mode !== 'serve' || insDomain !== 'production' || !isTestProvider(psc),
    accepted: {
      fr: 'production, sandbox, URL https d’un émetteur (http pour une adresse de bouclage), ou off ; avec DCC_INS_DOMAIN=production, ni sandbox ni http',
      en: 'production, sandbox, https URL of an issuer (http for a loopback address), or off; with DCC_INS_DOMAIN=production neither sandbox nor http',
    },
    description:
      'Pro Santé Connect that professionals sign in with; off: only back ends use the server, unless DCC_IDENTITY_PROVIDERS is set.',
  },
  {
    key: 'pscClientId',
    name: 'DCC_PSC_CLIENT_ID',
    ...text({ minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' }),
    default: {},
    permitted: ({ psc, pscClientId }) => !isAsked(psc) || pscClientId !== undefined,
    accepted: {
      fr: 'texte sans espace ; obligatoire si DCC_PSC n’est pas off',
      en: 'text without space; required unless DCC_PSC is off',
    },
    description: 'Name of this server at Pro Santé Connect.',
  },
  {
    key: 'pscClientSecret',
    name: 'DCC_PSC_CLIENT_SECRET',
    ...text({ minLength: 16, maxLength: 500 }),
    default: {},
    permitted: ({ psc, pscClientSecret, pscKey }) =>
      !isAsked(psc) || (pscClientSecret === undefined) !== (pscKey === undefined),
    accepted: {
      fr: 'au moins 16 caractères ; ou bien DCC_PSC_KEY, pas les deux ; l’un est obligatoire si DCC_PSC n’est pas off',
      en: 'at least 16 characters; or else DCC_PSC_KEY, not both; one is required unless DCC_PSC is off',
    },
    description: 'Secret that Pro Santé Connect knows this server by.',
    secret: true,
  },
  {
    key: 'pscKey',
    name: 'DCC_PSC_KEY',
    ...text({ format: 'path' }),
    default: {},
    accepted: {
      fr: 'chemin d’un fichier JSON avec une clé privée (JWK)',
      en: 'path of a JSON file with a private key (JWK)',
    },
    description: 'Key that this server signs with at Pro Santé Connect (private_key_jwt), instead of a secret.',
  },
  {
    key: 'pscSignature',
    name: 'DCC_PSC_SIGNATURE',
    ...oneOf('RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'),
    default: always('RS256'),
    description: 'The one algorithm that the id_tokens of Pro Santé Connect may be signed with, as it was registered.',
  },
  {
    key: 'pscAcr',
    name: 'DCC_PSC_ACR',
    ...oneOf('eidas1', 'eidas2', 'eidas3'),
    default: always('eidas1'),
    description: 'Weakest authentication (acr) that is asked of Pro Santé Connect and accepted from it.',
  },
  {
    key: 'identityProviders',
    name: 'DCC_IDENTITY_PROVIDERS',
    ...text({ format: 'path' }),
    default: {},
    accepted: { fr: 'chemin d’un fichier JSON', en: 'path of a JSON file' },
    description:
      'Identity providers of hospitals that professionals may sign in with, besides Pro Santé Connect or instead.',
  },
  {
    key: 'logLevel',
    name: 'LOG_LEVEL',
    ...oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    default: always('info'),
    description: 'Least severe level that is logged.',
  },
  {
    key: 'signingKey',
    name: 'DCC_SIGNING_KEY',
    ...text({ minLength: 32, maxLength: 1024 }),
    default: {},
    requiredIn: ['serve'],
    accepted: { fr: 'au moins 32 caractères', en: 'at least 32 characters' },
    description:
      'Signs paging cursors, cookies and addresses of calls, the same in all processes; outside of `serve` a key is made at start when there is none.',
    secret: true,
  },
  limit('maxBody', 'DCC_MAX_BODY', 104_857_600, [1024, 500_000_000], 'Largest request body, in bytes.'),
  limit('maxBundleEntries', 'DCC_MAX_BUNDLE_ENTRIES', 1000, [1, 100_000], 'Most entries of a Bundle that is sent.'),
  limit('maxSearchValues', 'DCC_MAX_SEARCH_VALUES', 100, [1, 10_000], 'Most values in one search.'),
  limit('maxUrl', 'DCC_MAX_URL', 8192, [256, 65_536], 'Longest request URL, in bytes.'),
  limit('maxJsonDepth', 'DCC_MAX_JSON_DEPTH', 100, [10, 1000], 'Deepest nesting of JSON or XML that is sent.'),
  limit('requestTimeout', 'DCC_REQUEST_TIMEOUT', 30_000, [1000, 3_600_000], 'Longest time a request may take, in ms.'),
  limit('maxImportFile', 'DCC_MAX_IMPORT_FILE', 268_435_456, [1024, 2_000_000_000], 'Largest imported file, in bytes.'),
  limit(
    'proxies',
    'DCC_PROXIES',
    0,
    [0, 10],
    'Reverse proxies in front that add to X-Forwarded-For: who asks too much is told apart by the address before them.',
  ),
]

/** Whether nobody can listen on the way: over TLS, or on this machine. An address that is none is a fault of its own. */
function isProtected(origin: string): boolean {
  const url = URL.parse(origin)
  return url === null || url.protocol === 'https:' || isLoopback(url.hostname.replace(/^\[|\]$/g, ''))
}

/** Whether Pro Santé Connect is to be asked at all. */
function isAsked(psc: unknown): boolean {
  return typeof psc === 'string' && psc !== 'off'
}

/** Knows test identities, or is not the real one: whoever it names must not reach real records. */
function isTestProvider(psc: unknown): boolean {
  return typeof psc === 'string' && (psc === 'sandbox' || psc.startsWith('http:'))
}

function always<T extends string | number | readonly string[]>(value: T): Record<Mode, T> {
  return { demo: value, serve: value, command: value }
}

function text(schema: Record<string, unknown>) {
  return { type: 'text', schema: { type: 'string', ...schema } } as const
}

function oneOf(...values: string[]) {
  return { ...text({ enum: values }), accepted: { fr: values.join(', '), en: values.join(', ') } }
}

function integer(minimum: number, maximum: number) {
  return {
    type: 'integer',
    schema: { type: 'integer', minimum, maximum },
    accepted: { fr: `entier de ${minimum} à ${maximum}`, en: `integer from ${minimum} to ${maximum}` },
  } as const
}

function limit(
  key: keyof Values,
  name: string,
  byDefault: number,
  [minimum, maximum]: [number, number],
  description: string,
): Setting {
  return { key, name, ...integer(minimum, maximum), default: always(byDefault), description }
}
