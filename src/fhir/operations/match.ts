import type { BundleEntry, Patient } from '@medplum/fhirtypes'
import type { DccIssue } from '../../dcc/errors.ts'
import { findMatches, type MatchNotice, type RankedPatient } from '../../ihe/iti-119-search.ts'
import { FhirError } from '../errors.ts'
import type { FhirBody, FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import { MATCH_NOTICES } from '../issues/pdqm.ts'
import { outcomeOf } from '../outcome.ts'
import { withAbsoluteUrls } from '../references.ts'
import type { Operation, OperationCall } from './operation.ts'

/** Patients in an answer when the client does not say how many, and the most there can be. */
const DEFAULT_COUNT = 20
const MAX_COUNT = 100

/**
 * Patient/$match (ITI-119 Patient Demographics Match): Parameters or a bare Patient (PDQ-119-11) in, a searchset
 * directly out, the most likely patient first, each with score and grade.
 */
export const MATCH: Operation = {
  code: 'match',
  type: 'Patient',
  levels: ['type'],
  definition: 'https://profiles.ihe.net/ITI/PDQm/OperationDefinition/PDQmMatch',
  affectsState: false,
  parameters: {
    resource: { type: 'resource' },
    onlyCertainMatches: { type: 'boolean' },
    count: { type: 'integer' },
  },
  bodyParameter: 'resource',
  documentation:
    'Birth name, first given name, birth date and sex must agree for more than possible, an identifier besides for ' +
    `certain. At most ${DEFAULT_COUNT} patients unless count (up to ${MAX_COUNT}) says otherwise.`,
  run: match,
}

async function match({ context, request, arguments: given }: OperationCall): Promise<FhirResponse> {
  refuseModifiers(request.body) // PDQ-119-9, P-29
  const asked = patientOf(given.one('resource', 'resource')) // PDQ-119-12
  const count = countOf(given.one('integer', 'count'))
  const onlyCertain = given.one('boolean', 'onlyCertainMatches') === true
  const found = await findMatches(context.dcc.store, asked, onlyCertain) // PDQ-119-1 … -5, -7, -8
  const ranked = await seenMatches(context, found.ranked)
  const notices = ranked.length < found.ranked.length ? [] : found.notices
  const entries = ranked.slice(0, count).map((found) => entryText(context, found)) // PDQ-119-6, -13
  return searchset(ranked.length, [...entries, ...noticeEntries(notices, request)]) // PDQ-119-10
}

/** Of persons whom the caller may not see nothing is told, not even that somebody had to be left out. */
async function seenMatches(
  { caller }: FhirContext,
  ranked: readonly RankedPatient[],
): Promise<readonly RankedPatient[]> {
  const person = caller?.person
  if (person === undefined) return ranked
  await person.seesAll(ranked.map(({ id }) => id))
  const seen = await Promise.all(ranked.map(({ id }) => person.sees(id)))
  return ranked.filter((_, index) => seen[index])
}

/** Nobody here knows the meaning of one, and ignoring it might reverse that of the traits. */
function refuseModifiers(body: FhirBody | undefined): void {
  const pending: unknown[] = [body?.kind === 'resource' ? body.resource : undefined]
  while (pending.length > 0) {
    const value = pending.pop()
    if (typeof value !== 'object' || value === null) continue
    for (const [name, member] of Object.entries(value)) {
      if (name === 'modifierExtension' || name === 'implicitRules') throw new FhirError('match.modifier-extension')
      pending.push(member)
    }
  }
}

function patientOf(resource: { resourceType: string } | undefined): Patient {
  if (resource === undefined) throw new FhirError('operation.parameter-missing', { detail: { name: 'resource' } })
  if (!isPatient(resource)) throw wrongType('resource', 'Patient')
  return resource
}

function isPatient(resource: { resourceType: string }): resource is Patient {
  return resource.resourceType === 'Patient'
}

function countOf(count: number | undefined): number {
  if (count === undefined) return DEFAULT_COUNT
  if (!Number.isInteger(count) || count < 0) throw wrongType('count', 'integer >= 0')
  return Math.min(count, MAX_COUNT)
}

function wrongType(name: string, expected: string): FhirError {
  return new FhirError('operation.parameter-type', { detail: { name, expected } })
}

const MATCH_GRADE = 'http://hl7.org/fhir/StructureDefinition/match-grade'

/** The stored text as it is, spliced (design.md section 4, resource text). */
function entryText({ baseUrl }: FhirContext, { id, text, grade, score }: RankedPatient): string {
  const search = { extension: [{ url: MATCH_GRADE, valueCode: grade }], mode: 'match', score }
  const resource = withAbsoluteUrls(text, baseUrl)
  return `{"fullUrl":"${baseUrl}/Patient/${id}","resource":${resource},"search":${JSON.stringify(search)}}`
}

/** What has to be said besides, in one OperationOutcome without errors. */
function noticeEntries(notices: readonly MatchNotice[], { language }: FhirRequest): string[] {
  if (notices.length === 0) return []
  const findings = notices.map(
    (key): DccIssue => ({ key, ...MATCH_NOTICES[key], severity: 'warning', expression: undefined }),
  )
  const entry: BundleEntry = { resource: outcomeOf(findings, language), search: { mode: 'outcome' } }
  return [JSON.stringify(entry)]
}

function searchset(total: number, entries: readonly string[]): FhirResponse {
  const head = JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total })
  const pieces =
    entries.length === 0
      ? [head]
      : [`${head.slice(0, -1)},"entry":[`, ...entries.flatMap((entry, i) => (i === 0 ? [entry] : [',', entry])), ']}']
  return { status: 200, headers: {}, body: { kind: 'json', pieces } }
}
