import { createHash } from 'node:crypto'

/** Under which id a secret is kept: who reads the store learns none. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
