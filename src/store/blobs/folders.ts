import { randomUUID } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { errorCode } from './io.ts'

const SHA256 = /^[0-9a-f]{64}$/

/** Whether a text is a SHA-256 in lower-case hexadecimal: only such a text may become a part of a path. */
export function isSha256(text: string): boolean {
  return SHA256.test(text)
}

/** Where the files of a content store are: `aa/bb/<sha256>` for blobs, `tmp/` for what is not one yet. */
export interface Folders {
  readonly root: string
  readonly temporary: string
  /** Path of the blob of a hash; throws a TypeError on anything but a SHA-256. */
  blob(sha256: string): string
  /** A path in `tmp/` that nobody else uses. */
  newTemporary(): string
  /** Makes `aa/bb` of a hash, durably: its entries in the folders above are synced. */
  prepare(sha256: string): Promise<void>
  /** Drops what `prepare` remembers of a hash's folder, after it was found missing. */
  forget(sha256: string): void
}

/** Path of the blob of a hash below the root of its store; throws a TypeError on anything but a SHA-256. */
export function blobPath(root: string, sha256: string): string {
  if (!isSha256(sha256)) throw new TypeError('not a SHA-256')
  return join(root, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
}

/** A path in `tmp/` that nobody else uses. */
export function newTemporaryPath(root: string): string {
  return join(root, 'tmp', `${randomUUID()}.part`)
}

/** Makes the folders of a content store (mode 0700: they hold health data). Rejects with the system's error. */
export async function makeFolders(folder: string): Promise<Folders> {
  const root = resolve(folder)
  const temporary = join(root, 'tmp')
  await makeWithParents(temporary)
  const prepared = new Map<string, Promise<void>>()

  /** Always syncs the first time: a folder that is there may have been made a moment ago by another process. */
  function prepareOnce(path: string): Promise<void> {
    const known = prepared.get(path)
    if (known !== undefined) return known
    const work = makeFolder(path)
    prepared.set(path, work)
    work.catch(() => prepared.delete(path))
    return work
  }

  function levels(sha256: string): [string, string] {
    const second = dirname(blobPath(root, sha256))
    return [dirname(second), second]
  }

  return {
    root,
    temporary,
    blob: (sha256) => blobPath(root, sha256),
    newTemporary: () => newTemporaryPath(root),
    async prepare(sha256) {
      for (const level of levels(sha256)) await prepareOnce(level)
    },
    forget(sha256) {
      for (const level of levels(sha256)) prepared.delete(level)
    },
  }
}

/** Makes the entries of a folder durable: a file renamed into it survives a power cut only after this. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
  await syncFolder(dirname(path))
}

async function makeWithParents(path: string): Promise<void> {
  const firstMade = await mkdir(path, { recursive: true, mode: 0o700 })
  if (firstMade === undefined) return
  for (let made = path; made.length >= firstMade.length; made = dirname(made)) await syncFolder(dirname(made))
}
