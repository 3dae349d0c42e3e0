import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errors, found, validatorWith } from './support.ts'

const MANY = 2000

/** A patient whose contained organizations count how often their ids are read. */
function patientWithMany(link: (at: number) => object): { patient: object; reads: () => number } {
  let reads = 0
  const contained = Array.from({ length: MANY }, (_, at) =>
    Object.defineProperty({ resourceType: 'Organization', name: 'x', ...link(at) }, 'id', {
      enumerable: true,
      get: () => {
        reads += 1
        return `o${at}`
      },
    }),
  )
  return { patient: { resourceType: 'Patient', contained }, reads: () => reads }
}

test('references to many contained resources are followed without a look at each', () => {
  const { patient, reads } = patientWithMany(() => ({}))
  const generalPractitioner = Array.from({ length: MANY }, (_, at) => ({ reference: `#o${at}` }))
  assert.deepEqual(errors({ ...patient, generalPractitioner }), [])
  assert.ok(reads() < MANY * 50, `${reads()} reads`)
})

test('many contained resources that name each other are matched without a look at each', () => {
  const { patient, reads } = patientWithMany((at) => ({ partOf: { reference: `#o${(at + 1) % MANY}` } }))
  assert.deepEqual(errors({ ...patient, managingOrganization: { reference: '#o0' } }), [])
  assert.ok(reads() < MANY * 50, `${reads()} reads`)
})

test('contained resources that nobody names are told, those that name the container or each other are not', () => {
  const organization = (id: string, partOf?: string) => ({
    resourceType: 'Organization',
    id,
    name: 'x',
    ...(partOf === undefined ? {} : { partOf: { reference: partOf } }),
  })
  const contained = [organization('a', '#b'), organization('b'), organization('self', '#self'), organization('up', '#')]
  assert.deepEqual(found({ resourceType: 'Patient', contained, managingOrganization: { reference: '#x' } }), [
    'error inv.ref-1 Patient.managingOrganization',
    'error reference.type Patient.contained[3].partOf',
    'error inv.dom-3 Patient.contained[0]',
    'error inv.dom-3 Patient.contained[2]',
  ])
})

test('a validation that may take less time than usual says so when it is over', () => {
  let now = 0
  const by = validatorWith([], { clock: () => now++ })
  const entry = Array.from({ length: 3000 }, () => ({ resource: { resourceType: 'Basic', code: { text: 'x' } } }))
  const bundle = { resourceType: 'Bundle', type: 'batch-response', entry }
  const issues = by.validate(bundle, { time: 2 })
  assert.deepEqual(
    issues.filter(({ key }) => key.startsWith('limit.')).map(({ key, detail }) => [key, detail.max]),
    [['limit.time', 2]],
  )
  assert.deepEqual(
    by.validate(bundle).filter(({ key }) => key.startsWith('limit.')),
    [],
  )
})
