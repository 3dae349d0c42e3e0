/** Letters that Unicode does not decompose. */
const WHOLE_LETTERS: Readonly<Record<string, string>> = { Œ: 'OE', Æ: 'AE', Ø: 'O', Đ: 'D', Ð: 'D', Ł: 'L', Þ: 'TH' }

/**
 * A name reduced to what matching and search compare: upper case, no accents, ligatures opened, and every hyphen, apostrophe or
 * run of white space turned into one space. `fold('Zoé d’Œuvre-Noël')` is `'ZOE D OEUVRE NOEL'`. Source: reference/identity-fr.md 1.6 (INS-08), 3.
 */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text.toUpperCase()
  return text
    .toUpperCase()
    .replace(/[ŒÆØĐÐŁÞ]/g, (letter) => WHOLE_LETTERS[letter] ?? letter)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[\s\p{Pd}'’‘ʼ`´\u2212]+/gu, ' ')
    .trim()
}

/** Words without accents, one space apart: most of what is folded. */
const PLAIN = /^[A-Za-z0-9]+(?: [A-Za-z0-9]+)*$/

/** Whether a folded text begins with another, word by word: `ANNE MARIE` begins with `ANNE`, `ANNETTE` does not. */
export function foldedStartsWith(folded: string, start: string): boolean {
  return folded === start || folded.startsWith(`${start} `)
}
