import assert from 'node:assert/strict'
import { test } from 'node:test'
import { correctedInvariant } from '../../../src/validation/fhirpath/corrections.ts'
import { compileInvariant } from '../../../src/validation/fhirpath/invariant.ts'
import type { Outcome } from '../../../src/validation/fhirpath/types.ts'
import { officialAbsent, officialResources, officialStructures } from './official.ts'
import { environmentOf, r4, r4Structures, type Structure } from './r4-model.ts'
import { type Element, elementsOf } from './walk.ts'

/** fhirpath.js, as far as it is used here. */
interface Peer {
  compile(
    path: { base: string; expression: string },
    model: unknown,
    options: { traceFn(): void },
  ): (value: unknown, environment: Record<string, unknown>) => unknown[]
}

const peer = await peerOf()
const skip = peer === undefined ? 'fhirpath.js (npm package fhirpath) is not installed' : (officialAbsent ?? false)

/** Where the two differ, by the invariant's key: what theirs answers, and why ours does not. */
const DIFFERENCES: Readonly<Record<string, { theirs: Outcome; why: string }>> = {
  'dom-3': {
    theirs: 'failed',
    why: 'R4 writes descendants().as(canonical): it has a meaning only when as() keeps the items of the type, as ofType() does.',
  },
}

/** Expressions that one of the two cannot evaluate here: a narrative's check is not ours, resolve() is not theirs. */
const APART = /htmlChecks\(\)|resolve\(\)/

test('every invariant gives the answer of fhirpath.js on every official example, and on each with one part missing or twice', {
  skip,
}, async () => {
  assert.ok(peer !== undefined)
  const compare = comparisonWith(peer.fhirpath, peer.model)
  const differing = new Map<string, string>()
  let compared = 0
  const mutated = new Map<string, number>()
  for (const { file, resource } of officialResources()) {
    if (!r4.isType(String(resource.resourceType)) || CONFORMANCE.has(String(resource.resourceType))) continue
    const seen = (mutated.get(String(resource.resourceType)) ?? 0) + 1
    mutated.set(String(resource.resourceType), seen)
    for (const variant of [resource, ...(seen > MUTATED ? [] : mutationsOf(resource))]) {
      for (const element of elementsOf(variant, r4)) {
        if (typeof element.value !== 'object') continue
        for (const { key, expression } of constraintsOf(element)) {
          const { ours, theirs } = compare(expression, element)
          compared += 1
          if (ours !== theirs && DIFFERENCES[key]?.theirs !== theirs)
            differing.set(key, `${key} on ${element.path} of ${file}: ours ${ours}, theirs ${theirs}`)
        }
      }
    }
  }
  assert.ok(compared > 10_000)
  assert.deepEqual([...differing.values()], [])
})

/** How many examples of a type are mutated. */
const MUTATED = 5

/** Definitions, whose snapshots would be most of the run. */
const CONFORMANCE = new Set(['StructureDefinition', 'CapabilityStatement', 'ValueSet', 'CodeSystem', 'SearchParameter'])

interface Rule {
  key: string
  expression: string
}

/** By path of the definition; those of profiles are asked of every element at their place, whatever it claims to be. */
const rules = new Map<string, readonly Rule[]>()
for (const structure of r4Structures) if (structure.derivation !== 'constraint') remember(structure)
if (skip === false) for (const structure of officialStructures()) remember(structure)

function remember({ snapshot, differential }: Structure): void {
  for (const { path, constraint = [] } of [...(snapshot?.element ?? []), ...(differential?.element ?? [])]) {
    const place = path.replace('[x]', '')
    const stated = constraint.flatMap(({ key, expression }) =>
      expression === undefined || APART.test(expression) ? [] : [{ key, expression: correctedInvariant(expression) }],
    )
    const known = rules.get(place) ?? []
    rules.set(place, [...new Map([...known, ...stated].map((rule) => [rule.expression, rule])).values()])
  }
}

/** The invariants of an element: those of its type and those its place adds, each once. */
function constraintsOf({ type, path }: Element): readonly Rule[] {
  const stated = [...(rules.get(type) ?? []), ...(rules.get(path) ?? [])]
  return [...new Map(stated.map((rule) => [rule.expression, rule])).values()]
}

function comparisonWith(fhirpath: Peer, model: unknown) {
  const compiled = new Map<string, (element: Element) => { ours: Outcome; theirs: Outcome }>()
  return (expression: string, element: Element) => {
    const name = `${element.type} ${expression}`
    const known = compiled.get(name) ?? pair(fhirpath, model, expression, element.type)
    compiled.set(name, known)
    return known(element)
  }
}

function pair(fhirpath: Peer, model: unknown, expression: string, type: string) {
  const ours = compileInvariant(expression, type, r4)
  const theirs = fhirpath.compile({ base: type, expression }, model, { traceFn: () => undefined })
  return ({ value, resource, rootResource }: Element): { ours: Outcome; theirs: Outcome } => ({
    ours: ours(value, environmentOf(resource, { rootResource })),
    theirs: verdict(() => theirs(value, { resource, rootResource })),
  })
}

/** An invariant holds when one item comes out that counts as true. */
function verdict(evaluate: () => unknown[]): Outcome {
  try {
    const items = evaluate()
    return items.length === 1 && items[0] !== false
  } catch {
    return 'failed'
  }
}

/** The resource without each of its properties in turn, two levels deep, and with each list's first item twice. */
function mutationsOf(resource: Record<string, unknown>): readonly Record<string, unknown>[] {
  return Object.keys(resource)
    .filter((key) => key !== 'resourceType')
    .flatMap((key) => {
      const { [key]: removed, ...rest } = resource
      const first: unknown = Array.isArray(removed) ? removed[0] : removed
      if (typeof first !== 'object' || first === null) return [rest]
      const thinner = Object.keys(first).map((inner) => {
        const part = Object.fromEntries(Object.entries(first).filter(([name]) => name !== inner))
        return { ...rest, [key]: Array.isArray(removed) ? [part, ...removed.slice(1)] : part }
      })
      const twice = Array.isArray(removed) ? [{ ...rest, [key]: [first, ...removed] }] : []
      return [rest, ...thinner, ...twice]
    })
}

async function peerOf(): Promise<{ fhirpath: Peer; model: unknown } | undefined> {
  const [name, context]: readonly string[] = ['fhirpath', 'fhirpath/fhir-context/r4']
  try {
    const [fhirpath, model] = await Promise.all([import(String(name)), import(String(context))])
    return { fhirpath: fhirpath.default, model: model.default }
  } catch {
    return undefined
  }
}
