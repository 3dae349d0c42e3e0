import type { Server } from 'node:http'

/** What the bench asks of a server's process, and what it answers. */
export type Question = 'usage' | 'stop'
export type Answer = { kind: 'listening' } | ({ kind: 'usage' } & Usage)

/** CPU time of the process since its start, user and system, in microseconds; resident memory in bytes. */
export interface Usage {
  cpu: number
  rss: number
}

/** Tells the bench that the server listens; answers its questions until it says stop, or is gone. */
export function attend(server: Server, close: () => Promise<void>): void {
  const tell = (answer: Answer) => process.send?.(answer)
  const stop = async () => {
    server.closeAllConnections()
    await close()
    process.exit(0)
  }
  process.on('disconnect', () => void stop())
  process.on('message', (question: Question) => {
    if (question === 'stop') void stop()
    else tell({ kind: 'usage', ...usage() })
  })
  tell({ kind: 'listening' })
}

/** The port that the bench has chosen for this server. */
export function chosenPort(): number {
  return Number(process.env.PORT)
}

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  return { cpu: user + system, rss: process.memoryUsage.rss() }
}
