import { DatabaseSync } from 'node:sqlite'

/** Makes a store look as if a newer release had migrated it: to schema 9999. */
export function markAsNewer(path: string): void {
  change(path, "INSERT INTO schema_migrations VALUES (9999, '9999-later', 'x', '2030-01-01T00:00:00.000Z')")
}

/** Makes a store look as if its first migration had been another text. */
export function markAsChanged(path: string): void {
  change(path, "UPDATE schema_migrations SET checksum = 'x' WHERE version = 1")
}

/** Makes a store look as if its first migration had been interrupted: the record of migrations is there, and empty. */
export function markAsInterrupted(path: string): void {
  change(
    path,
    'CREATE TABLE schema_migrations (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL)',
  )
}

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
}
