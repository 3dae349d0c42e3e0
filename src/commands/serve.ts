import { configured, opened, start } from './start.ts'

/** `npm start`: the production server; refuses an incomplete or unsafe configuration before it opens anything. */
export async function serve(): Promise<number> {
  const config = configured('serve')
  if (config === undefined) return 1
  const record = await opened(config)
  if (record === undefined) return 1
  const { stopped } = await start(config, record)
  return stopped
}
