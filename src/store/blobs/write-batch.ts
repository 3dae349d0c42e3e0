import fs from 'node:fs'
import { dirname } from 'node:path'
import { blobPath, newTemporaryPath } from './folders.ts'
import { errorCode } from './io.ts'
import type { SmallBlob } from './messages.ts'

/** Whether a blob was written durably, or the code of the system error that prevented it ('' for a defect). */
export type Written = { code?: string }

interface Placing {
  blob: SmallBlob
  temporary: string
  /** Folders whose entries must be durable before the blob is. */
  folders: string[]
  failure?: unknown
}

/**
 * Writes small blobs together, synchronously, for a thread of its own: every file is written to `tmp/` and synced,
 * then all are renamed, then each folder is synced once for all that went into it. A blob that fails leaves the others
 * alone. `known` remembers folders that are durable, over several batches.
 */
export function writeBatch(blobs: readonly SmallBlob[], known: Set<string>): Written[] {
  const placings = blobs.map((blob): Placing => ({ blob, temporary: newTemporaryPath(blob.root), folders: [] }))
  for (const placing of placings) attempt(placing, () => writeTemporary(placing.temporary, placing.blob.bytes))
  for (const placing of placings) attempt(placing, () => place(placing, known))
  syncFolders(placings, known)
  return placings.map(({ failure }) => (failure === undefined ? {} : { code: errorCode(failure) ?? '' }))
}

function attempt(placing: Placing, step: () => void): void {
  if (placing.failure !== undefined) return
  try {
    step()
  } catch (error) {
    placing.failure = error
    // What cannot be removed now is swept later.
    fs.rmSync(placing.temporary, { force: true })
  }
}

function writeTemporary(path: string, bytes: Uint8Array): void {
  const file = fs.openSync(path, 'wx', 0o600)
  try {
    for (let written = 0; written < bytes.byteLength; ) written += fs.writeSync(file, bytes, written)
    fs.fdatasyncSync(file)
  } finally {
    fs.closeSync(file)
  }
}

/** A blob of that name is replaced atomically: the bytes are the same and their time is now; a damaged one is healed. */
function place(placing: Placing, known: Set<string>): void {
  const path = blobPath(placing.blob.root, placing.blob.sha256)
  makeFolders(placing, path, known)
  try {
    fs.renameSync(placing.temporary, path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    // Somebody removed the folder since it was known.
    known.delete(dirname(path))
    known.delete(dirname(dirname(path)))
    makeFolders(placing, path, known)
    fs.renameSync(placing.temporary, path)
  }
  placing.folders.push(dirname(path))
}

/** A folder not known yet is synced even when it is there: another process may have made it a moment ago. */
function makeFolders(placing: Placing, path: string, known: Set<string>): void {
  for (const folder of [dirname(dirname(path)), dirname(path)]) {
    if (known.has(folder)) continue
    try {
      fs.mkdirSync(folder, { mode: 0o700 })
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
    placing.folders.push(dirname(folder))
  }
}

function syncFolders(placings: readonly Placing[], known: Set<string>): void {
  const outcomes = new Map<string, unknown>()
  for (const placing of placings) {
    if (placing.failure !== undefined) continue
    for (const folder of placing.folders) {
      if (!outcomes.has(folder)) outcomes.set(folder, syncFolder(folder))
      placing.failure ??= outcomes.get(folder)
    }
    if (placing.failure !== undefined) continue
    const path = blobPath(placing.blob.root, placing.blob.sha256)
    known.add(dirname(path)).add(dirname(dirname(path)))
  }
}

function syncFolder(path: string): unknown {
  try {
    const folder = fs.openSync(path, 'r')
    try {
      fs.fsyncSync(folder)
    } finally {
      fs.closeSync(folder)
    }
    return undefined
  } catch (error) {
    return error
  }
}
