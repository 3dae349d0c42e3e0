import type { Definitions, ElementNode, ProfileTree } from '../model.ts'
import type { Child, TypeModel } from './types.ts'

/**
 * The types of the base definitions (R4), as the compiler asks for them. Parts of a resource or type are types by their
 * path (`Patient.contact`); a part that refers to another (`Bundle.entry.link`) has that one's type.
 */
export function typeModelOf(definitions: Definitions): TypeModel {
  const known = new Map<string, Named>()
  const named = (name: string): Named | undefined => {
    const found = known.get(name) ?? find(name, definitions)
    if (found !== undefined) known.set(name, found)
    return found
  }
  return {
    isType: (name) => named(name) !== undefined,
    supertype: (name) => named(name)?.supertype,
    child: (type, name) => named(type)?.children.get(name),
  }
}

interface Named {
  readonly supertype: string | undefined
  readonly children: ReadonlyMap<string, Child>
}

/** Types that stand on another than the general one of their kind (FHIR R4, datatypes.html). */
const SUPERTYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    uri: 'url canonical oid uuid',
    string: 'code id markdown',
    integer: 'unsignedInt positiveInt',
    Quantity: 'Age Count Distance Duration MoneyQuantity SimpleQuantity',
  }).flatMap(([supertype, names]) => names.split(' ').map((name) => [name, supertype] as const)),
)

function find(name: string, definitions: Definitions): Named | undefined {
  const [top = '', ...path] = name.split('.')
  const tree = definitions(top)
  if (tree === undefined || (tree.constraint && !SUPERTYPES.has(top))) return undefined
  let node: ElementNode | undefined = tree.root
  for (const part of path) node = node?.children?.find((child) => child.name === part)
  if (node === undefined || (path.length > 0 && node.children === undefined)) return undefined
  const children = new Map((node.children ?? []).map((child) => [child.name, childOf(child, name)]))
  if (path.length > 0) return { supertype: children.has('modifierExtension') ? 'BackboneElement' : 'Element', children }
  return { supertype: supertypeOf(top, tree, children), children }
}

function supertypeOf(name: string, tree: ProfileTree, children: ReadonlyMap<string, Child>): string | undefined {
  if (name === 'Resource' || name === 'Element') return undefined
  const special = SUPERTYPES.get(name)
  if (special !== undefined) return special
  if (tree.kind === 'resource')
    return name !== 'DomainResource' && children.has('contained') ? 'DomainResource' : 'Resource'
  return name !== 'BackboneElement' && children.has('modifierExtension') ? 'BackboneElement' : 'Element'
}

const SYSTEM = 'http://hl7.org/fhirpath/System.'

function childOf(node: ElementNode, parent: string): Child {
  const array = node.array
  if (node.contentReference !== undefined) {
    return { types: [node.contentReference.replace(/^.*#/, '')], array, choice: false }
  }
  const codes = node.types.map(({ code }) => (code.startsWith(SYSTEM) ? `System.${code.slice(SYSTEM.length)}` : code))
  const part = node.children !== undefined && codes.every((code) => code === 'BackboneElement' || code === 'Element')
  const types = part ? [`${parent}.${node.name}`] : [...new Set(codes)]
  return { types: types.length > 0 ? types : ['Element'], array, choice: node.choice === true }
}
