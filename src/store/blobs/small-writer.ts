import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads'
import type { Reply, Request } from './messages.ts'
import { writeBatch } from './write-batch.ts'

/**
 * The writer of small blobs: a worker thread whose system calls wait for the disk, so that nobody else does. What has
 * come in when it turns to its queue is written as one batch; replies leave after the disk has answered.
 */

/** Blobs in one batch: bounds the time that the first of them waits. */
const BATCH = 64

if (parentPort !== null) serve(parentPort)

function serve(port: MessagePort): void {
  const known = new Set<string>()
  port.on('message', (first: Request) => {
    const batch = [first]
    while (batch.length < BATCH) {
      const next = receiveMessageOnPort(port)
      if (next === undefined) break
      batch.push(next.message)
    }
    const outcomes = writeBatch(batch, known)
    port.postMessage(batch.map(({ id }, index): Reply => ({ id, ...outcomes[index] })))
  })
}
