/** One media range of an Accept header, in order of preference. */
export interface MediaRange {
  type: string
  quality: number
  /** The fhirVersion parameter (FHIR versioning.html#mt-version), when there is one. */
  release?: string
}

/** The ranges of an Accept header (RFC 9110 section 12.5.1), best first; `q=0` ones are left out, none for no header. */
export function mediaRanges(header: string | undefined): MediaRange[] {
  if (header === undefined || header.trim() === '') return []
  return header
    .split(',')
    .slice(0, 50)
    .map((part, index) => ({ ...rangeOf(part), index }))
    .filter(({ type, quality }) => type !== '' && quality > 0)
    .sort((a, b) => b.quality - a.quality || a.index - b.index)
    .map(({ index: _index, ...range }) => range)
}

/** Whether a range admits a media type. */
export function rangeMatches(range: MediaRange, mediaType: string): boolean {
  const type = baseType(mediaType)
  if (range.type === '*/*' || range.type === type) return true
  return range.type.endsWith('/*') && type.startsWith(range.type.slice(0, -1))
}

/** Whether a text is a media type that can stand in a header (RFC 9110 section 8.3.1). */
export function isMediaType(text: string): boolean {
  return MEDIA_TYPE.test(text)
}

const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+( ?; ?[\w!#$&^.+-]+=([\w!#$&^.+-]+|"[ !#-[\]-~]*"))*$/

/** A media type without its parameters, in lower case. */
export function baseType(mediaType: string): string {
  return (mediaType.split(';')[0] ?? '').trim().toLowerCase()
}

/** A parameter of a media type (`charset`, `fhirVersion`), unquoted; undefined when absent. */
export function parameterOf(mediaType: string, name: string): string | undefined {
  for (const part of mediaType.split(';').slice(1)) {
    const [key, ...value] = part.split('=')
    if (key?.trim().toLowerCase() === name) return value.join('=').trim().replace(/^"|"$/g, '').toLowerCase()
  }
  return undefined
}

function rangeOf(part: string): MediaRange {
  // `+` arrives as a blank in an unescaped `_format=application/fhir+json`.
  const type = baseType(part).replace(/ /g, '+')
  const quality = Number(parameterOf(part, 'q') ?? '1')
  const release = parameterOf(part, 'fhirversion')
  return { type, quality: Number.isNaN(quality) ? 1 : quality, ...(release === undefined ? {} : { release }) }
}
