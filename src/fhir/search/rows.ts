import { fold } from '../../french/fold.ts'
import type { IndexValues } from '../../store/store.ts'
import { type InstantRange, isoRange } from './dates.ts'
import { indexable } from './text.ts'

/** Most rows that one parameter of one resource may have. */
export const MOST_ROWS = 500

type Token = IndexValues['tokens'][number]
type Text = IndexValues['strings'][number]
type Range = IndexValues['dates'][number]

/** The index rows of one resource in the making: without duplicates, bounded for each parameter. */
export class IndexRows implements IndexValues {
  readonly tokens: Token[] = []
  readonly strings: Text[] = []
  readonly dates: Range[] = []
  private tokensFrom = 0
  private stringsFrom = 0
  private datesFrom = 0
  private aliases: Readonly<Record<string, string>> | undefined
  private key: ((value: string) => string) | undefined

  /** Begins the rows of a parameter (and those derived from it, such as `<name>:identifier`). */
  begin(aliases: Readonly<Record<string, string>> | undefined, key: ((value: string) => string) | undefined): void {
    this.tokensFrom = this.tokens.length
    this.stringsFrom = this.strings.length
    this.datesFrom = this.dates.length
    this.aliases = aliases
    this.key = key
  }

  token(param: string, rawSystem: string, rawCode: string): void {
    if (this.tokens.length - this.tokensFrom >= MOST_ROWS) return
    const written = indexable(rawSystem)
    const system = this.aliases?.[written] ?? written
    const code = indexable(this.key === undefined ? rawCode : this.key(rawCode))
    for (let index = this.tokensFrom; index < this.tokens.length; index += 1) {
      const row = this.tokens[index]
      if (row?.code === code && row.system === system && row.param === param) return
    }
    this.tokens.push({ param, system, code })
  }

  string(param: string, text: string): void {
    if (this.strings.length - this.stringsFrom >= MOST_ROWS) return
    const exact = indexable(text)
    if (exact === '') return
    for (let index = this.stringsFrom; index < this.strings.length; index += 1) {
      const row = this.strings[index]
      if (row?.exact === exact && row.param === param) return
    }
    this.strings.push({ param, folded: indexable(fold(exact)), exact })
  }

  date(param: string, range: InstantRange): void {
    if (this.dates.length - this.datesFrom >= MOST_ROWS || range.lo > range.hi) return
    const { lo, hi } = isoRange(range)
    for (let index = this.datesFrom; index < this.dates.length; index += 1) {
      const row = this.dates[index]
      if (row?.lo === lo && row.hi === hi && row.param === param) return
    }
    this.dates.push({ param, lo, hi })
  }
}
