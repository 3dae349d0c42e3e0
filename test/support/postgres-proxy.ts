import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'
import { join } from 'node:path'

/** What stands between a server of ours and its PostgreSQL. */
export interface PostgresProxy {
  /** The URL of a database by way of it. */
  url: string
  /** Ends every connection and lets none in. */
  cut(): void
  /** Carries nothing any more on any connection, and says nothing of it: a network that swallows what is sent. */
  fallSilent(): void
  /** Carries what is sent on new connections; those that fell silent stay so, as after a change of the server. */
  heal(): void
  close(): void
}

/** A way to a database on a Unix socket (startPostgres) that can be cut. */
export async function proxyTo(database: string): Promise<PostgresProxy> {
  const { pathname, searchParams } = new URL(database)
  const path = join(searchParams.get('host') ?? '', '.s.PGSQL.5432')
  const open = new Set<Socket>()
  let state: 'healthy' | 'cut' | 'silent' = 'healthy'
  const proxy = createServer((socket) => {
    if (state === 'cut') return socket.destroy()
    open.add(socket.on('error', () => {}).once('close', () => open.delete(socket)))
    if (state === 'silent') return socket.pause()
    const server = createConnection(path)
    socket.once('close', () => server.destroy())
    server.on('error', () => {}).once('close', () => socket.destroy())
    socket.pipe(server).pipe(socket)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const endAll = () => {
    for (const socket of open) socket.destroy()
  }
  return {
    url: `postgres://postgres@127.0.0.1:${(proxy.address() as AddressInfo).port}${pathname}`,
    cut() {
      state = 'cut'
      endAll()
    },
    fallSilent() {
      state = 'silent'
      for (const socket of open) socket.unpipe().pause()
    },
    heal() {
      state = 'healthy'
    },
    close() {
      endAll()
      proxy.close()
    },
  }
}
