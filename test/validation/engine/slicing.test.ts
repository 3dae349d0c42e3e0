import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ElementNode, Slicing } from '../../../src/validation/model.ts'
import { childrenOf, elementOf, errors, found, profileOn, validatorWith } from './support.ts'

const URL = 'https://example.org/StructureDefinition/p'
const INS = 'urn:oid:1.2.250.1.213.1.4.8'
const IPP = 'https://example.org/ipp'
const bySystem: Slicing['discriminators'] = [{ type: 'value', path: 'system' }]

/** A slice of Patient.identifier told by its system. */
function slice(sliceName: string, system: string, more: Partial<ElementNode> = {}): ElementNode {
  const children = childrenOf('Identifier', { system: { fixed: system }, value: { min: 1 } })
  return {
    ...elementOf('Patient', 'identifier'),
    id: `Patient.identifier:${sliceName}`,
    sliceName,
    max: 1,
    children,
    ...more,
  }
}

/** Errors of identifiers against a profile that slices them. */
function sliced(slicing: Partial<Slicing>, slices: ElementNode[], identifiers: unknown[]): string[] {
  const identifier = {
    slicing: { discriminators: bySystem, rules: 'open', ordered: false, ...slicing },
    slices,
  } as const
  const validator = validatorWith([profileOn('Patient', URL, { identifier })])
  return errors({ resourceType: 'Patient', identifier: identifiers }, { profiles: [URL] }, validator)
}

const ins = { system: INS, value: '1' }
const ipp = { system: IPP, value: '2' }
const other = { system: 'https://example.org/other', value: '3' }

test('open: an INS and an item with another system are accepted', () => {
  assert.deepEqual(sliced({}, [slice('INS', INS)], [ins, other]), [])
})

test('two items of a slice 0..1 are one too many', () => {
  assert.deepEqual(sliced({}, [slice('INS', INS)], [ins, { ...ins, value: '9' }]), ['slice.max Patient.identifier'])
})

test('an item of a slice keeps the rules of the slice', () => {
  assert.deepEqual(sliced({}, [slice('INS', INS)], [{ system: INS }]), ['element.required Patient.identifier[0]'])
})

test('a slice 1..1 is missing among others, and where there is none at all', () => {
  assert.deepEqual(sliced({}, [slice('INS', INS, { min: 1 })], [other]), ['slice.min Patient.identifier'])
  const identifier = {
    slicing: { discriminators: bySystem, rules: 'open', ordered: false } as const,
    slices: [slice('INS', INS, { min: 1 })],
  }
  const validator = validatorWith([profileOn('Patient', URL, { identifier })])
  assert.deepEqual(errors({ resourceType: 'Patient' }, { profiles: [URL] }, validator), ['slice.min Patient'])
})

test('closed: an unknown system is refused', () => {
  assert.deepEqual(sliced({ rules: 'closed' }, [slice('INS', INS)], [ins, other]), [
    'slice.closed Patient.identifier[1]',
  ])
})

test('openAtEnd: what is in no slice comes last', () => {
  assert.deepEqual(sliced({ rules: 'openAtEnd' }, [slice('INS', INS)], [ins, other]), [])
  assert.deepEqual(sliced({ rules: 'openAtEnd' }, [slice('INS', INS)], [other, ins]), [
    'slice.end Patient.identifier[1]',
  ])
})

test('ordered: slices follow each other as defined', () => {
  const slices = [slice('INS', INS), slice('IPP', IPP)]
  assert.deepEqual(sliced({ ordered: true }, slices, [ins, ipp]), [])
  assert.deepEqual(sliced({ ordered: true }, slices, [ipp, ins]), ['slice.order Patient.identifier[1]'])
})

test('re-slices: an item of a slice belongs to one of its slices, and is counted in both', () => {
  const official = slice('INS/official', INS, {
    children: childrenOf('Identifier', { system: { fixed: INS }, use: { fixed: 'official' } }),
  })
  const outer = slice('INS', INS, {
    max: 2,
    slicing: { discriminators: [{ type: 'value', path: 'use' }], rules: 'open', ordered: false },
    slices: [official],
  })
  const one = { ...ins, use: 'official' }
  assert.deepEqual(sliced({}, [outer], [one, ins]), [])
  assert.deepEqual(sliced({}, [outer], [one, { ...one, value: '9' }]), ['slice.max Patient.identifier'])
})

test('pattern: a slice told by a pattern on the element around the path', () => {
  const type = { coding: [{ system: 'https://example.org/t', code: 'INS' }] }
  const told = slice('INS', INS, { children: childrenOf('Identifier', { type: { pattern: type }, value: { min: 1 } }) })
  const discriminators: Slicing['discriminators'] = [{ type: 'pattern', path: 'type' }]
  const typed = { type: { ...type, text: 'x' } }
  assert.deepEqual(sliced({ discriminators }, [told], [typed, other]), ['element.required Patient.identifier[0]'])
  const deep: Slicing['discriminators'] = [{ type: 'value', path: 'type.coding.code' }]
  assert.deepEqual(sliced({ discriminators: deep }, [told], [typed, other]), ['element.required Patient.identifier[0]'])
})

