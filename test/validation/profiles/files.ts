import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const REPOSITORY = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')

/** A JSON object. */
export type Json = { readonly [name: string]: unknown }

/** A profile of ours with the place of its file in `profiles/`. */
export type ProfileFile = { readonly path: string; readonly name: string; readonly profile: Json }

/** Every file of `profiles/`, or of one of its folders. */
export function profileFiles(folder = '.'): ProfileFile[] {
  const root = join(REPOSITORY, 'profiles')
  return globSync('**/*.json', { cwd: join(root, folder) })
    .sort()
    .map((path) => ({
      path: join(folder, path),
      name: basename(path, '.json'),
      profile: object(JSON.parse(readFileSync(join(root, folder, path), 'utf8'))),
    }))
}

/** Elements of the differential of a profile. */
export function elementsOf(profile: Json): Json[] {
  return objects(object(profile.differential).element)
}

/** The value as an object; fails the test when it is none. */
export function object(value: unknown): Json {
  assert.ok(isObject(value), 'not an object')
  return value
}

/** The value as a list of objects; nothing is an empty list. */
export function objects(value: unknown): Json[] {
  if (value === undefined) return []
  assert.ok(Array.isArray(value))
  return value.map(object)
}

/** The value as a text; fails the test when it is none. */
export function text(value: unknown): string {
  assert.equal(typeof value, 'string')
  return String(value)
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
