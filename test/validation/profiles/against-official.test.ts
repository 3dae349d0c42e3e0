import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needsOfficial, officialJson } from '../../french/official.ts'
import { DEPARTURES, type Departure } from './departures.ts'
import { elementsOf, type Json, object, objects, profileFiles, text } from './files.ts'

/** Folders of ours with their official counterparts. */
const COUNTERPARTS: Readonly<Record<string, string>> = {
  'fr-core/2.2.0': 'fr-core',
  'fr-core/2.1.0': 'fr-core/2.1.0',
  mhd: 'ihe/mhd/conformance',
  pdsm: 'pdsm/3.1.1',
}

const used = new Set<Departure>()

for (const [folder, official] of Object.entries(COUNTERPARTS)) {
  for (const { path, name, profile } of needsOfficial.skip === undefined ? profileFiles(folder) : []) {
    test(`${path} says what the published profile says, departures aside`, needsOfficial, () => {
      const published = object(officialJson<unknown>(`${official}/StructureDefinition-${name}.json`))
      assert.deepEqual(headOf(profile), headOf(published))
      assert.deepEqual(unexplained(path, profile, published), [])
    })
  }
}

test('every departure from a published profile is still one', needsOfficial, () => {
  assert.deepEqual(
    DEPARTURES.filter((departure) => !used.has(departure)),
    [],
  )
})

/** Facts that differ, `element aspect: ours | published`, without those that a departure explains. */
function unexplained(path: string, ours: Json, published: Json): string[] {
  const [mine, theirs] = [factsOf(ours), factsOf(published)]
  return [...new Set([...mine.keys(), ...theirs.keys()])].flatMap((fact) => {
    const [left, right] = [mine.get(fact), theirs.get(fact)]
    if (left === right) return []
    const departure = DEPARTURES.find(({ where, what }) => where.test(path) && what.test(fact))
    if (departure !== undefined) used.add(departure)
    return departure === undefined ? [`${fact}: ${left ?? 'nothing'} | ${right ?? 'nothing'}`] : []
  })
}

function headOf({ url, type, kind, abstract, derivation, baseDefinition, context }: Json): Json {
  const contexts = objects(context).map(({ expression }) => expression)
  return { url, type, kind, abstract, derivation, base: bare(baseDefinition), contexts }
}

/** Every fact of a differential as text, by element and aspect: `Patient.name:officialName max` -> `1`. */
function factsOf(profile: Json): Map<string, string> {
  const facts = new Map<string, string>()
  for (const element of elementsOf(profile)) {
    const add = (aspect: string, value: unknown): void => {
      if (value !== undefined) facts.set(`${element.id} ${aspect}`, JSON.stringify(sorted(value)))
    }
    add('min', element.min)
    add('max', element.max)
    for (const [name, value] of Object.entries(element))
      if (/^(fixed|pattern|minValue|maxValue)[A-Z]|^maxLength$/.test(name)) add(name, value)
    add('types', typeFacts(element))
    add('binding', element.binding === undefined ? undefined : bindingFacts(object(element.binding)))
    add('slicing', element.slicing === undefined ? undefined : slicingFacts(text(element.id), object(element.slicing)))
    for (const { key, severity, expression } of objects(element.constraint)) {
      add(`invariant ${key}`, { severity, expressed: expression !== undefined })
    }
  }
  return facts
}

function typeFacts({ type }: Json): unknown {
  const types = objects(type).map(({ code, profile, targetProfile, aggregation }) => ({
    code,
    profile: canonicals(profile),
    targetProfile: canonicals(targetProfile).sort(),
    aggregation: aggregation ?? [],
  }))
  return types.length === 0 ? undefined : types
}

function bindingFacts({ strength, valueSet }: Json): Json {
  return { strength, valueSet: bare(valueSet) }
}

/** Extensions are sliced by url whether a profile says it or not. */
function slicingFacts(id: string, { discriminator, rules, ordered }: Json): unknown {
  const facts = { discriminator, rules, ordered: ordered ?? false }
  const byUrl = JSON.stringify(sorted(facts)) === BY_URL
  return byUrl && id.endsWith('.extension') ? undefined : facts
}

const BY_URL = JSON.stringify(
  sorted({ discriminator: [{ type: 'value', path: 'url' }], rules: 'open', ordered: false }),
)

function canonicals(value: unknown): string[] {
  return Array.isArray(value) ? value.map((canonical) => bare(canonical)) : []
}

/** FR Core 2.2.0 pins versions, and its publisher those of HL7 extensions: the definition meant is the same. */
function bare(canonical: unknown): string {
  return text(canonical).split('|')[0] ?? ''
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, child]): [string, unknown] => [name, sorted(child)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}
