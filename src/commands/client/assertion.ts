import { parseArgs } from 'node:util'
import { addressesOf } from '../../smart/addresses.ts'
import { type Action, UsageError } from '../registering.ts'
import { privateKeyOf } from './keys.ts'
import { signedAssertion } from './signed-assertion.ts'

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
  printText(await signedAssertion(id, privateKeyOf(values.key), addressesOf(origin).token))
}
