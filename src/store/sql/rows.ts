import { StoreError } from '../errors.ts'
import type { Row } from './driver.ts'

/** The text in a column of a row; a column of another type is a defect of ours (`store.invalid`). */
export function text(row: Row, column: number): string {
  const value = row[column]
  return typeof value === 'string' ? value : wrongType(column, 'text')
}

/** The number in a column of a row. */
export function integer(row: Row, column: number): number {
  const value = row[column]
  return typeof value === 'number' ? value : wrongType(column, 'integer')
}

/** The truth value in an integer column. */
export function flag(row: Row, column: number): boolean {
  return integer(row, column) !== 0
}

/** The text in a nullable column. */
export function optionalText(row: Row, column: number): string | undefined {
  return row[column] === null ? undefined : text(row, column)
}

/** The number in a nullable column. */
export function optionalInteger(row: Row, column: number): number | undefined {
  return row[column] === null ? undefined : integer(row, column)
}

/** The value of a text column that only holds the values of a list. */
export function oneOf<T extends string>(row: Row, column: number, allowed: readonly T[]): T {
  const value = text(row, column)
  return allowed.find((item) => item === value) ?? wrongType(column, 'coded')
}

function wrongType(column: number, wanted: string): never {
  throw new StoreError('store.invalid', `Column ${column} of a row is not ${wanted}`)
}
