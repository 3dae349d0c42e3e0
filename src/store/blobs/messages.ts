/** A small blob to be written: its bytes, its hash, and the root of its content store. */
export interface SmallBlob {
  root: string
  sha256: string
  bytes: Uint8Array
}

/** What the main thread asks of the writer of small blobs. */
export type Request = SmallBlob & { id: number }

/** The outcome: written durably, or the code of the system error that prevented it ('' for a defect). */
export interface Reply {
  id: number
  code?: string
}
