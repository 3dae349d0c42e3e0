import type { ElementNode, ProfileTree } from '../../model.ts'
import type { Compiler } from '../types.ts'
import type { PathStep } from './path.ts'

/** The elements that a step of a path leads to from an element of a slice: its own child, or one of its profiles'. */
export function nodesBelow(compiler: Compiler, node: ElementNode, step: PathStep): ElementNode[] {
  if (step.kind === 'resolve') return treesOf(compiler, node, 'targets').map(({ root }) => root)
  const name = step.kind === 'extension' ? 'extension' : step.name
  const holders = [node, ...treesOf(compiler, node, 'profiles').map(({ root }) => root)]
  const children = holders.flatMap(({ children = [] }) => children.filter((child) => child.name === name))
  if (step.kind === 'extension') {
    return children.flatMap(({ slices = [] }) => slices.filter((slice) => urlOf(compiler, slice) === step.url))
  }
  if (children.length > 0) return children.map((child) => ofType(child, step.type))
  const base = node.types.map(({ code }) => compiler.definitions(code)?.root)
  return base
    .flatMap((root) => root?.children?.filter((child) => child.name === name) ?? [])
    .map((child) => ofType(child, step.type))
}

/** The elements at the end of a path. */
export function nodesAt(compiler: Compiler, node: ElementNode, steps: readonly PathStep[]): ElementNode[] {
  let nodes = [node]
  for (const step of steps) nodes = nodes.flatMap((each) => nodesBelow(compiler, each, step))
  return nodes
}

/** Definitions named by the types of an element, as profiles or as targets. */
export function treesOf(compiler: Compiler, node: ElementNode, kind: 'profiles' | 'targets'): ProfileTree[] {
  return node.types.flatMap((type) => type[kind] ?? []).flatMap((canonical) => compiler.definitions(canonical) ?? [])
}

/** The url that a slice of extensions stands for. */
function urlOf(compiler: Compiler, slice: ElementNode): unknown {
  const [url] = nodesBelow(compiler, slice, { kind: 'child', name: 'url' }).filter(({ fixed }) => fixed !== undefined)
  return url?.fixed ?? slice.types[0]?.profiles?.[0]
}

/** A choice as one of its types; the slice of that type says more, when there is one. */
function ofType(node: ElementNode, type: string | undefined): ElementNode {
  if (type === undefined) return node
  const slice = node.slices?.find(({ types }) => types.length === 1 && types[0]?.code === type)
  return slice ?? { ...node, types: node.types.filter(({ code }) => code === type) }
}
