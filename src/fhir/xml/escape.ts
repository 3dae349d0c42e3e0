/**
 * A text as XML carries it in an attribute between double quotes, or as character data.
 * TAB, LF and CR become references, which attribute normalisation leaves alone.
 * Undefined when XML 1.0 cannot carry one of its characters, even escaped.
 */
export function escapeXml(text: string): string | undefined {
  if (!special.test(text)) return text
  if (forbidden.test(text) || !text.isWellFormed()) return undefined
  return text.replace(escaped, (c) => references[c] ?? c)
}

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}
const escaped = /[&<>"\t\n\r]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const special = /[&<>"\u0000-\u001f\ud800-\udfff\ufffe\uffff]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: production [2] Char of XML 1.0 leaves them out
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/
