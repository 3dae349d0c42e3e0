import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { CURSOR_LIFETIME, openCursor, sealCursor, searchFingerprint } from '../../../src/fhir/search/cursor.ts'
import { SearchError } from '../../../src/fhir/search/errors.ts'

const key = createHash('sha256').update('key').digest()
const now = new Date('2026-01-01T00:00:00.000Z')
const fingerprint = searchFingerprint('Patient', [['family', 'testfictif']])
const payload = { fingerprint, position: { value: 'TESTFICTIF', id: 'p1' }, createdUntil: now.toISOString(), total: 12 }
const refused = (expected: string) => (error: unknown) => error instanceof SearchError && error.key === expected

test('a cursor opens to what was sealed', () => {
  assert.deepEqual(openCursor(sealCursor(payload, key, now), key, now, fingerprint), payload)
  const { total: _, ...uncounted } = payload
  assert.deepEqual(openCursor(sealCursor(uncounted, key, now), key, now, fingerprint), uncounted)
})

test('a cursor shows nothing of the patient it stopped at, and no two are equal', () => {
  const sealed = sealCursor(payload, key, now)
  assert.match(sealed, /^[A-Za-z0-9_-]+$/)
  assert.ok(!Buffer.from(sealed, 'base64url').includes('TESTFICTIF'))
  assert.notEqual(sealed, sealCursor(payload, key, now))
})

test('a cursor that was altered anywhere is refused', () => {
  const bytes = Buffer.from(sealCursor(payload, key, now), 'base64url')
  for (let index = 0; index < bytes.length; index += 1) {
    const altered = Buffer.from(bytes)
    altered[index] = (altered[index] ?? 0) ^ 1
    assert.throws(
      () => openCursor(altered.toString('base64url'), key, now, fingerprint),
      refused('search.cursor-invalid'),
    )
  }
})

for (const text of [
  '',
  'x',
  '!!!',
  'AAAA',
  'A'.repeat(200),
  `${sealCursor(payload, key, now)}A`,
  ` ${sealCursor(payload, key, now)}`,
]) {
  test(`a text that is no cursor is refused: ${text.slice(0, 8)}… of ${text.length}`, () => {
    assert.throws(() => openCursor(text, key, now, fingerprint), refused('search.cursor-invalid'))
  })
}

test('a cursor of another key or another query is refused', () => {
  const sealed = sealCursor(payload, key, now)
  assert.throws(
    () => openCursor(sealed, createHash('sha256').update('other').digest(), now, fingerprint),
    refused('search.cursor-invalid'),
  )
  const other = searchFingerprint('Patient', [['family', 'other']])
  assert.throws(() => openCursor(sealed, key, now, other), refused('search.cursor-invalid'))
})

test('a cursor expires: 410, to the millisecond', () => {
  const sealed = sealCursor(payload, key, now)
  const last = new Date(now.getTime() + CURSOR_LIFETIME)
  assert.deepEqual(openCursor(sealed, key, last, fingerprint), payload)
  assert.throws(
    () => openCursor(sealed, key, new Date(last.getTime() + 1), fingerprint),
    (error) => error instanceof SearchError && error.key === 'search.cursor-expired' && error.status === 410,
  )
})

test('the fingerprint is the query whatever its order, page size and format', () => {
  const same = searchFingerprint('Patient', [
    ['a', '1'],
    ['b', '2'],
  ])
  assert.equal(
    searchFingerprint('Patient', [
      ['b', '2'],
      ['_count', '5'],
      ['_format', 'xml'],
      ['a', '1'],
    ]),
    same,
  )
  for (const other of [
    searchFingerprint('List', [
      ['a', '1'],
      ['b', '2'],
    ]),
    searchFingerprint('Patient', [
      ['a', '1,b'],
      ['', '2'],
    ]),
    searchFingerprint('Patient', [['a', '1']]),
    searchFingerprint('Patient', [
      ['a', '1'],
      ['b', '2'],
      ['b', '2'],
    ]),
    searchFingerprint(
      'Patient',
      [
        ['a', '1'],
        ['b', '2'],
      ],
      'scope',
    ),
  ]) {
    assert.notEqual(other, same)
  }
})
