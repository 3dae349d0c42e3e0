/** What is remembered of the last that was asked for. */
export interface Lru<T> {
  get(key: string): T | undefined
  set(key: string, value: T): void
}

/** A memory of at most `most` values: when there is one more, the one that was longest not asked for is forgotten. */
export function newLru<T>(most: number): Lru<T> {
  const values = new Map<string, T>()
  const put = (key: string, value: T): void => {
    values.delete(key)
    values.set(key, value)
  }
  return {
    get(key) {
      const value = values.get(key)
      if (value !== undefined) put(key, value)
      return value
    },
    set(key, value) {
      put(key, value)
      const [oldest] = values.keys()
      if (values.size > most && oldest !== undefined) values.delete(oldest)
    },
  }
}
