import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkMatricule, INS_SYSTEMS, insAuthority, matriculeKey } from '../../src/french/ins.ts'

const NIR = '1.2.250.1.213.1.4.8'

const VALID = [
  '184016322000260',
  '284016322000210',
  '184122A00400148',
  '279022B03300215',
  '175062003301861',
  '168079741102391',
  '291049873501291',
  '155039935202748',
  '184016322006297',
  '184016322006101',
  '284202B32102528',
  '284992B32102531',
  '288209999900127',
  '255081416802538',
  '294037512000591',
  '153124500723160',
  '284052A32102552',
  '279035121518989',
  '277076322082910',
  '260058815400233',
]

for (const value of VALID) {
  test(`the matricule ${value} is well formed`, () => assert.deepEqual(checkMatricule(value, NIR), []))
}

const INVALID = [
  ['184016322000261', 'key'],
  ['123456789012244', 'key'],
  ['221042545611404', 'key'],
  ['199137505630032', 'format'],
  ['180006322001038', 'format'],
  ['785019910000112', 'format'],
  ['184122A00400121', 'key'],
  ['184122C00400148', 'format'],
  ['1840163220002', 'length'],
  ['184016322000298', 'format'],
  ['184016322000200', 'format'],
  ['2 84 01 63 220 002 10', 'length'],
  ['184122a00400148', 'format'],
] as const

for (const [value, reason] of INVALID) {
  test(`the matricule ${value} is refused for its ${reason}`, () => {
    assert.deepEqual(checkMatricule(value, NIR), [{ key: 'INS-03', severity: 'error', reason }])
  })
}

test('a wrong key is only a warning for the test and demonstration authorities', () => {
  for (const oid of ['1.2.250.1.213.1.4.10', 'urn:oid:1.2.250.1.213.1.4.11']) {
    assert.deepEqual(checkMatricule('184016322000261', oid), [{ key: 'INS-03', severity: 'warning', reason: 'key' }])
  }
})

test('a waiting number may begin with 3, 4, 7 or 8, with a warning, and keeps its key', () => {
  const number = '3840163220002'
  const issues = checkMatricule(number + matriculeKey(number), '1.2.250.1.213.1.4.9')
  assert.deepEqual(issues, [{ key: 'INS-03', severity: 'warning', reason: 'provisional' }])
  assert.equal(checkMatricule(number + matriculeKey(number), NIR)[0]?.reason, 'format')
})

test('the key of the official FR Core example should be 12', () => assert.equal(matriculeKey('1234567890122'), '12'))

test('an authority is found by URN and by bare OID, with its type code', () => {
  assert.equal(insAuthority('urn:oid:1.2.250.1.213.1.4.9')?.typeCode, 'INS-NIA')
  assert.equal(insAuthority('1.2.250.1.213.1.4.10')?.domain, 'test')
  assert.equal(insAuthority('urn:oid:1.2.250.1.213.1.4.13'), undefined)
  assert.equal(INS_SYSTEMS.length, 4)
})
