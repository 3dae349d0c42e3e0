import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { Statement, StoreErrorFacts } from '../sql/driver.ts'
import { Connection } from './connection.ts'
import { factsOf } from './errors.ts'
import type { Reply, Request, WriterData } from './messages.ts'

/**
 * The writer: a worker thread that owns the only writing connection. Everything that is waiting when it turns to the
 * queue becomes one transaction, so that one synchronisation of the disk serves many commits (group commit). When one
 * of them fails the group is done again, each commit in a savepoint, so that it leaves the others alone: remembering
 * what a savepoint would undo costs more than the rare second try. Replies leave after the disk has answered.
 */

type Commit = Extract<Request, { kind: 'commit' }>

/** Commits in one transaction: bounds the time that the first of them waits. */
const GROUP = 256

if (parentPort !== null) serve(parentPort, workerData)

function serve(port: MessagePort, { path, options }: WriterData): void {
  let connection: Connection
  try {
    connection = new Connection(path, options, 'write')
  } catch (error) {
    port.postMessage([{ id: 0, error: factsOf(error) } satisfies Reply])
    port.close()
    return
  }
  port.postMessage([{ id: 0 } satisfies Reply])
  port.on('message', (first: Request) => {
    const waiting = [first, ...queued(port)]
    const commits: Commit[] = []
    const flush = () => {
      while (commits.length > 0) port.postMessage(commitGroup(connection, commits.splice(0, GROUP)))
    }
    for (const request of waiting) {
      if (request.kind === 'commit') {
        commits.push(request)
        continue
      }
      flush()
      port.postMessage([runOther(connection, request)])
      if (request.kind === 'close') port.close()
    }
    flush()
  })
}

/** Everything that has arrived and was not delivered yet. */
function queued(port: MessagePort): Request[] {
  const requests: Request[] = []
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    requests.push(next.message)
  }
  return requests
}

function runOther(connection: Connection, request: Exclude<Request, Commit>): Reply {
  const { id } = request
  try {
    switch (request.kind) {
      case 'script':
        return { id, ran: runScript(connection, request.guard, request.script) }
      case 'analyze':
        connection.exec('ANALYZE')
        return { id }
      case 'close':
        connection.close()
        return { id }
    }
  } catch (error) {
    return { id, error: factsOf(error) }
  }
}

function runScript(connection: Connection, guard: Statement, script: string): boolean {
  connection.exec('BEGIN IMMEDIATE')
  try {
    const ran = connection.run(guard.sql, guard.params) > 0
    if (ran) connection.exec(script)
    connection.exec('COMMIT')
    return ran
  } catch (error) {
    rollback(connection)
    throw error
  }
}

/** Applies a group in one transaction, as if nothing would fail. */
function commitGroup(connection: Connection, commits: readonly Commit[]): Reply[] {
  try {
    connection.run('BEGIN IMMEDIATE', [])
    for (const { id, statements } of commits) {
      const error = runAll(connection, statements)
      if (error === undefined) continue
      rollback(connection)
      return commits.length === 1 ? [{ id, error }] : commitApart(connection, commits)
    }
    connection.run('COMMIT', [])
    return commits.map(({ id }) => ({ id }))
  } catch (error) {
    rollback(connection)
    return commits.map(({ id }) => ({ id, error: factsOf(error) }))
  }
}

/** Applies a group in one transaction; when that transaction itself is lost, so is every commit of the group. */
function commitApart(connection: Connection, commits: readonly Commit[]): Reply[] {
  const replies: Reply[] = []
  try {
    connection.run('BEGIN IMMEDIATE', [])
    for (const { id, statements } of commits) {
      const error = applyOne(connection, statements)
      replies.push(error === undefined ? { id } : { id, error })
    }
    connection.run('COMMIT', [])
    return replies
  } catch (error) {
    const facts = error instanceof Lost ? error.facts : factsOf(error)
    rollback(connection)
    return commits.map(({ id }, index) => ({ id, error: replies[index]?.error ?? facts }))
  }
}

/** The transaction of the group has ended without COMMIT. */
class Lost extends Error {
  readonly facts: StoreErrorFacts

  constructor(facts: StoreErrorFacts) {
    super('The transaction was lost')
    this.facts = facts
  }
}

function applyOne(connection: Connection, statements: readonly Statement[]): StoreErrorFacts | undefined {
  connection.run('SAVEPOINT one', [])
  const error = runAll(connection, statements)
  if (error !== undefined) {
    if (!connection.inTransaction) throw new Lost(error)
    connection.run('ROLLBACK TO one', [])
  }
  connection.run('RELEASE one', [])
  return error
}

function runAll(connection: Connection, statements: readonly Statement[]): StoreErrorFacts | undefined {
  try {
    for (const { sql, params, expect } of statements) {
      const rows = connection.run(sql, params)
      if (expect !== undefined && rows !== expect.rows) return expect.error
    }
    return undefined
  } catch (error) {
    return factsOf(error)
  }
}

function rollback(connection: Connection): void {
  if (connection.inTransaction) connection.exec('ROLLBACK')
}
