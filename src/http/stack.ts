/** Where an error and what caused it happened, by names and frames: a message may quote what a client sent. */
export function stackOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const own = [error.name, ...frames.slice(0, 12)].join('\n')
  const cause = stackOf(error.cause)
  return cause === undefined ? own : `${own}\ncaused by ${cause}`
}
