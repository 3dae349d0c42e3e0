import { parseStatement, type Statement } from '../../../src/validation/definitions/statement.ts'
import type { Definitions, ElementNode, ProfileTree } from '../../../src/validation/model.ts'
import { type Json, object, objects, text } from '../profiles/files.ts'

/** A facet of an element that a published snapshot and our tree say differently; the texts are canonical JSON. */
export interface Difference {
  profile: string
  version: string
  element: string
  facet: string
  published: string
  ours: string
}

/** Every difference between the published snapshot of a StructureDefinition and our tree of it. */
export function differencesOf(published: Json, tree: ProfileTree, definitions: Definitions): Difference[] {
  const url = text(published.url)
  const statements = objects(object(published.snapshot).element).map((element) => parseStatement(element, url))
  const places = new Map(statements.map((statement) => [statement.id, elementAt(statement, tree, definitions)]))
  const at = { profile: url.slice(url.lastIndexOf('/') + 1), version: String(published.version ?? '') }
  const differing = statements.flatMap((statement): Difference[] => {
    const element = places.get(statement.id)
    if (element === undefined) return [{ ...at, element: statement.id, facet: 'element', published: 'there', ours: '' }]
    const isRoot = statement.steps.length === 1
    const [theirs, mine] = [publishedFacets(statement, element, definitions, isRoot), facetsOf(element, isRoot)]
    return Object.keys(mine)
      .filter((facet) => theirs[facet] !== mine[facet])
      .map((facet) => ({
        ...at,
        element: statement.id,
        facet,
        published: theirs[facet] ?? '',
        ours: mine[facet] ?? '',
      }))
  })
  const found = new Set(places.values())
  const added = elementsBelow(tree.root).filter((element) => !found.has(element))
  return [
    ...differing,
    ...added.map(({ id }) => ({ ...at, element: id, facet: 'element', published: '', ours: 'there' })),
  ]
}

/** An element and all below it, slices included. */
export function elementsBelow(node: ElementNode): ElementNode[] {
  return [node, ...[...(node.slices ?? []), ...(node.children ?? [])].flatMap(elementsBelow)]
}

/** The elements of a tree by their ids, found once for each tree. */
export function elementsById(tree: ProfileTree): ReadonlyMap<string, ElementNode> {
  const known = indexes.get(tree)
  if (known) return known
  const index = new Map(elementsBelow(tree.root).map((element) => [element.id, element]))
  indexes.set(tree, index)
  return index
}

const indexes = new WeakMap<ProfileTree, ReadonlyMap<string, ElementNode>>()

/** What a facet of an element of ours says, by its id; undefined when there is no such element. */
export function facetAt(tree: ProfileTree, id: string, facet: string): string | undefined {
  const element = elementsById(tree).get(id)
  return element && facetsOf(element, false)[facet]
}

/** The element that a published id leads to: in the tree, and from where the tree ends in that of the type. */
function elementAt({ steps }: Statement, tree: ProfileTree, definitions: Definitions): ElementNode | undefined {
  return steps.slice(1).reduce<ElementNode | undefined>((parent, { name, sliceName }) => {
    const child = parent && childrenOf(parent, tree, definitions).find((each) => stepOf(each) === name)
    return sliceName === undefined
      ? child
      : child && elementsOfSlices(child).find((each) => each.sliceName === sliceName)
  }, tree.root)
}

const stepOf = ({ name, choice }: ElementNode): string => (choice ? `${name}[x]` : name)

const elementsOfSlices = ({ slices = [] }: ElementNode): ElementNode[] =>
  slices.flatMap((slice) => [slice, ...elementsOfSlices(slice)])

function childrenOf(node: ElementNode, tree: ProfileTree, definitions: Definitions): readonly ElementNode[] {
  if (node.children) return node.children
  const base = definitions(tree.type)
  if (node.contentReference !== undefined && base) return elementsById(base).get(node.contentReference)?.children ?? []
  const codes = [...new Set(node.types.map(({ code }) => code))]
  const profiles = node.types.flatMap((type) => type.profiles ?? [])
  const canonical = codes.length > 1 ? 'Element' : profiles.length === 1 ? profiles[0] : codes[0]
  return definitions(canonical ?? '')?.root.children ?? []
}

type Facets = Readonly<Record<string, string>>

/** The facets that are compared; versions of canonicals are not, nor the order of targets and invariants. */
function facetsOf(node: ElementNode, isRoot: boolean): Facets {
  const { binding, slicing } = node
  return {
    min: isRoot ? '' : String(node.min),
    max: isRoot ? '' : String(node.max),
    types: isRoot ? '' : canonicalJson(node.types.map(typeFacets)),
    contentReference: node.contentReference ?? '',
    fixed: canonicalJson(node.fixed),
    pattern: canonicalJson(node.pattern),
    values: canonicalJson([node.minValue, node.maxValue, node.maxLength]),
    isModifier: canonicalJson(node.isModifier),
    binding: canonicalJson(binding && [binding.strength, bare(binding.valueSet), bare(binding.maxValueSet)]),
    slicing: canonicalJson(slicing && [slicing.discriminators, slicing.rules, slicing.ordered]).replace(BY_URL, ''),
    invariants: (node.constraints ?? [])
      .map(({ key }) => key)
      .sort()
      .join(' '),
  }
}

/** Extensions are sliced by url whether it is written or not. */
const BY_URL = '[[{"path":"url","type":"value"}],"open",false]'

function publishedFacets(statement: Statement, ours: ElementNode, definitions: Definitions, isRoot: boolean): Facets {
  const { rules, slicing } = statement
  const inherited = isRoot ? [] : ours.types.flatMap(({ code, profiles = [] }) => [code, ...profiles])
  const known = new Set(
    (ours.contentReference === undefined ? inherited : ['Element']).flatMap((each) =>
      (definitions(each)?.root.constraints ?? []).map(({ key }) => key),
    ),
  )
  return facetsOf(
    {
      ...rules,
      id: statement.id,
      name: '',
      array: false,
      min: statement.min ?? 0,
      max: statement.max ?? -1,
      types: statement.types ?? [],
      ...(statement.contentReference !== undefined && { contentReference: statement.contentReference }),
      ...(slicing && { slicing: { discriminators: [], rules: 'open', ordered: false, ...slicing } }),
      constraints: statement.constraints.filter(({ key }) => !known.has(key)),
    },
    isRoot,
  )
}

const typeFacets = ({ code, profiles = [], targets = [], aggregation = [] }: ElementNode['types'][number]) => [
  code,
  profiles.map(bare),
  targets.map(bare).sort(),
  aggregation,
]

const bare = (canonical: string | undefined): string | undefined => canonical?.split('|')[0]

function canonicalJson(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(sorted(value))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  )
}