test('exists: a slice told by the presence of an element', () => {
  const withPeriod = slice('period', INS, {
    children: childrenOf('Identifier', { period: { min: 1 }, value: { min: 1 } }),
  })
  const discriminators: Slicing['discriminators'] = [{ type: 'exists', path: 'period' }]
  const past = { system: IPP, period: { end: '2020' } }
  assert.deepEqual(sliced({ discriminators }, [withPeriod], [past, { system: IPP }]), [
    'element.required Patient.identifier[0]',
  ])
})

test('type: contained resources told by their type', () => {
  const contained = elementOf('Patient', 'contained')
  const slicing: Slicing = { discriminators: [{ type: 'type', path: '$this' }], rules: 'closed', ordered: false }
  const slices = [{ ...contained, sliceName: 'org', max: 1, types: [{ code: 'Organization' }] }]
  const validator = validatorWith([profileOn('Patient', URL, { contained: { slicing, slices } })])
  const resource = (type: string): unknown => ({
    resourceType: 'Patient',
    contained: [{ resourceType: type, id: 'o', name: type === 'Organization' ? 'X' : [{ text: 'X' }] }],
    generalPractitioner: [{ reference: '#o' }],
  })
  assert.deepEqual(errors(resource('Organization'), { profiles: [URL] }, validator), [])
  assert.deepEqual(errors(resource('Practitioner'), { profiles: [URL] }, validator), [
    'slice.closed Patient.contained[0]',
  ])
})

test('profile: references told by what their targets fulfil', () => {
  const GP = 'https://example.org/StructureDefinition/named-practitioner'
  const named = profileOn('Practitioner', GP, { name: { min: 1 } })
  const slicing: Slicing = { discriminators: [{ type: 'profile', path: 'resolve()' }], rules: 'open', ordered: false }
  const node = elementOf('Patient', 'generalPractitioner')
  const slices = [{ ...node, sliceName: 'named', max: 1, types: [{ code: 'Reference', targets: [GP] }] }]
  const validator = validatorWith([named, profileOn('Patient', URL, { generalPractitioner: { slicing, slices } })])
  const practitioner = (id: string, name?: string): unknown => ({
    resourceType: 'Practitioner',
    id,
    ...(name === undefined ? {} : { name: [{ text: name }] }),
  })
  const resource = (second: unknown): unknown => ({
    resourceType: 'Patient',
    contained: [practitioner('a', 'A'), second],
    generalPractitioner: [{ reference: '#a' }, { reference: '#b' }],
  })
  assert.deepEqual(errors(resource(practitioner('b')), { profiles: [URL] }, validator), [])
  assert.deepEqual(errors(resource(practitioner('b', 'B')), { profiles: [URL] }, validator), [
    'slice.max Patient.generalPractitioner',
  ])
})

test('a choice: the value takes the slice of its type, closed slicing limits the types', () => {
  const value = elementOf('Observation', 'value')
  const quantity: ElementNode = {
    ...value,
    id: 'Observation.value[x]:valueQuantity',
    sliceName: 'valueQuantity',
    types: [{ code: 'Quantity' }],
    children: childrenOf('Quantity', { code: { min: 1 } }),
  }
  const slicing: Slicing = { discriminators: [{ type: 'type', path: '$this' }], rules: 'closed', ordered: false }
  const validator = validatorWith([profileOn('Observation', URL, { value: { slicing, slices: [quantity] } })])
  const observation = (more: unknown): unknown => ({
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    ...Object(more),
  })
  const check = (more: unknown): string[] => errors(observation(more), { profiles: [URL] }, validator)
  assert.deepEqual(check({ valueQuantity: { value: 1, system: 'http://unitsofmeasure.org', code: 'mg' } }), [])
  assert.deepEqual(check({ valueQuantity: { value: 1 } }), ['element.required Observation.value'])
  assert.deepEqual(check({ valueString: 'x' }), ['slice.closed Observation.value'])
})

test('slices that nothing tells apart are said not to be checked', () => {
  const identifier = {
    slicing: { discriminators: [], rules: 'open', ordered: false } as const,
    slices: [slice('a', INS)],
  }
  const validator = validatorWith([profileOn('Patient', URL, { identifier })])
  assert.deepEqual(found({ resourceType: 'Patient', identifier: [other] }, { profiles: [URL] }, validator), [
    'warning slice.not-checked Patient.identifier',
  ])
})
