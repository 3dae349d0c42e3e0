import type { Invariant, Path } from '../fhirpath/types.ts'
import type { Definitions, ElementNode, ProfileTree, Terminology, TypeRule } from '../model.ts'
import type { JsonObject } from './json.ts'
import type { Run } from './run.ts'

/**
 * Checks one value and reports what is wrong to the run. `depth` is the length of the value's place: the names and
 * indices of the run up to there lead to it. A check throws nothing but the end of the run (`Stopped`).
 */
export type Check = (value: unknown, run: Run, depth: number) => void

/** Compiles FHIRPath for values of a type. @throws what it does not cover. */
export type InvariantCompiler = (expression: string, contextType: string) => Invariant

/** Compiles a FHIRPath context of extensions for resources of a type. @throws what it does not cover. */
export type ContextCompiler = (expression: string, resourceType: string) => Path

/** Where an element stands in its definition: what extensions and issues need to know. */
export interface Owner {
  /** The definition that is compiled: the source of its issues. */
  readonly tree: ProfileTree
  /** `Patient.contact`: names from the type of the tree on, without slices. */
  readonly path: string
  /** Type of the object at that path as FHIRPath names it: `HumanName`; `Patient.contact` for a part of its own. */
  readonly type: string
}

/** What the walk of an object does with one property. */
export interface Member {
  /** Name in FHIRPath: the stem of a choice, the name without `_`. */
  stem: string
  /** Marks the element as present. */
  bit: number
  /** The same bit when the element is a choice: a second property with it is one too many. */
  choice: number
  /** Counts as content: everything but the id of an element (ele-1). */
  content: boolean
  check(value: unknown, owner: JsonObject, run: Run, depth: number): void
}

/** What the compiling functions need of each other; made by compile.ts, so that no file needs the one above it. */
export interface Compiler {
  readonly definitions: Definitions
  readonly terminology: Terminology
  readonly invariants: InvariantCompiler
  readonly contexts: ContextCompiler
  /** Report dom-6, the advice that every resource have a narrative. */
  readonly advice: boolean
  /** Codes of a small value set, for messages; empty when there are too many or they are unknown. */
  codesOf(valueSet: string): readonly string[]
  /** The check of a definition's values, compiled when first asked for; undefined for an unknown definition. */
  treeCheck(canonical: string): Check | undefined
  /** The check of the values of a definition at hand, compiled when first asked for. */
  checkOf(tree: ProfileTree): Check
  /** The check of one value of an element for one of its types: type, own rules, binding, invariants. */
  valueCheck(node: ElementNode, rule: TypeRule, owner: Owner): Check
  /** The check of an object by the children of its element. */
  shapeCheck(children: readonly ElementNode[], owner: Owner, kind: ShapeKind): Check
  /** The check of a resource at a place that holds one: besides its own profiles, one of these must hold. */
  resourceCheck(anyOf: readonly string[]): Check
  /** Checks of elements that others refer to, by reference (contentReference). */
  readonly referenced: Map<string, Check>
}

/**
 * A resource carries its type and may be empty but for it; an element needs content besides its id (ele-1); the
 * partner of a primitive may hold an id alone.
 */
export type ShapeKind = 'resource' | 'element' | 'partner'
