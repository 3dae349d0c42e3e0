import type { DocumentReference, Resource } from '@medplum/fhirtypes'
import { LOINC } from '../french/oids.ts'
import type { ValidationIssue } from './model.ts'
import { codingsOf } from './rules/codings.ts'
import { listOf, objectOf } from './rules/read.ts'

const FR_CORE = 'https://hl7.fr/ig/fhir/core/StructureDefinition'
const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition'
/** Base of our own profiles: fictitious and the same everywhere, as no installation owns them. */
const DCC = 'https://dcc-fhir.example/StructureDefinition'

/** The profiles that a resource of the record must fulfil besides those that it names itself. Any JSON is answered. */
export function profilesOfRecord(resource: Resource): readonly string[] {
  switch (resource.resourceType) {
    case 'Patient':
      return [`${FR_CORE}/fr-core-patient`]
    case 'DocumentReference':
      return [`${PDSM}/pdsm-comprehensive-document-reference`, ...profilesOfKind(resource)]
    case 'List':
      return listOf(objectOf(resource.code).coding).flatMap(({ code }) => LISTS.get(String(code)) ?? [])
    default:
      return []
  }
}

/** The stricter profile of a cancer document, by its type; other documents of a patient with cancer have none. */
function profilesOfKind({ type, content }: DocumentReference): readonly string[] {
  if (listOf(content).some(({ format }) => objectOf(format).code === PAERPA)) return []
  return codingsOf(type).flatMap(({ system, code }) => (system === LOINC ? (KINDS.get(code) ?? []) : []))
}

/** The plan of the elderly has the type of the PPS (documents-fr.md 4.1). */
const PAERPA = 'urn:asip:ci-sis:pps-paerpa:2017'

const KINDS: ReadonlyMap<string, string> = new Map([
  ['34794-8', `${DCC}/dcc-fiche-rcp`],
  ['18776-5', `${DCC}/dcc-pps`],
  ['60568-3', `${DCC}/dcc-cr-acp`],
  ['51969-4', `${DCC}/dcc-cr-gm`],
])

const LISTS: ReadonlyMap<string, string> = new Map([
  ['submissionset', `${PDSM}/pdsm-submissionset-comprehensive`],
  ['folder', `${PDSM}/pdsm-folder-comprehensive`],
])

/**
 * Tells which errors of a resource lenient validation may let pass as warnings: only what a profile or a rule on
 * documents asks for beyond R4, never what R4 alone refuses nor a rule of identity (MHD 3.65.4.1.3 lets a recipient be
 * lenient with metadata). `check` is asked at most once, for the resource without the profiles that it claims.
 */
export function leniencyOf(
  resource: unknown,
  check: (resource: unknown) => readonly ValidationIssue[],
): (finding: ValidationIssue) => boolean {
  let ofR4: ReadonlySet<string> | undefined
  return (finding) => {
    if (isOfIdentity(finding) || isOfR4(finding)) return false
    ofR4 ??= new Set(check(withoutClaims(resource)).filter(isOfR4).map(identityOf))
    return !ofR4.has(identityOf(finding))
  }
}

const isOfIdentity = ({ key }: ValidationIssue): boolean => /^(INS|IDENT)-/.test(key)

/** A profile repeats what R4 says and is then named as its source: such a finding is R4's when R4 alone makes it too. */
const isOfR4 = ({ source }: ValidationIssue): boolean =>
  source === undefined || source.startsWith('http://hl7.org/fhir/StructureDefinition/')

const identityOf = ({ key, expression, detail }: ValidationIssue): string => `${key} ${expression} ${detail.name ?? ''}`

/** A copy in which no resource claims a profile, contained ones and those of entries included. */
function withoutClaims(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutClaims)
  if (typeof value !== 'object' || value === null) return value
  const isResource = 'resourceType' in value
  return Object.fromEntries(
    Object.entries(value).map(([name, child]): [string, unknown] => [
      name,
      isResource && name === 'meta' ? withoutProfile(child) : withoutClaims(child),
    ]),
  )
}

function withoutProfile(meta: unknown): unknown {
  if (typeof meta !== 'object' || meta === null || Array.isArray(meta)) return meta
  return Object.fromEntries(Object.entries(meta).filter(([name]) => name !== 'profile'))
}
