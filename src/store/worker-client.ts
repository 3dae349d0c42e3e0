import { Worker } from 'node:worker_threads'

/** What every message to and from a worker carries: the number of the question that it asks or answers. */
export interface Numbered {
  id: number
}

interface Waiting<Reply> {
  resolve(reply: Reply): void
  reject(error: Error): void
}

/** A question without its number; distributes over the members of a union. */
export type Unnumbered<Request> = Request extends Numbered ? Omit<Request, 'id'> : never

/**
 * The main thread's side of a worker that answers numbered questions, several answers in a message. Keeps the process
 * alive only while somebody waits. When the worker ends, whoever waits is told so, and so is whoever asks later.
 */
export class WorkerClient<Request extends Numbered, Reply extends Numbered> {
  private readonly worker: Worker
  private readonly waiting = new Map<number, Waiting<Reply>>()
  private readonly ended: () => Error
  private lastId = 0
  failed = false

  constructor(script: URL, workerData: unknown, ended: () => Error) {
    this.ended = ended
    this.worker = new Worker(script, { workerData })
    this.worker.on('message', (replies: readonly Reply[]) => {
      for (const reply of replies) this.settle(reply.id, ({ resolve }) => resolve(reply))
    })
    this.worker.on('error', () => this.fail())
    this.worker.on('exit', () => this.fail())
    this.worker.unref()
  }

  /** Waits for the reply of this number that nobody asked for: 0 stands for the worker's being ready. */
  wait(id: number): Promise<Reply> {
    if (this.failed) return Promise.reject(this.ended())
    const { promise, resolve, reject } = Promise.withResolvers<Reply>()
    this.waiting.set(id, { resolve, reject })
    this.worker.ref()
    return promise
  }

  /** Sends a question and waits for its answer. */
  ask(question: Unnumbered<Request>): Promise<Reply> {
    this.lastId += 1
    const reply = this.wait(this.lastId)
    if (!this.failed) this.worker.postMessage({ ...question, id: this.lastId })
    return reply
  }

  private settle(id: number, how: (waiting: Waiting<Reply>) => void): void {
    const waiting = this.waiting.get(id)
    if (waiting === undefined) return
    this.waiting.delete(id)
    if (this.waiting.size === 0) this.worker.unref()
    how(waiting)
  }

  private fail(): void {
    this.failed = true
    for (const id of [...this.waiting.keys()]) this.settle(id, ({ reject }) => reject(this.ended()))
  }
}
