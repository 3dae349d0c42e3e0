import { isObject, type JsonObject, objectsOf, optional, textOf } from './json.ts'
import { type Concept, type ConceptProperty, type Designation, keyIn } from './resources.ts'

/**
 * The concepts of a CodeSystem in their order, by code, with the concepts above them: by nesting, and by the properties
 * `parent`, `subsumedBy` and `child`. Walks without recursion: depth is no matter.
 */
export function readConcepts(json: JsonObject, caseSensitive: boolean): ReadonlyMap<string, Concept> {
  const concepts = new Map<string, Concept & { parents: string[] }>()
  const key = (code: string) => keyIn({ caseSensitive }, code)
  const wanted = objectsOf(json, 'concept')
    .toReversed()
    .map((concept): [JsonObject, string | undefined] => [concept, undefined])
  for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
    const [found, parent] = next
    const code = textOf(found, 'code')
    if (code === undefined) continue
    const concept = conceptOf(found, code, parent)
    if (!concepts.has(key(code))) concepts.set(key(code), concept)
    for (const child of objectsOf(found, 'concept').toReversed()) wanted.push([child, code])
  }
  for (const concept of concepts.values()) {
    for (const { code, value } of concept.properties ?? []) {
      if (code === 'child') concepts.get(key(String(value)))?.parents.push(concept.code)
    }
  }
  return concepts
}

function conceptOf(json: JsonObject, code: string, parent: string | undefined): Concept & { parents: string[] } {
  const designations = objectsOf(json, 'designation').flatMap(designationOf)
  const properties = objectsOf(json, 'property').flatMap(propertyOf)
  const above = properties.filter((property) => property.code === 'parent' || property.code === 'subsumedBy')
  return {
    code,
    ...optional('display', textOf(json, 'display')),
    ...(designations.length > 0 ? { designations } : {}),
    ...(properties.length > 0 ? { properties } : {}),
    parents: [...(parent === undefined ? [] : [parent]), ...above.map(({ value }) => String(value))],
  }
}

function designationOf(json: JsonObject): Designation[] {
  const value = textOf(json, 'value')
  if (value === undefined) return []
  const use = isObject(json.use) ? json.use : undefined
  return [
    {
      ...optional('language', textOf(json, 'language')),
      ...(use === undefined
        ? {}
        : {
            use: {
              ...optional('system', textOf(use, 'system')),
              ...optional('code', textOf(use, 'code')),
              ...optional('display', textOf(use, 'display')),
            },
          }),
      value,
    },
  ]
}

/** A property whose value is a code, text, flag, date or number; one that is a Coding is its code. */
function propertyOf(json: JsonObject): ConceptProperty[] {
  const code = textOf(json, 'code')
  const type = Object.keys(json).find((name) => name.startsWith('value'))
  if (code === undefined || type === undefined) return []
  const value = json[type]
  if (typeof value === 'string' || typeof value === 'boolean') return [{ code, value, type }]
  if (typeof value === 'number') return [{ code, value: String(value), type }]
  const coded = isObject(value) ? textOf(value, 'code') : undefined
  return coded === undefined ? [] : [{ code, value: coded, type: 'valueCode' }]
}
