/**
 * Breaks words into lines of at most `width` characters, between words. Characters that the standard PDF fonts lack in
 * the Latin-1 range are written in the nearest way. Throws RangeError when more than `most` lines are needed.
 */
export function wrap(words: string, width: number, most: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of plain(words).split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length <= width) {
      line = longer
    } else {
      lines.push(line)
      line = word
    }
  }
  if (line !== '') lines.push(line)
  if (lines.length > most) throw new RangeError(`${lines.length} lines do not fit in ${most}`)
  return lines
}

const LIGATURES: Readonly<Record<string, string>> = { œ: 'oe', Œ: 'OE', '\u2019': "'", '\u2013': '-' }

function plain(words: string): string {
  return words.replace(/[œŒ\u2019\u2013]/g, (character) => LIGATURES[character] ?? character)
}
