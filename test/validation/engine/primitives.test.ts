import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errors } from './support.ts'

/** A Parameters resource carries a value of any type. */
const carrying = (type: string, value: unknown): unknown => ({
  resourceType: 'Parameters',
  parameter: [{ name: 'p', [`value${type}`]: value }],
})

/** Rows of validation.md section 2: accepted and refused values by type. */
const rows: { type: string; accepted: unknown[]; refused: unknown[] }[] = [
  { type: 'boolean', accepted: [true, false], refused: ['true', 1] },
  { type: 'integer', accepted: [0, -5, 2_147_483_647], refused: [1.5, '1', 2_147_483_648] },
  { type: 'unsignedInt', accepted: [0], refused: [-1] },
  { type: 'positiveInt', accepted: [1], refused: [0] },
  { type: 'decimal', accepted: [1.5, 0], refused: ['1.5'] },
  { type: 'string', accepted: ["Dr L'Oncle", 'a\tb\r\nc'], refused: ['   ', '', 'a\u0000b', 1] },
  { type: 'markdown', accepted: ['# a'], refused: [''] },
  { type: 'code', accepted: ['entered-in-error', 'a b'], refused: [' male', 'a  b', 'a '] },
  { type: 'id', accepted: ['a-1.B'], refused: ['a_b', 'a'.repeat(65)] },
  { type: 'uri', accepted: ['urn:oid:1.2.3'], refused: ['a b', ''] },
  { type: 'url', accepted: ['https://example.org'], refused: ['a b'] },
  { type: 'canonical', accepted: ['https://example.org/x|1.0#a'], refused: ['a b'] },
  { type: 'oid', accepted: ['urn:oid:1.2.250'], refused: ['1.2.250', 'urn:oid:1.02'] },
  {
    type: 'uuid',
    accepted: ['urn:uuid:c757873d-ec9a-4326-a141-556f43239520'],
    refused: ['urn:uuid:C757873D-EC9A-4326-A141-556F43239520'],
  },
  {
    type: 'date',
    accepted: ['2024', '2024-02', '2024-02-29'],
    refused: ['2023-02-29', '1960-13-01', '2024-1-1', '0000'],
  },
  {
    type: 'dateTime',
    accepted: ['2026-02-03T09:00:00+01:00', '2016-12-31T23:59:60Z', '2026'],
    refused: ['2026-02-03T09:00', '2026-02-03T09:00:00', '2026-02-03T24:00:00Z', '2026-02-03T09:00:00+15:00'],
  },
  { type: 'instant', accepted: ['2026-02-03T09:00:00.123Z'], refused: ['2026-02-03'] },
  { type: 'time', accepted: ['08:30:00'], refused: ['8:30', '08:30:00Z'] },
  { type: 'base64Binary', accepted: ['QUJD\nREVG'], refused: ['abc$', 'abc', 'a-_c'] },
]
for (const { type, accepted, refused } of rows) {
  const key = type.charAt(0).toUpperCase() + type.slice(1)
  test(`${type}: what the table accepts is accepted`, () => {
    for (const value of accepted) assert.deepEqual(errors(carrying(key, value)), [], String(value))
  })
  test(`${type}: what the table refuses is refused with the form that is expected`, () => {
    for (const value of refused) {
      assert.ok(
        errors(carrying(key, value)).includes(`primitive.${type} Parameters.parameter[0].value`),
        JSON.stringify(value),
      )
    }
  })
}

test('the id of a resource is an id, at the root, contained and in entries', () => {
  assert.deepEqual(errors({ resourceType: 'Basic', id: 'a_b', code: { text: 'x' } }), ['primitive.id Basic.id'])
})

test('the id of an element is any text without white space', () => {
  assert.deepEqual(errors({ resourceType: 'Basic', code: { id: 'a_b/c', text: 'x' } }), [])
  assert.deepEqual(errors({ resourceType: 'Basic', code: { id: 'a b', text: 'x' } }), [
    'primitive.element-id Basic.code.id',
  ])
})
