import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Answer, Question, Usage } from './child.ts'

/** The files of this folder that serve. */
export type ServerScript = 'dcc' | 'node-http' | 'express' | 'medplum'

/** A server in a process of its own. */
export interface BenchServer {
  origin: string
  usage(): Promise<Usage>
  stop(): Promise<void>
}

/** Starts a server with these settings only; with `profiles`, a folder, its CPU profile is written there at the end. */
export async function startServer(
  script: ServerScript,
  settings: Readonly<Record<string, string>>,
  profiles?: string,
): Promise<BenchServer> {
  const port = await freePort()
  const execArgv = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]
  const file = fileURLToPath(new URL(`./${script}.ts`, import.meta.url))
  const env = { PATH: process.env.PATH, ...settings, PORT: String(port) }
  const child = fork(file, { env, execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = once(child, 'exit')
  await answered(child, ended, 'listening')
  return {
    origin: `http://127.0.0.1:${port}`,
    usage: async () => {
      const answer = answered(child, ended, 'usage')
      child.send('usage' satisfies Question)
      return answer
    },
    stop: async () => {
      child.send('stop' satisfies Question)
      await ended
    },
  }
}

/** A port that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function answered<K extends Answer['kind']>(
  child: ChildProcess,
  ended: Promise<unknown>,
  kind: K,
): Promise<Extract<Answer, { kind: K }>> {
  const { promise, resolve, reject } = Promise.withResolvers<Extract<Answer, { kind: K }>>()
  const listener = (answer: Answer) => {
    if (is(answer, kind)) resolve(answer)
  }
  child.on('message', listener)
  ended.then(() => reject(new Error(`The server ${child.spawnfile} ended before it answered`)), reject)
  try {
    return await promise
  } finally {
    child.off('message', listener)
  }
}

function is<K extends Answer['kind']>(answer: Answer, kind: K): answer is Extract<Answer, { kind: K }> {
  return answer.kind === kind
}
