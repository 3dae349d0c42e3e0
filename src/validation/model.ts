/**
 * The vocabulary of the validator. A StructureDefinition becomes a snapshot, the snapshot a `ProfileTree` (plain data,
 * kept in the cache), the tree closures. Everything in a tree is JSON: no functions, no cycles.
 */

/** A profile, base resource, data type or extension as compact data. */
export interface ProfileTree {
  /** Canonical URL, without version. */
  url: string
  version?: string
  /** Canonical URL of the definition that this one derives from; absent for `Element` and `Resource`. */
  base?: string
  /** `Patient`, `HumanName`, `Extension`… */
  type: string
  kind: 'resource' | 'complex-type' | 'primitive-type' | 'logical'
  /** False for the base definitions of FHIR itself. */
  constraint: boolean
  abstract: boolean
  /** Where an extension may stand (validation.md X3); only of extension definitions. */
  contexts?: readonly ExtensionContext[]
  root: ElementNode
}

/** StructureDefinition.context: what an extension extends. */
export interface ExtensionContext {
  type: 'fhirpath' | 'element' | 'extension'
  expression: string
}

/** What one element must fulfil: an ElementDefinition of the snapshot without its documentation. */
export interface ElementNode {
  /** ElementDefinition.id, the source named in issues: `Patient.identifier:INS-NIR.value`. */
  id: string
  /** JSON name; the stem of a choice (`value` for `value[x]`). */
  name: string
  /** Only of slices. */
  sliceName?: string
  min: number
  /** Infinity is written as -1. */
  max: number
  /** The base definition repeats: JSON has an array, whatever a profile allows (validation.md J6). */
  array: boolean
  choice?: true
  /** Types allowed; several of a choice. Empty with `contentReference`. */
  types: readonly TypeRule[]
  /** Id of the element of the base resource whose rules apply: `Bundle.link`. */
  contentReference?: string
  fixed?: unknown
  pattern?: unknown
  minValue?: unknown
  maxValue?: unknown
  maxLength?: number
  binding?: Binding
  /** Invariants that the element adds to those of its type's own definition. */
  constraints?: readonly Constraint[]
  slicing?: Slicing
  /** Slices in their order; a re-slice is a slice of its slice. */
  slices?: readonly ElementNode[]
  /**
   * Children: of a resource or backbone element all of them; of an element with a data type only when this definition
   * says more of some of them than the type does, and then all of them, as the snapshot merges them.
   */
  children?: readonly ElementNode[]
  isModifier?: true
}

/** One allowed type of an element. */
export interface TypeRule {
  /** `string`, `HumanName`, `Reference`, `Resource`, `BackboneElement`; `xhtml` for a narrative. */
  code: string
  /** Canonical URLs, any one of which the value must fulfil besides the type. */
  profiles?: readonly string[]
  /** Of references and canonicals: profiles of allowed targets. */
  targets?: readonly string[]
  aggregation?: readonly ('contained' | 'referenced' | 'bundled')[]
}

/** A terminology binding; `maxValueSet` is the extension of that name. */
export interface Binding {
  strength: 'required' | 'extensible' | 'preferred' | 'example'
  valueSet?: string
  maxValueSet?: string
}

/** An invariant. */
export interface Constraint {
  key: string
  severity: 'error' | 'warning'
  human: string
  /** FHIRPath; absent when the definition gives none. */
  expression?: string
  /** Canonical URL of the definition that states it. */
  source?: string
}

/** ElementDefinition.slicing. */
export interface Slicing {
  discriminators: readonly Discriminator[]
  rules: 'open' | 'closed' | 'openAtEnd'
  ordered: boolean
}

/** How items are told apart (validation.md section 5). */
export interface Discriminator {
  type: 'value' | 'pattern' | 'exists' | 'type' | 'profile'
  /** `$this`, `code.coding`, `resolve()`, `extension('url').value`, `value.ofType(Coding)`… */
  path: string
}

export type Severity = 'fatal' | 'error' | 'warning' | 'information'

/** One finding. It never holds a value of the resource (design.md section 6). */
export interface ValidationIssue {
  severity: Severity
  /** Stable key of the catalogue (src/validation/catalogue): `element.required`, `inv.per-1`, `ins.key`… */
  key: string
  /** FHIRPath with indices, from the type of the resource that was given: `Bundle.entry[1].resource.author[0]`. */
  expression: string
  /** Where the rule is stated: `<profile URL>#<element id>`, or the section of a reference. */
  source?: string
  /** Fills the placeholders of the catalogue's texts: names, codes of the definition, counts; never what was found. */
  detail: Readonly<Record<string, string | number>>
}

/** How a key is answered: FHIR issue code and both texts, `{name}` filled from the issue's detail. */
export interface RuleText {
  code: IssueCode
  fr: string
  en: string
}

/** FHIR issue types that the validator uses (http://hl7.org/fhir/issue-type). */
export type IssueCode =
  | 'structure'
  | 'required'
  | 'value'
  | 'invariant'
  | 'code-invalid'
  | 'extension'
  | 'not-found'
  | 'business-rule'
  | 'too-long'
  | 'too-costly'
  | 'processing'
  | 'informational'
  | 'duplicate'
  | 'conflict'

/** Answers of the terminology: undefined when it cannot be told offline. */
export interface Terminology {
  /** Whether a code is in a value set (`url` or `url|version`); `system` is undefined for elements of type code. */
  contains(valueSet: string, system: string | undefined, code: string): boolean | undefined
  /** Whether a complete code system has the code; undefined for an unknown or incomplete system. */
  knows(system: string, code: string): boolean | undefined
  /** Whether a display is one of the code's designations; undefined when there is none to compare with. */
  displays(system: string, code: string, display: string): boolean | undefined
  /** The display to show for a code, where one is known. */
  displayOf?(system: string, code: string): string | undefined
}

/** Finds a definition by canonical, `url` or `url|version`; for base types also by their name. */
export type Definitions = (canonical: string) => ProfileTree | undefined
