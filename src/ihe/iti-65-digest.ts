import { createHash } from 'node:crypto'
import type { Bundle } from '@medplum/fhirtypes'
import { bytesOfData } from '../dcc/set-aside.ts'

/**
 * SHA-256, hexadecimal, of what a submission says: the order of JSON members, white space, JSON or XML, the encoding of
 * contents and what only concerns the message (Bundle.id, timestamp) make no difference. `contents` gives the SHA-256 of
 * the Binary of an entry where it is known already, so that no content is hashed twice.
 */
export function submissionDigest(
  { meta, entry = [] }: Bundle,
  contents: ReadonlyMap<number, string> = new Map(),
): string {
  const entries = entry.map((one, index) => {
    const sha256 = contents.get(index)
    const { resource } = one
    // An empty content may come without `data`: nothing of it is told apart.
    if (sha256 === undefined || resource?.resourceType !== 'Binary' || resource.data === undefined)
      return canonical(one)
    const { data: _data, ...rest } = resource
    return canonical({ ...one, resource: rest }) + sha256
  })
  return createHash('sha256').update(canonical(meta?.profile)).update(entries.join('\n')).digest('hex')
}

/** JSON with the members of objects in order; contents are named by their hash, behind the whole. */
function canonical(value: unknown): string {
  const contents: string[] = []
  const text = write(value, contents)
  return text + contents.join('')
}

function write(value: unknown, contents: string[]): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) {
    let text = '['
    for (const item of value) text += `${write(item, contents)},`
    return `${text}]`
  }
  let text = '{'
  for (const name of Object.keys(value).sort()) {
    const member: unknown = Reflect.get(value, name)
    if (name === 'data' && typeof member === 'string') {
      contents.push(createHash('sha256').update(bytesOfData(member)).digest('hex'))
    } else if (member !== undefined) text += `${JSON.stringify(name)}:${write(member, contents)},`
  }
  return `${text}}`
}
