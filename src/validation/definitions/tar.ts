/** A file of a tar archive. */
export interface TarFile {
  path: string
  content: Buffer
}

/** An archive or package that cannot be read. */
export class PackageError extends Error {
  override readonly name = 'PackageError'
}

const BLOCK = 512
const MOST_ENTRIES = 50_000

/**
 * The regular files of a tar archive (POSIX ustar, pax and GNU long names), in memory: nothing is ever written. Throws a
 * PackageError for links, for paths that lead outside, and for what is no archive.
 */
export function* tarFiles(archive: Buffer): Generator<TarFile> {
  let longName: string | undefined
  let entries = 0
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK)
    if (header.every((byte) => byte === 0)) return
    if (++entries > MOST_ENTRIES) throw new PackageError(`holds more than ${MOST_ENTRIES} entries`)
    const size = checkedSize(header)
    const content = archive.subarray(at + BLOCK, at + BLOCK + size)
    if (content.length < size) throw new PackageError('ends in the middle of a file')
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
    const kind = String.fromCharCode(header[156] ?? 0)
    if (kind === 'x' || kind === 'L') {
      longName = (kind === 'x' ? paxPath(content) : text(content)) ?? longName
      continue
    }
    if (kind === '1' || kind === '2') throw new PackageError('holds a link')
    if (kind === '0' || kind === '\0') yield { path: safePath(longName ?? nameOf(header)), content }
    if (kind !== 'g') longName = undefined
  }
  throw new PackageError('has no end: it is damaged, or no tar archive')
}

const text = (bytes: Buffer): string => {
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end)
}

function nameOf(header: Buffer): string {
  const prefix = text(header.subarray(257, 262)) === 'ustar' ? text(header.subarray(345, 500)) : ''
  const name = text(header.subarray(0, 100))
  return prefix === '' ? name : `${prefix}/${name}`
}

/** Size of the content, of a header whose checksum is right. */
function checkedSize(header: Buffer): number {
  const field = (from: number, to: number) => text(header.subarray(from, to)).trim()
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0)
  if (Number.parseInt(field(148, 156), 8) !== sum) throw new PackageError('has a damaged header, or is no tar archive')
  const size = field(124, 136)
  if (!/^[0-7]{1,12}$/.test(size)) throw new PackageError('has a file of unreadable size')
  return Number.parseInt(size, 8)
}

/** The path of a pax header: records `<length> <key>=<value>\n`. */
function paxPath(content: Buffer): string | undefined {
  for (let at = 0; at < content.length; ) {
    const length = Number.parseInt(content.toString('latin1', at, at + 12), 10)
    if (!(length > 0)) return undefined
    const record = content.toString('utf8', at, at + length - 1)
    const start = record.indexOf(' ') + 1
    if (record.startsWith('path=', start)) return record.slice(start + 5)
    at += length
  }
  return undefined
}

function safePath(path: string): string {
  const outside = path.startsWith('/') || path.includes('\\') || path.split('/').includes('..')
  if (outside) throw new PackageError('holds a path that leads outside')
  return path.replace(/^(\.\/)+/, '')
}
