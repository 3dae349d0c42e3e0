import { readFileSync } from 'node:fs'

/** What an element holds: a value, children, a whole resource, or a narrative. */
export type ElementKind = 'primitive' | 'complex' | 'resource' | 'xhtml'

/** What XML needs to know of one element, or of one variant of a choice (`valueString` of `value[x]`). */
export interface ElementFacts {
  /** The name in XML and in JSON. */
  readonly name: string
  /** The JSON property that holds the id and extensions of a primitive: `_birthDate` of `birthDate`. */
  readonly partner: string
  /** Its place among its siblings; the variants of a choice share it. */
  readonly order: number
  readonly kind: ElementKind
  /** A datatype (`HumanName`, `dateTime`), a part (`Patient.contact`) or `Resource`. */
  readonly type: string
  /** Whether JSON writes an array: the maximum of the base definition is not 1. */
  readonly repeats: boolean
  /** Whether XML writes an attribute: `id` of an element, `url` of an extension. */
  readonly attribute: boolean
}

/** The elements of a resource, a datatype or a part of one, by name. */
export interface TypeFacts {
  readonly name: string
  readonly elements: ReadonlyMap<string, ElementFacts>
}

/** The facts of a type (`HumanName`) or of a part (`Patient.contact`); undefined when R4 has no such complex type. */
export function typeFacts(name: string): TypeFacts | undefined {
  const known = cache.get(name)
  if (known !== undefined) return known
  const elements = elementsOf(name)
  if (elements === undefined) return undefined
  const facts = { name, elements: new Map(elements.map((element) => [element.name, element])) }
  cache.set(name, facts)
  return facts
}

/** The facts of a resource type; undefined unless R4 defines it and it is not abstract. */
export function resourceFacts(name: string): TypeFacts | undefined {
  return table().types.get(name)?.[0] === 'resource' ? typeFacts(name) : undefined
}

/** The names of the types of the table: resources, datatypes and the four abstract types. */
export function typeNames(): readonly string[] {
  return [...table().types.keys()]
}

const cache = new Map<string, TypeFacts>()

type TypeLine = readonly [kind: string, base: string, elements: Readonly<Record<string, string>>]

interface Table {
  readonly primitives: ReadonlySet<string>
  /** Per type its kind, its base ('' for none), and its own elements under '', those of its parts under their path. */
  readonly types: ReadonlyMap<string, TypeLine>
}

let loaded: Table | undefined

function table(): Table {
  loaded ??= load()
  return loaded
}

function load(): Table {
  const file: { primitives: string[]; types: Record<string, TypeLine> } = JSON.parse(
    readFileSync(new URL('./r4-elements.json', import.meta.url), 'utf8'),
  )
  return { primitives: new Set(file.primitives), types: new Map(Object.entries(file.types)) }
}

function elementsOf(name: string): ElementFacts[] | undefined {
  const [root = '', ...path] = name.split('.')
  const [kind, typeBase = '', lists] = table().types.get(root) ?? []
  const list = lists?.[path.join('.')]
  if (list === undefined) return undefined
  const base = path.length === 0 ? typeBase : kind === 'resource' ? 'BackboneElement' : 'Element'
  const inherited = [...(typeFacts(base)?.elements.values() ?? [])]
  const offset = inherited.length
  const own = list.split(' ').flatMap((token, i) => (token === '' ? [] : variantsOf(token, offset + i, root)))
  return [...inherited, ...own]
}

/** The elements that a token of the table stands for: `multipleBirth[x]:boolean|integer` stands for two. */
function variantsOf(token: string, order: number, root: string): ElementFacts[] {
  const [left = '', right = ''] = token.split(':')
  const [name = ''] = left.split(/[@*]/)
  const stem = name.endsWith('[x]') ? name.slice(0, -3) : undefined
  return right.split('|').map((code) => {
    const variant = stem === undefined ? name : `${stem}${code.charAt(0).toUpperCase()}${code.slice(1)}`
    return {
      name: variant,
      partner: `_${variant}`,
      order,
      kind: kindOf(code),
      type: code.startsWith('.') ? `${root}${code}` : code,
      repeats: left.endsWith('*'),
      attribute: left.includes('@'),
    }
  })
}

function kindOf(code: string): ElementKind {
  if (code === 'xhtml') return 'xhtml'
  if (code === 'Resource') return 'resource'
  return table().primitives.has(code) ? 'primitive' : 'complex'
}
