import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { renderHl7Terminology } from '../../../scripts/generate-terminology.ts'
import { builtInTerminology } from '../../../src/validation/terminology/built-in.ts'
import { readTerminologyResource } from '../../../src/validation/terminology/read.ts'
import type {
  CodeSystem,
  ConceptMap,
  Member,
  Part,
  TerminologyResource,
  ValueSet,
} from '../../../src/validation/terminology/resources.ts'
import type { TerminologyService } from '../../../src/validation/terminology/terminology.ts'

const OFFICIAL = resolve(dirname(fileURLToPath(import.meta.url)), '../../../../shared/official')
const isHere = existsSync(OFFICIAL)
const skip = isHere || process.env.CI === 'true' ? false : 'the official resources are not on this machine'

/** Official files that are not carried, each with the reason. */
const LEFT_OUT: readonly [pattern: RegExp, reason: string][] = [
  [/^pdsm\/pdsm4dmp.*\/ConceptMap-/, 'relations between elements of models, not between codes'],
  [
    /^documents\/cda-valuesets\/(?!ValueSet-JDV-J\d+-)/,
    'codes inside CDA bodies, under OIDs: no FHIR profile binds them, and many are of the WHO (CIM-10, CIM-O)',
  ],
]

const CURRENT = builtInTerminology({ frCore: '2.2.0' })
const FORMER = builtInTerminology({ frCore: '2.1.0' })

const files = globSync('**/{ValueSet,CodeSystem,ConceptMap}-*.json', { cwd: OFFICIAL })
  .sort()
  .filter((file) => !LEFT_OUT.some(([pattern]) => pattern.test(file)))

describe('every official terminology resource is carried as it was published', { skip }, () => {
  test('there are official resources to compare with', () => assert.ok(files.length > 90, String(files.length)))

  for (const file of files) {
    test(file, () => {
      const official = read(file)
      const terminology = file.startsWith('fr-core/2.1.0/') ? FORMER : CURRENT
      const ours = find(terminology, official)
      assert.ok(ours !== undefined, `${official.url} is not carried`)
      assert.equal(ours.version, official.version)
      assert.equal(ours.id, official.id)
      assert.deepEqual(factsOf(ours, terminology), factsOf(official, terminology))
    })
  }
})

test('the file of HL7 is what the script makes of the definitions', () => {
  const text = readFileSync(new URL('../../../terminology/hl7-r4.json', import.meta.url), 'utf8')
  assert.ok(text === renderHl7Terminology(), 'run node scripts/generate-terminology.ts')
})

test('every resource that is carried says under which licence', () => {
  for (const { registry } of [CURRENT, FORMER]) {
    for (const { url, copyright } of [...registry.valueSets, ...registry.conceptMaps]) assert.ok(copyright, url)
  }
})

test('the codes that official sets list exist in the complete code systems that we carry', () => {
  const strangers: string[] = []
  for (const terminology of [CURRENT, FORMER]) {
    for (const { url, includes } of terminology.registry.valueSets) {
      for (const { system = '', concepts = [] } of includes) {
        for (const { code } of concepts) {
          if (terminology.knows(system, code) === false) strangers.push(`${url}: ${code} of ${system}`)
        }
      }
    }
  }
  assert.deepEqual(strangers, [])
})

function read(file: string): TerminologyResource {
  const resource = readTerminologyResource(JSON.parse(readFileSync(join(OFFICIAL, file), 'utf8')))
  assert.ok(resource !== undefined, file)
  return resource
}

function find({ registry }: TerminologyService, { resourceType, url }: TerminologyResource) {
  switch (resourceType) {
    case 'CodeSystem':
      return registry.codeSystem(url)
    case 'ValueSet':
      return registry.valueSet(url)
    case 'ConceptMap':
      return registry.conceptMap(url)
  }
}

/** What must be equal: everything but texts, and the order in which a map lists codes. */
function factsOf(resource: TerminologyResource, terminology: TerminologyService): unknown {
  switch (resource.resourceType) {
    case 'CodeSystem':
      return systemFacts(resource)
    case 'ValueSet':
      return valueSetFacts(resource, terminology)
    case 'ConceptMap':
      return mapFacts(resource)
  }
}

function systemFacts({ content, caseSensitive, concepts }: CodeSystem) {
  const facts = [...concepts.values()].map(({ code, display, designations, parents }) => ({
    code,
    display,
    designations,
    parents,
  }))
  return { content, caseSensitive, facts }
}

function valueSetFacts({ includes, excludes }: ValueSet, terminology: TerminologyService) {
  const part = ({ concepts, ...rest }: Part) => ({
    ...rest,
    concepts: concepts?.map((member) => displayed(member, rest.system, terminology)).sort(byCode),
  })
  return { includes: includes.map(part), excludes: excludes.map(part) }
}

/** A display that is written only once, elsewhere, is the same as one that is repeated. */
function displayed({ code, display }: Member, system: string | undefined, { displayOf }: TerminologyService): Member {
  const shown = display ?? displayOf(system ?? '', code)
  return shown === undefined ? { code } : { code, display: shown }
}

function byCode(a: Member, b: Member): number {
  return a.code < b.code ? -1 : 1
}

/** Pairs of codes, whatever their groups. */
function mapFacts({ source, target, groups }: ConceptMap) {
  const pairs = groups.flatMap((group) =>
    [...group.elements].flatMap(([from, targets]) =>
      targets.map(({ code, equivalence }) => [group.source, from, group.target, code, equivalence].join(' ')),
    ),
  )
  return { source, target, pairs: pairs.sort() }
}
