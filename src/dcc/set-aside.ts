import { randomBytes } from 'node:crypto'

/** The contents of one body that were decoded apart from it. */
export interface SetAside {
  /** The body with a mark in the place of each content: valid base64, so that it is a body of the same shape. */
  body: Buffer
  /** Forgets the contents; to be called when the request is over. A mark that is read after that is an error. */
  release(): void
}

/**
 * Decodes the documents inside a FHIR body (`data` of a Binary or an attachment) straight from its bytes and leaves a
 * mark in their place: read as text they would be held as bytes, as text, as a string and as bytes again, four times
 * 100 MB. Only what is canonical base64, without white space, of at least 32 KB is set aside; the rest stays as it is.
 * Marks cannot be guessed, hence not be sent.
 */
export function setAside(bytes: Buffer, format: 'json' | 'xml'): SetAside {
  const marks: string[] = []
  const pieces: Uint8Array[] = []
  let kept = 0
  const find = FINDERS[format]
  for (let start = find(bytes, 0); start >= 0; start = find(bytes, start)) {
    const end = bytes.indexOf(QUOTE, start)
    if (end < 0) break
    const content = end - start < SHORTEST ? undefined : decoded(bytes, start, end)
    if (content !== undefined) {
      const mark = newMark()
      CONTENTS.set(mark, content)
      marks.push(mark)
      pieces.push(bytes.subarray(kept, start), Buffer.from(mark, 'latin1'))
      kept = end
    }
    start = end
  }
  const body = marks.length === 0 ? bytes : Buffer.concat([...pieces, bytes.subarray(kept)])
  return {
    body,
    release: () => {
      for (const mark of marks) CONTENTS.delete(mark)
    },
  }
}

/** The bytes that a `data` element holds: those set aside for its mark, or what its base64 says. */
export function bytesOfData(data: string): Buffer {
  if (!isMark(data)) return Buffer.from(data, 'base64')
  const content = CONTENTS.get(data)
  if (content === undefined) throw new Error('the content of a request was read after its end')
  return content
}

/** What the first characters of a `data` element say, a multiple of 4 of them, without decoding the rest. */
export function headOfData(data: string, characters: number): Buffer {
  if (isMark(data)) return bytesOfData(data).subarray(0, (characters / 4) * 3)
  return Buffer.from(data.slice(0, characters).replace(/\s+/g, ''), 'base64')
}

/** Whether some FHIR JSON holds a mark. */
export function holdsMarks(text: string): boolean {
  return text.includes(PREFIX)
}

/** FHIR JSON with the contents back in the place of their marks. */
export function withContents(text: string): string {
  return text.replace(MARKS, (mark) => bytesOfData(mark).toString('base64'))
}

const CONTENTS = new Map<string, Buffer>()

/** 24 base64 characters that nobody outside knows, then a number of 8: a mark has 32. */
const PREFIX = randomBytes(18).toString('base64')
const MARKS = new RegExp(`${PREFIX.replace(/[+/]/g, '\\$&')}[A-Za-z0-9+/]{8}`, 'g')
const MARK_LENGTH = 32
let latest = 0

function newMark(): string {
  latest += 1
  const number = Buffer.alloc(6)
  number.writeUIntBE(latest, 0, 6)
  return PREFIX + number.toString('base64')
}

function isMark(data: string): boolean {
  return data.length === MARK_LENGTH && data.startsWith(PREFIX)
}

const QUOTE = 0x22
/** Shorter contents cost less as they are. */
const SHORTEST = 32 * 1024

/** Where the text of the next `data` begins, from an offset on; -1 when there is none. */
const FINDERS: Readonly<Record<'json' | 'xml', (bytes: Buffer, from: number) => number>> = {
  json: (bytes, from) => following(bytes, from, '"data"', /^"data"[ \t\r\n]*:[ \t\r\n]*"/),
  xml: (bytes, from) => following(bytes, from, '<data', /^<data[ \t\r\n]+value[ \t\r\n]*=[ \t\r\n]*"/),
}

/** Inside a JSON string the quotes around `data` would be escaped: what is found there is a key. */
function following(bytes: Buffer, from: number, name: string, opening: RegExp): number {
  for (let at = bytes.indexOf(name, from); at >= 0; at = bytes.indexOf(name, at + name.length)) {
    const found = opening.exec(bytes.toString('latin1', at, at + LONGEST_OPENING))
    if (found !== null) return at + found[0].length
  }
  return -1
}

const LONGEST_OPENING = 64

/** Decoded piece by piece: the text of a whole content is never there. Undefined for what is no canonical base64. */
function decoded(bytes: Buffer, start: number, end: number): Buffer | undefined {
  const length = end - start
  if (length % 4 !== 0) return undefined
  const padding = bytes[end - 1] !== EQUALS ? 0 : bytes[end - 2] !== EQUALS ? 1 : 2
  const content = Buffer.allocUnsafeSlow((length / 4) * 3 - padding)
  let written = 0
  for (let at = start; at < end; at += STEP) {
    const text = bytes.toString('latin1', at, Math.min(end, at + STEP))
    // The decoder takes base64url too, and leaves out what is neither: then fewer bytes come out.
    if (text.includes('-') || text.includes('_')) return undefined
    written += content.write(text, written, 'base64')
  }
  return written === content.length ? content : undefined
}

const EQUALS = 0x3d
/** A multiple of 4: pieces end where base64 groups do. Longer texts would be given memory of their own, six times as costly. */
const STEP = 16 * 1024
