import { constants, crc32, deflateRawSync } from 'node:zlib'

/** A file of an archive; whatever is not said is what an honest archive would say. */
export interface ZipFile {
  name: string
  bytes: Uint8Array
  /** Raw deflate data, instead of that of `bytes`. */
  deflated?: Uint8Array
  /** Announced size. */
  size?: number
  /** Announced CRC-32. */
  crc?: number
  /** General purpose flags: 1 is encrypted, 0x800 a UTF-8 name. */
  flags?: number
  /** Unix mode: 0o120777 is a symbolic link. */
  mode?: number
}

/** An archive written by hand: libraries refuse to write what these tests must see refused. */
export function zipOf(...files: readonly ZipFile[]): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const file of files) {
    const name = Buffer.from(file.name)
    const data = Buffer.from(file.deflated ?? deflateRawSync(file.bytes))
    const facts = Buffer.alloc(26)
    facts.writeUInt16LE(20, 0)
    facts.writeUInt16LE(file.flags ?? 0x800, 2)
    facts.writeUInt16LE(8, 4)
    facts.writeUInt32LE(file.crc ?? crc32(file.bytes), 10)
    facts.writeUInt32LE(data.length, 14)
    facts.writeUInt32LE(file.size ?? file.bytes.length, 18)
    facts.writeUInt16LE(name.length, 22)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(((file.mode ?? 0o100644) << 16) >>> 0, 6)
    place.writeUInt32LE(offset, 10)
    local.push(Buffer.from('PK\x03\x04'), facts, name, data)
    central.push(Buffer.from('PK\x01\x02'), MADE_BY_UNIX, facts, place, name)
    offset += 4 + facts.length + name.length + data.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(files.length, 4)
  end.writeUInt16LE(files.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...local, directory, Buffer.from('PK\x05\x06'), end])
}

const MADE_BY_UNIX = Buffer.from([30, 3])

/** Deflate data of so many mebibytes of zeros, a thousandth as long. */
export function deflatedZeros(mebibytes: number): Buffer {
  const one = deflateRawSync(Buffer.alloc(1024 * 1024), { finishFlush: constants.Z_FULL_FLUSH })
  const last = deflateRawSync(Buffer.alloc(0))
  return Buffer.concat([...Array.from({ length: mebibytes }, () => one), last])
}
