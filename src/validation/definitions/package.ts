import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { isRecord, type Json } from './json.ts'
import { PackageError, type TarFile, tarFiles } from './tar.ts'

/** The conformance resources of a FHIR package, by type, as parsed JSON. */
export interface FhirPackage {
  /** From its manifest; the name of the file or folder when it has none. */
  name: string
  version: string
  structureDefinitions: readonly Json[]
  valueSets: readonly Json[]
  codeSystems: readonly Json[]
  conceptMaps: readonly Json[]
}

const MOST_BYTES = 512 * 1024 * 1024
const MOST_BYTES_OF_A_FILE = 64 * 1024 * 1024

/**
 * Reads a FHIR package (R4): a `.tgz`, an unpacked package, or a folder of resources. Only the resources directly in
 * `package/` count: examples are left alone. Throws a PackageError that names the package and the file.
 */
export function readPackage(path: string): FhirPackage {
  const label = basename(path)
  try {
    return collect(label, statSync(path).isDirectory() ? folderFiles(path) : archiveFiles(path))
  } catch (error) {
    throw new PackageError(`FHIR package ${label}: ${reasonOf(error)}`, { cause: error })
  }
}

/** What is said of an error: never a path of the machine. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'cannot be read'
  if (error instanceof PackageError) return error.message
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === 'ERR_BUFFER_TOO_LARGE') return 'is too large when unpacked'
  if (code.startsWith('Z_')) return 'is not a gzip archive, or damaged'
  return code === 'ENOENT' ? 'is not there' : `cannot be read ${code}`.trim()
}

function* archiveFiles(path: string): Generator<TarFile> {
  const archive = gunzipSync(readFileSync(path), { maxOutputLength: MOST_BYTES })
  for (const file of tarFiles(archive)) {
    if (/^package\/[^/]+\.json$/.test(file.path)) yield { ...file, path: file.path.slice('package/'.length) }
  }
}

/** Where the resources of an unpacked package lie. */
export function packageFolder(path: string): string {
  const inner = join(path, 'package')
  return statSync(join(inner, 'package.json'), { throwIfNoEntry: false })?.isFile() ? inner : path
}

function* folderFiles(path: string): Generator<TarFile> {
  const folder = packageFolder(path)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.name.endsWith('.json')) continue
    if (entry.isSymbolicLink()) throw new PackageError('holds a link')
    if (entry.isFile()) yield { path: entry.name, content: readFileSync(join(folder, entry.name)) }
  }
}

function collect(label: string, files: Iterable<TarFile>): FhirPackage {
  const found: Record<string, Json[]> = { StructureDefinition: [], ValueSet: [], CodeSystem: [], ConceptMap: [] }
  let manifest: Json = {}
  for (const file of files) {
    const json = parse(file)
    if (file.path === 'package.json') manifest = json
    else if (typeof json.resourceType === 'string' && Object.hasOwn(found, json.resourceType)) {
      found[json.resourceType]?.push(json)
    }
  }
  const { StructureDefinition = [], ValueSet = [], CodeSystem = [], ConceptMap = [] } = found
  checkFhirVersion(manifest)
  return {
    name: typeof manifest.name === 'string' ? manifest.name : label,
    version: typeof manifest.version === 'string' ? manifest.version : '',
    structureDefinitions: StructureDefinition,
    valueSets: ValueSet,
    codeSystems: CodeSystem,
    conceptMaps: ConceptMap,
  }
}

function parse({ path, content }: TarFile): Json {
  if (content.length > MOST_BYTES_OF_A_FILE) throw new PackageError(`its ${path} is too large`)
  try {
    const json: unknown = JSON.parse(content.toString('utf8'))
    return isRecord(json) ? json : {}
  } catch {
    throw new PackageError(`its ${path} is not JSON`)
  }
}

function checkFhirVersion(manifest: Json): void {
  const versions = manifest.fhirVersions ?? manifest['fhir-version-list']
  if (!Array.isArray(versions) || versions.length === 0) return
  if (!versions.some((version) => typeof version === 'string' && version.startsWith('4.0'))) {
    throw new PackageError('is not for FHIR R4 (4.0.1)')
  }
}
