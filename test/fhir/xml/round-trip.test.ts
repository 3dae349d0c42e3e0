import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJson } from '../../../src/fhir/json/parse.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/fhir/json/value.ts'
import { XmlError } from '../../../src/fhir/xml/errors.ts'
import { fromXml } from '../../../src/fhir/xml/from-xml.ts'
import { type ElementFacts, resourceFacts, typeFacts, typeNames } from '../../../src/fhir/xml/table.ts'
import { toXml } from '../../../src/fhir/xml/to-xml.ts'
import { officialFiles, officialFolder, withoutOfficial } from './official.ts'

const limits = { maxDepth: 64 }
const read = (xml: string): JsonObject => fromXml(new TextEncoder().encode(xml), limits)
const there = (resource: JsonObject): string => toXml(resource)

test('every official JSON resource of R4 comes back equal from XML', { skip: withoutOfficial }, () => {
  const notR4: string[] = []
  let compared = 0
  for (const path of officialFiles(['fr-core', 'ihe', 'pdsm'], '.json')) {
    const resource = parseJson(readFileSync(join(officialFolder, path)), limits)
    assert.ok(isJsonObject(resource), path)
    if (resource.resourceType === 'SubscriptionTopic') {
      notR4.push(path)
      assert.throws(
        () => there(resource),
        (error) => error instanceof XmlError && error.key === 'xml.unknown-resource',
      )
      continue
    }
    assert.deepEqual(read(there(resource)), resource, path)
    compared++
  }
  assert.ok(compared > 700, `${compared} compared`)
  assert.ok(
    notR4.every((path) => path.startsWith('ihe/dsubm/conformance/DSUBm-SubscriptionTopic-')),
    'SubscriptionTopic is a resource of R4B and R5',
  )
})

test('indenting an official resource changes nothing of it', { skip: withoutOfficial }, () => {
  for (const path of officialFiles(['fr-core/examples', 'pdsm/3.1.1'], '.json')) {
    const resource = parseJson(readFileSync(join(officialFolder, path)), limits)
    assert.ok(isJsonObject(resource), path)
    assert.deepEqual(read(toXml(resource, { pretty: true })), resource, path)
  }
})

test('every official XML resource is read, and comes back equal', { skip: withoutOfficial }, () => {
  const paths = officialFiles(['ihe'], '.xml')
  for (const path of paths) {
    const resource = fromXml(readFileSync(join(officialFolder, path)), limits)
    assert.deepEqual(read(there(resource)), resource, path)
  }
  assert.ok(paths.length >= 5)
})

/** A resource or element with every element of its definition; `turn` chooses among the variants of a choice. */
function everyElement(name: string, turn: number, depth: number): JsonObject {
  const facts = typeFacts(name) ?? assert.fail(name)
  const byOrder = Map.groupBy(facts.elements.values(), ({ order }) => order)
  const target: JsonObject = resourceFacts(name) === undefined ? {} : { resourceType: name }
  for (const variants of byOrder.values()) {
    const element = variants[turn % variants.length] ?? assert.fail(name)
    const value = sample(element, turn, depth)
    if (value === undefined) continue
    const partner = { id: 'p', extension: [{ url: 'http://example.org/e', valueCode: 'c' }] }
    const twice = element.kind === 'primitive' && !element.attribute
    if (twice) target[element.partner] = element.repeats ? [partner, null, partner] : partner
    target[element.name] = !element.repeats ? value : twice ? [value, value, null] : [value, value]
  }
  return target
}

function sample(element: ElementFacts, turn: number, depth: number): JsonValue | undefined {
  if (element.kind === 'xhtml') return '<div xmlns="http://www.w3.org/1999/xhtml">a</div>'
  if (element.kind === 'resource') return { resourceType: 'Basic', id: 'b' }
  if (element.kind === 'complex') {
    if (element.type === 'Extension') return { url: 'http://example.org/e', valueString: ' a\n"<&>\t' }
    return depth === 0 ? undefined : everyElement(element.type, turn, depth - 1)
  }
  if (element.type === 'boolean') return turn % 2 === 0
  return ['integer', 'positiveInt', 'unsignedInt', 'decimal'].includes(element.type) ? turn + 1 : 'é 😀'
}

test('every element of every R4 resource comes back equal, in the order of its definition', () => {
  for (const name of typeNames()) {
    if (resourceFacts(name) === undefined) continue
    for (const turn of [0, 1, 2]) {
      const resource = pruned(everyElement(name, turn, 2))
      const xml = there(resource)
      assert.deepEqual(read(xml), resource, name)
      const reversed = Object.fromEntries(Object.entries(resource).reverse())
      assert.equal(there(reversed), xml, `${name} does not depend on the order of properties`)
    }
  }
})

test('every variant of a choice of every type comes back equal', () => {
  const facts = typeFacts('Extension') ?? assert.fail()
  const variants = [...facts.elements.values()].filter(({ name }) => name.startsWith('value'))
  assert.equal(variants.length, 50)
  for (const [turn, variant] of variants.entries()) {
    const extension = {
      url: 'http://example.org/e',
      [variant.name]: sample(variant, turn, 2) ?? assert.fail(variant.name),
    }
    const resource = pruned({ resourceType: 'Basic', extension: [extension] })
    assert.deepEqual(read(there(resource)), resource, variant.name)
  }
})

/** Without what the depth of the sample left empty. */
function pruned(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, child]): [string, JsonValue][] => {
      const clean = Array.isArray(child)
        ? child.map((item) => (isJsonObject(item) ? pruned(item) : item))
        : isJsonObject(child)
          ? pruned(child)
          : child
      const isEmpty = (item: JsonValue): boolean => isJsonObject(item) && Object.keys(item).every((key) => key === 'id')
      return Array.isArray(clean) ? (clean.some(isEmpty) ? [] : [[name, clean]]) : isEmpty(clean) ? [] : [[name, clean]]
    }),
  )
}

const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 })
// biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 cannot carry
const unspeakable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/

test('any text either comes back to the character or is refused', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const resource = { resourceType: 'Basic', id: 'a', extension: [{ url: 'u', valueString: text }] }
      if (unspeakable.test(text))
        assert.throws(
          () => there(resource),
          (error) => error instanceof XmlError && error.key === 'xml.invalid-character',
        )
      else assert.deepEqual(read(there(resource)), resource)
    }),
    { numRuns: 1000, seed: 1 },
  )
})

test('half a surrogate pair is refused', () => {
  assert.throws(() => there({ resourceType: 'Basic', id: 'a\ud800' }), {
    key: 'xml.invalid-character',
    path: 'Basic.id',
  })
})

test('any number comes back equal', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
      (value) => {
        const resource = { resourceType: 'Basic', extension: [{ url: 'u', valueDecimal: value }] }
        assert.deepEqual(read(there(resource)), resource)
      },
    ),
    { numRuns: 500, seed: 2 },
  )
})
