import type { SqlValue } from './driver.ts'

/** Collects the parameters of a statement in the making; a value already bound is bound once. */
export class Params {
  readonly values: SqlValue[] = []
  private readonly places = new Map<SqlValue, string>()

  /** The placeholder of a value. */
  add(value: SqlValue): string {
    const known = this.places.get(value)
    if (known !== undefined) return known
    this.values.push(value)
    const place = `?${this.values.length}`
    this.places.set(value, place)
    return place
  }
}
