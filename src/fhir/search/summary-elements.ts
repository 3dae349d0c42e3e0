import type { JsonObject } from './model.ts'

/** Elements that no subset leaves out: identity of the resource, and what changes the meaning of the rest. */
export const ALWAYS: ReadonlySet<string> = new Set(['resourceType', 'id', 'meta', 'implicitRules', 'modifierExtension'])

/** Names under which a choice element is written. */
export const CHOICES: Readonly<Record<string, readonly string[]>> = {
  deceased: ['deceasedBoolean', 'deceasedDateTime'],
}

/** What is kept of an element: all of it, or only some of its members. */
export type Kept = true | { readonly [member: string]: Kept }

/** What subsets keep of a resource type. */
export interface TypeElements {
  /** Elements with a minimum of one. */
  mandatory: readonly string[]
  /** Elements that change the meaning of others (isModifier): kept in every choice of elements. */
  modifiers: readonly string[]
  /** Elements marked as summary (isSummary). */
  summary: Readonly<Record<string, Kept>>
}

const all = (...names: readonly string[]): Record<string, Kept> => Object.fromEntries(names.map((name) => [name, true]))

/** Facts of the R4 definitions (isSummary, isModifier, min), for the types that can be searched. */
const ELEMENTS: Readonly<Record<string, TypeElements>> = {
  Patient: {
    mandatory: [],
    modifiers: ['active', 'deceasedBoolean', 'deceasedDateTime', 'link'],
    summary: {
      ...all('identifier', 'active', 'name', 'telecom', 'gender', 'birthDate', 'deceasedBoolean', 'deceasedDateTime'),
      ...all('address', 'managingOrganization'),
      link: all('other', 'type'),
    },
  },
  DocumentReference: {
    mandatory: ['status', 'content'],
    modifiers: ['status'],
    summary: {
      ...all('masterIdentifier', 'identifier', 'status', 'docStatus', 'type', 'category', 'subject', 'date', 'author'),
      ...all('description', 'securityLabel'),
      relatesTo: all('code', 'target'),
      content: {
        attachment: all('contentType', 'language', 'url', 'size', 'hash', 'title', 'creation'),
        format: true,
      },
      context: all('period'),
    },
  },
  List: {
    mandatory: ['status', 'mode'],
    modifiers: ['status', 'mode'],
    summary: all('status', 'mode', 'title', 'code', 'subject', 'date', 'source'),
  },
  Practitioner: {
    mandatory: [],
    modifiers: [],
    summary: all('identifier', 'active', 'name', 'telecom', 'address', 'gender', 'birthDate'),
  },
  PractitionerRole: {
    mandatory: [],
    modifiers: [],
    summary: all(
      'identifier',
      'active',
      'period',
      'practitioner',
      'organization',
      'code',
      'specialty',
      'location',
      'telecom',
    ),
  },
  Organization: {
    mandatory: [],
    modifiers: ['active'],
    summary: all('identifier', 'active', 'type', 'name', 'partOf'),
  },
}

const NO_ELEMENTS: TypeElements = { mandatory: [], modifiers: [], summary: {} }

/** What subsets keep of the type of a resource. */
export function elementsOf({ resourceType }: JsonObject): TypeElements {
  const type = typeof resourceType === 'string' ? resourceType : ''
  return Object.hasOwn(ELEMENTS, type) ? (ELEMENTS[type] ?? NO_ELEMENTS) : NO_ELEMENTS
}
