import { randomUUID } from 'node:crypto'
import { importJWK, type JWK, SignJWT } from 'jose'

/** `client_assertion_type` of such a proof (RFC 7523). */
export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** What proves for a minute, once, who a client is (private_key_jwt): `audience` is the token endpoint, alone. */
export async function signedAssertion(id: string, jwk: JWK, audience: string): Promise<string> {
  const alg = jwk.kty === 'RSA' ? 'RS384' : 'ES384'
  return new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg, typ: 'JWT', ...(jwk.kid === undefined ? {} : { kid: jwk.kid }) })
    .setIssuer(id)
    .setSubject(id)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(await importJWK(jwk, alg))
}
