import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Definitions, ProfileTree } from '../model.ts'
import { type Archive, archiveOf, openArchive } from './archive.ts'
import { buildTrees, type RefusedDefinition } from './build.ts'
import { findInputs, type RulesetOptions } from './inputs.ts'
import type { Json } from './json.ts'
import { readPackage } from './package.ts'

/** What the validator needs to know of all definitions. Trees are parsed when they are first asked for, then kept. */
export interface Ruleset {
  /**
   * By canonical or by the name of a FHIR type; `url|version` only when that very version is loaded. The root of a tree
   * holds all invariants, inherited ones included; a slice holds all that is said of the element it slices, too.
   */
  definitions: Definitions
  /** Every tree. */
  all(): readonly ProfileTree[]
  /** Terminology of the packages, as parsed JSON: read from the packages at each call. */
  terminology(): PackageTerminology
  /** Definitions of packages that could not be used. */
  refused: readonly RefusedDefinition[]
  /** SHA-256 in hex of all inputs; what is derived from the ruleset may be kept under it. */
  hash: string
  /** Whether the trees came from the cache. */
  warm: boolean
}

/** ValueSets, CodeSystems and ConceptMaps of FHIR packages. */
export interface PackageTerminology {
  valueSets: readonly Json[]
  codeSystems: readonly Json[]
  conceptMaps: readonly Json[]
}

/**
 * The ruleset of some definitions: FHIR R4, our own profiles, packages. From the cache when nothing has changed since
 * it was written; a damaged cache is made again, one that cannot be written is done without. Throws an error naming
 * profile and element for a fault of our own profiles, a PackageError for an unreadable package, and an error that
 * says so when the R4 definitions are not installed.
 */
export function loadRuleset(options: RulesetOptions = {}): Ruleset {
  const inputs = findInputs(options)
  const { cacheFolder } = options
  const file = cacheFolder === undefined ? undefined : join(cacheFolder, cacheName(inputs.hash))
  const cached = file === undefined ? undefined : readCache(file, inputs.hash)
  const archive = cached ?? archiveOf(buildTrees(inputs), inputs.hash)
  if (cached === undefined && cacheFolder !== undefined) writeCache(cacheFolder, archive, inputs.hash)
  return {
    definitions: archive.definitions,
    all: archive.all,
    terminology: () => terminologyOf(inputs.packages),
    refused: archive.refused,
    hash: inputs.hash,
    warm: cached !== undefined,
  }
}

function terminologyOf(paths: readonly string[]): PackageTerminology {
  const packages = paths.map(readPackage)
  return {
    valueSets: packages.flatMap(({ valueSets }) => valueSets),
    codeSystems: packages.flatMap(({ codeSystems }) => codeSystems),
    conceptMaps: packages.flatMap(({ conceptMaps }) => conceptMaps),
  }
}

const PREFIX = 'definitions-'
const SUFFIX = '.cache'
/** Rulesets kept: enough to go back and forth between settings. */
const KEPT = 4

const cacheName = (hash: string): string => `${PREFIX}${hash.slice(0, 32)}${SUFFIX}`

function readCache(file: string, hash: string): Archive | undefined {
  try {
    return openArchive(readFileSync(file), hash)
  } catch {
    return undefined
  }
}

/** Whole or not at all: a temporary file takes the place of the old one. */
function writeCache(folder: string, { bytes }: Archive, hash: string): void {
  const file = join(folder, cacheName(hash))
  const temporary = `${file}.${process.pid}.tmp`
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(temporary, bytes, { mode: 0o600 })
    renameSync(temporary, file)
    removeOld(folder)
  } catch {
    if (existsSync(temporary)) rmSync(temporary, { force: true })
  }
}

function removeOld(folder: string): void {
  const age = (name: string) => statSync(join(folder, name)).mtimeMs
  const rulesets = readdirSync(folder).filter((name) => name.startsWith(PREFIX) && name.endsWith(SUFFIX))
  const old = rulesets.sort((a, b) => age(b) - age(a)).slice(KEPT)
  for (const name of old) rmSync(join(folder, name), { force: true })
}
