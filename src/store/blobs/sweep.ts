import { link, readdir, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BlobStore } from './blobs.ts'
import { type Folders, isSha256, syncFolder } from './folders.ts'
import { errorCode, ifThere } from './io.ts'

const BATCH = 500
const HEX_PAIR = /^[0-9a-f]{2}$/
const REMOVING = '.removing'

type SweepOptions = Parameters<BlobStore['sweep']>[0]
type Swept = Awaited<ReturnType<BlobStore['sweep']>>

/**
 * Removes temporary files and blobs older than `olderThan` that nothing uses.
 *
 * Safe against a put of the same bytes, also in another process, as long as `olderThan` lies further back than a put
 * and its commit may take: a put gives its blob the time of now, and a row is written only after a put.
 * The blob is first moved aside, then its time is read again: a put that came in between is seen and the blob goes
 * back; a put that came later does not find the blob and writes it anew.
 */
export async function sweep(folders: Folders, { olderThan, inUse }: SweepOptions): Promise<Swept> {
  await restoreMovedAside(folders)
  const limit = olderThan.getTime()
  const swept = { temporary: await sweepTemporary(folders, limit), orphans: 0 }
  for await (const batch of batchesOf(oldBlobs(folders, limit))) {
    const used = await inUse(batch)
    for (const sha256 of batch) {
      if (!used.has(sha256) && (await removeBlob(folders, sha256, limit))) swept.orphans += 1
    }
  }
  return swept
}

/** Puts back what a sweep that was killed had moved aside; to be called before the store is used. */
export async function restoreMovedAside(folders: Folders): Promise<void> {
  for (const name of await readdir(folders.temporary)) {
    const sha256 = name.slice(0, -REMOVING.length)
    if (name.endsWith(REMOVING) && isSha256(sha256)) await putBack(folders, sha256)
  }
}

async function removeBlob(folders: Folders, sha256: string, limit: number): Promise<boolean> {
  const aside = asidePath(folders, sha256)
  if (!(await isOlder(folders.blob(sha256), limit))) return false
  await ifThere(rename(folders.blob(sha256), aside))
  if (await isOlder(aside, limit)) return unlinkIfThere(aside)
  await putBack(folders, sha256)
  return false
}

/** Never over a blob that a put has written meanwhile; file systems without links take the rename. */
async function putBack(folders: Folders, sha256: string): Promise<void> {
  const aside = asidePath(folders, sha256)
  const path = folders.blob(sha256)
  folders.forget(sha256)
  await folders.prepare(sha256)
  try {
    await link(aside, path)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') await ifThere(rename(aside, path))
  }
  await syncFolder(dirname(path))
  await unlinkIfThere(aside)
}

async function sweepTemporary(folders: Folders, limit: number): Promise<number> {
  let count = 0
  for (const name of await readdir(folders.temporary)) {
    if (name.endsWith(REMOVING)) continue
    const path = join(folders.temporary, name)
    if ((await isOlder(path, limit)) && (await unlinkIfThere(path))) count += 1
  }
  return count
}

/** Hashes of the blobs older than `limit`. Whatever does not look like a blob of ours is not touched. */
async function* oldBlobs(folders: Folders, limit: number): AsyncGenerator<string> {
  for (const first of await readdir(folders.root)) {
    if (!HEX_PAIR.test(first)) continue
    for (const second of await namesIn(join(folders.root, first))) {
      if (!HEX_PAIR.test(second)) continue
      for (const name of await namesIn(join(folders.root, first, second))) {
        if (!isSha256(name) || !name.startsWith(first + second)) continue
        if (await isOlder(folders.blob(name), limit)) yield name
      }
    }
  }
}

async function* batchesOf(hashes: AsyncIterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = []
  for await (const sha256 of hashes) {
    batch.push(sha256)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

function asidePath(folders: Folders, sha256: string): string {
  return join(folders.temporary, `${sha256}${REMOVING}`)
}

async function isOlder(path: string, limit: number): Promise<boolean> {
  const stats = await ifThere(stat(path))
  return stats?.isFile() === true && stats.mtimeMs < limit
}

async function unlinkIfThere(path: string): Promise<boolean> {
  return (await ifThere(unlink(path).then(() => true))) === true
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (errorCode(error) === 'ENOTDIR' || errorCode(error) === 'ENOENT') return []
    throw error
  }
}
