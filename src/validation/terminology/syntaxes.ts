/** Languages (BCP 47): well-formed tags of RFC 5646 section 2.1, in any case. */
export const LANGUAGES = 'urn:ietf:bcp:47'

/** Media types (BCP 13): `type/subtype` of RFC 6838 section 4.2, with parameters. */
export const MEDIA_TYPES = 'urn:ietf:bcp:13'

/** The systems whose codes are known by their syntax. */
export const SYNTAXES: ReadonlyMap<string, (code: string) => boolean> = new Map([
  [LANGUAGES, isLanguage],
  [MEDIA_TYPES, isMediaType],
])

/** Longer codes are none: the expressions below stay cheap whatever comes. */
const LONGEST = 255

function isLanguage(code: string): boolean {
  return code.length <= LONGEST && (LANGUAGE.test(code) || GRANDFATHERED.has(code.toLowerCase()))
}

const LANGUAGE = new RegExp(
  [
    '^(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})', // language
    '(?:-[a-z]{4})?', // script
    '(?:-(?:[a-z]{2}|[0-9]{3}))?', // region
    '(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*', // variants
    '(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*', // extensions
    '(?:-x(?:-[a-z0-9]{1,8})+)?$', // private use
    '|^x(?:-[a-z0-9]{1,8})+$',
  ].join(''),
  'i',
)

/** Tags that RFC 5646 keeps although they do not have its form. */
const GRANDFATHERED: ReadonlySet<string> = new Set(
  (
    'en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay i-tsu ' +
    'sgn-be-fr sgn-be-nl sgn-ch-de'
  ).split(' '),
)

const TOKEN = "[A-Za-z0-9!#$&^_.+%'*`|~-]+"
const MEDIA_TYPE = new RegExp(`^${TOKEN}/${TOKEN}(?: ?; ?${TOKEN}=(?:${TOKEN}|"[^"]*"))*$`)

function isMediaType(code: string): boolean {
  return code.length <= LONGEST && MEDIA_TYPE.test(code)
}
