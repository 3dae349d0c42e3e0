/** The oldest runtime that has node:sqlite and type stripping as this code uses them. */
const MINIMUM = [24, 2] as const

/** Stops with a clear message on an older Node: `npm run` always uses the one that `npm ci` installed. */
export function requireRuntime(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) return
  const needed = MINIMUM.join('.')
  process.stderr.write(
    `Node ${version} est trop ancien : ${needed} au moins. Lancez par « npm run … » après « npm ci ».\n` +
      `Node ${version} is too old: ${needed} at least. Start through "npm run …" after "npm ci".\n`,
  )
  process.exit(1)
}
