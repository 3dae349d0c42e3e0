import { createHash, type Hash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import type { FrCoreRelease } from '../terminology/built-in.ts'
import { isRecord, type Json } from './json.ts'
import { packageFolder } from './package.ts'
import { type DefinitionsPackage, findDefinitionsPackage } from './r4.ts'
import { PackageError } from './tar.ts'

/** Which definitions a ruleset is made of. */
export interface RulesetOptions {
  /** Folders with our own profiles, one StructureDefinition a file, at any depth. */
  profiles?: readonly string[]
  /** The version of FR Core that counts: others below `fr-core/` are left out. */
  frCore?: string
  /** FHIR packages, folders or `.tgz`; what they define replaces our own profiles of the same URL. */
  packages?: readonly string[]
  /** Where the made ruleset is kept; nowhere when absent. */
  cacheFolder?: string
}

/** The inputs of a ruleset, found but not yet parsed, and the key of what is made of them. */
export interface RulesetInputs {
  r4: DefinitionsPackage
  profiles: readonly ProfileFile[]
  packages: readonly string[]
  /** The version of FR Core whose value sets count. */
  frCore: FrCoreRelease
  /** SHA-256 in hex of everything that the ruleset depends on, this code included. */
  hash: string
}

/** A file of our own profiles. */
export interface ProfileFile {
  /** Below its folder, with `/`. */
  path: string
  text: string
}

/** Finds and hashes the inputs. Of the R4 definitions only name and version are looked at. Throws when they are absent. */
export function findInputs(options: RulesetOptions): RulesetInputs {
  const r4 = findDefinitionsPackage()
  const profiles = (options.profiles ?? []).flatMap((folder) => profileFiles(folder, options.frCore))
  const packages = options.packages ?? []
  const hash = createHash('sha256')
  for (const file of OWN_CODE) hash.update(readFileSync(file))
  for (const name of readdirSync(TERMINOLOGY).sort())
    hash.update(`${name}\n${statSync(join(TERMINOLOGY, name)).size}\n`)
  hash.update(JSON.stringify([r4.name, r4.version, profiles]))
  for (const path of packages) hashPackage(hash, path)
  const frCore = options.frCore === '2.1.0' ? '2.1.0' : '2.2.0'
  return { r4, profiles, packages, frCore, hash: hash.digest('hex') }
}

/** Decides which value sets are part of others; names and sizes stand for it, since only tools of ours write it. */
const TERMINOLOGY = join(import.meta.dirname, '../../../terminology')

/** What makes trees: a change of it makes other trees. */
const OWN_CODE = readdirSync(import.meta.dirname)
  .sort()
  .map((name) => join(import.meta.dirname, name))

function profileFiles(folder: string, frCore: string | undefined): ProfileFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(sep).join('/'))
    .filter((path) => path.endsWith('.json') && isChosen(path, frCore))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }))
}

/** Only one version of FR Core counts at a time. */
function isChosen(path: string, frCore: string | undefined): boolean {
  const version = /(?:^|\/)fr-core\/([^/]+)\//.exec(path)?.[1]
  return version === undefined || frCore === undefined || version === frCore
}

/** An archive counts by its bytes, a folder by names, sizes and times of its files. */
function hashPackage(hash: Hash, path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new PackageError(`FHIR package ${basename(path)}: is not there`)
  if (!stat.isDirectory()) return void hash.update(readFileSync(path))
  const folder = packageFolder(path)
  for (const name of readdirSync(folder).sort()) {
    const { size, mtimeMs } = statSync(join(folder, name))
    hash.update(`${name}\n${size}\n${mtimeMs}\n`)
  }
}

/** The StructureDefinition of a profile file; undefined for another resource. Throws when it is not JSON. */
export function structureJson({ path, text }: ProfileFile): Json | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new Error(`profile ${path} is not JSON`)
  }
  return isRecord(json) && json.resourceType === 'StructureDefinition' ? json : undefined
}
