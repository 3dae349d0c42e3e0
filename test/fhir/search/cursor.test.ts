import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { CURSOR_LIFETIME, openCursor, sealCursor } from '../../../src/fhir/search/cursor.ts'
import { SearchError } from '../../../src/fhir/search/errors.ts'

const key = createHash('sha256').update('key').digest()
const now = new Date('2026-01-01T00:00:00.000Z')
const scope = 'Patient'
const query: [string, string][] = [['family', 'testfictif']]
const position = { value: 'TESTFICTIF', id: 'p1' }
const payload = { scope, query, position, createdUntil: now.toISOString(), total: 12 }
const refused = (expected: string) => (error: unknown) => error instanceof SearchError && error.key === expected

test('a cursor opens to what was sealed', () => {
  assert.deepEqual(openCursor(sealCursor(payload, key, now), key, now, scope), payload)
  const { total: _, ...uncounted } = payload
  assert.deepEqual(openCursor(sealCursor(uncounted, key, now), key, now, scope), uncounted)
})

test('a cursor shows nothing of the patient it stopped at, and no two are equal', () => {
  const sealed = sealCursor(payload, key, now)
  assert.match(sealed, /^[A-Za-z0-9_-]+$/)
  assert.ok(!/testfictif/i.test(Buffer.from(sealed, 'base64url').toString('latin1')))
  assert.notEqual(sealed, sealCursor(payload, key, now))
})

test('a cursor that was altered anywhere is refused', () => {
  const bytes = Buffer.from(sealCursor(payload, key, now), 'base64url')
  for (let index = 0; index < bytes.length; index += 1) {
    const altered = Buffer.from(bytes)
    altered[index] = (altered[index] ?? 0) ^ 1
    assert.throws(() => openCursor(altered.toString('base64url'), key, now, scope), refused('search.cursor-invalid'))
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
    assert.throws(() => openCursor(text, key, now, scope), refused('search.cursor-invalid'))
  })
}

test('a cursor of another key or another address is refused', () => {
  const sealed = sealCursor(payload, key, now)
  assert.throws(
    () => openCursor(sealed, createHash('sha256').update('other').digest(), now, scope),
    refused('search.cursor-invalid'),
  )
  assert.throws(() => openCursor(sealed, key, now, 'List'), refused('search.cursor-invalid'))
})

test('a cursor expires: 410, to the millisecond', () => {
  const sealed = sealCursor(payload, key, now)
  const last = new Date(now.getTime() + CURSOR_LIFETIME)
  assert.deepEqual(openCursor(sealed, key, last, scope), payload)
  assert.throws(
    () => openCursor(sealed, key, new Date(last.getTime() + 1), scope),
    (error) => error instanceof SearchError && error.key === 'search.cursor-expired' && error.status === 410,
  )
})
