import { XmlError } from './errors.ts'
import { escapeXml } from './escape.ts'
import { type ResolvePrefix, type Tag, XHTML_NAMESPACE, XML_NAMESPACE, xmlParser } from './parser.ts'

/** The most elements inside one another: the parser looks through all of them for the namespace of each. */
const MAX_DEPTH = 100

/**
 * The narrative of a `Narrative.div` as FHIR writes it: one `div` that declares the XHTML namespace itself.
 *
 * A div that stands by itself comes back as it was written. One that leans on prefixes, on declarations around it
 * (`resolvePrefix`), on CDATA or on processing instructions is written anew, with the same meaning.
 * What a narrative may hold is the caller's affair: `admit` says so of each element (narrative.ts).
 *
 * @throws {XmlError} `xml.invalid-xhtml` unless it is one well-formed div with XHTML elements only, not nested too deep.
 */
export function standaloneDiv(source: string, resolvePrefix?: ResolvePrefix, admit?: (tag: Tag) => boolean): string {
  let asWritten = isBareDiv(source) && !source.includes('<?')
  let depth = 0
  let startOpen = false // is the last start tag still waiting for its `>` or `/>`?
  let out = ''
  const refuse = (): never => {
    throw new XmlError('xml.invalid-xhtml')
  }
  if (!source.isWellFormed()) refuse() // saxes takes the character after half a surrogate pair for its other half
  const rewrite = (): void => {
    asWritten = false
  }
  const write = (text: string): void => {
    out += startOpen ? `>${text}` : text
    startOpen = false
  }
  const characters = (text: string): void => {
    if (depth > 0) write(text.replace(markup, (c) => references[c] ?? c))
  }
  xmlParser(
    {
      open(tag) {
        if (tag.uri !== XHTML_NAMESPACE || (depth === 0 && tag.local !== 'div')) refuse()
        if (depth >= MAX_DEPTH || admit?.(tag) === false) refuse()
        if (tag.prefix !== '' || (depth === 0 && tag.attributes.xmlns === undefined)) asWritten = false
        write(`<${tag.local}${depth === 0 ? ` xmlns="${XHTML_NAMESPACE}"` : ''}${attributesOf(tag, rewrite)}`)
        startOpen = true
        depth++
      },
      close(tag) {
        depth--
        if (startOpen) out += '/>'
        else out += `</${tag.local}>`
        startOpen = false
      },
      text: characters,
      cdata(text) {
        asWritten = false
        characters(text)
      },
      refuse,
    },
    resolvePrefix,
  )
    .write(source)
    .close()
  return asWritten ? source : out
}

/** The attributes of a tag without namespace declarations; `rewrite` is called when one of those binds a prefix. */
function attributesOf(tag: Tag, rewrite: () => void): string {
  let out = ''
  for (const name in tag.attributes) {
    const attribute = tag.attributes[name]
    if (attribute === undefined || name === 'xmlns') continue
    if (attribute.prefix === 'xmlns') rewrite()
    else if (attribute.uri !== '' && attribute.uri !== XML_NAMESPACE) throw new XmlError('xml.invalid-xhtml')
    else out += ` ${name}="${escapeXml(attribute.value) ?? ''}"`
  }
  return out
}

/** Whether nothing, not even white space or a comment, stands before or after the div. */
const isBareDiv = (source: string): boolean =>
  source.startsWith('<div') && (source.endsWith('</div>') || source.endsWith('/>'))

const markup = /[&<>\r]/g
const references: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' }
