import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose'

/** How what is signed goes wrong, for tests of whoever reads it. */
export type BadSignature = 'foreign-key' | 'unknown-key' | 'none' | 'client-secret'

/** The key that the stand-in signs with. */
export interface StandInKey {
  /** Public, for the address of keys. */
  jwk: JWK
  sign(claims: JWTPayload, wrong: { signature: BadSignature; secret: string } | undefined): Promise<string>
  /** The claims of a token that was signed here; undefined for any other. */
  verified(token: string): Promise<JWTPayload | undefined>
}

const KID = 'psc-demonstration'

/** A new RSA key: it lives as long as the process. */
export function newKey(): StandInKey {
  const pair = newPair()
  let foreign: KeyObject | undefined
  return {
    jwk: { ...pair.publicKey.export({ format: 'jwk' }), kid: KID, use: 'sig', alg: 'RS256' },
    sign(claims, wrong) {
      if (wrong?.signature === 'none')
        return Promise.resolve(`${encoded({ alg: 'none', kid: KID })}.${encoded(claims)}.`)
      if (wrong?.signature === 'client-secret') {
        return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: KID }).sign(Buffer.from(wrong.secret))
      }
      if (wrong !== undefined) foreign ??= newPair().privateKey
      const key = wrong === undefined ? pair.privateKey : (foreign ?? pair.privateKey)
      const kid = wrong?.signature === 'unknown-key' ? randomUUID() : KID
      return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(key)
    },
    async verified(token) {
      try {
        // A hint may be of a session that has ended.
        const { payload } = await jwtVerify(token, pair.publicKey, { currentDate: new Date(0) })
        return payload
      } catch {
        return undefined
      }
    },
  }
}

function newPair(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
