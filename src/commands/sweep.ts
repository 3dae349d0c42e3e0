import { parseArgs } from 'node:util'
import { configured, opened } from './start.ts'

/** `npm run dcc -- sweep`: removes contents that no document names and that are older than a day (or HOURS). */
export async function sweepCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { 'older-than': { type: 'string', default: '24' } } })
  const hours = Number(values['older-than'])
  if (!(hours >= 1)) {
    process.stderr.write('--older-than: a number of hours, at least 1 (a document on its way in must not be swept)\n')
    return 2
  }
  const config = configured('command')
  const record = config === undefined ? undefined : await opened(config)
  if (record === undefined) return 1
  const { blobs, store } = record.dcc
  const olderThan = new Date(Date.now() - hours * 3_600_000)
  const { orphans, temporary } = await blobs.sweep({ olderThan, inUse: (sha256) => store.blobsInUse(sha256) })
  process.stdout.write(`removed ${orphans} orphan contents and ${temporary} temporary files\n`)
  await record.close()
  return 0
}
