import assert from 'node:assert/strict'
import type { Answer } from '../../support/client.ts'
import type { TokenBody } from '../apps.ts'

/** What several groups of the Inferno SMART kit hold an answer to (smart-launch.md 2.2). */

/** `smart_token_response_body_stu2_2`, `smart_token_refresh_body`: members there, of their types. */
export function holdTokenBody({ access_token, token_type, expires_in, scope }: TokenBody): void {
  for (const text of [access_token, token_type, scope]) {
    assert.equal(typeof text, 'string')
    assert.notEqual(text.trim(), '')
  }
  assert.equal(token_type.toLowerCase(), 'bearer')
  assert.equal(typeof expires_in, 'number')
  assert.ok(expires_in > 0 && expires_in <= 3600)
}

/** `smart_token_response_headers`. */
export function holdTokenHeaders({ headers }: Answer): void {
  assert.match(headers['cache-control'] ?? '', /no-store/)
  assert.match(headers.pragma ?? '', /no-cache/)
}

/** `fhirContext` as the kit checks it: objects with a relative reference, a canonical or an identifier. */
export function holdFhirContext(value: unknown): void {
  if (value === undefined) return
  assert.ok(Array.isArray(value))
  for (const member of value) {
    assert.ok(typeof member === 'object' && member !== null)
    const { reference, canonical, identifier } = member as Record<string, unknown>
    assert.ok([reference, canonical, identifier].some((one) => one !== undefined))
    if (reference !== undefined) assert.match(String(reference), /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/)
  }
}

/** Whether an answer may be read by a page of an origin. */
export function holdCors({ headers }: Answer, origin: string): void {
  assert.ok([origin, '*'].includes(headers['access-control-allow-origin'] ?? ''), JSON.stringify(headers))
}

/** The scopes of a text, in an order that does not matter. */
export function scopeSet(scope: string): string[] {
  return scope.split(' ').toSorted()
}
