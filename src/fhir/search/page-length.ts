/** A page ends early, with a `next` link, rather than weigh more than this many characters (R4 search.html#count). */
const MOST_CHARACTERS = 16 * 1024 * 1024

/** How many of the rows found make a page of at most `count`: one at least, however much it weighs. */
export function pageLength(rows: readonly { text: string }[], count: number): number {
  let characters = 0
  const full = rows.findIndex(({ text }, index) => {
    characters += text.length
    return index > 0 && characters > MOST_CHARACTERS
  })
  return Math.min(full < 0 ? rows.length : full, count)
}
