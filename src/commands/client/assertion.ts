import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { importJWK, SignJWT } from 'jose'
import { addressesOf } from '../../smart/addresses.ts'
import { type Action, UsageError } from './action.ts'
import { privateKeyOf } from './keys.ts'

/** `client assertion ID --key FILE`: what a client signs to ask for one token, for a first try with curl. */
export const assertion: Action = async ({ args, origin, printText }) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { key: { type: 'string' } },
  })
  const [id, ...others] = positionals
  if (id === undefined || others.length > 0 || values.key === undefined)
    throw new UsageError('assertion: ID --key FILE')
  const jwk = privateKeyOf(values.key)
  const alg = jwk.kty === 'RSA' ? 'RS384' : 'ES384'
  const signed = await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg, typ: 'JWT', ...(jwk.kid === undefined ? {} : { kid: jwk.kid }) })
    .setIssuer(id)
    .setSubject(id)
    .setAudience(addressesOf(origin).token)
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(await importJWK(jwk, alg))
  printText(signed)
}
