import type { Bundle, BundleEntry, Patient, Resource } from '@medplum/fhirtypes'
import { DccError, type DccIssue } from '../../dcc/errors.ts'
import { isSamePerson } from '../../dcc/persons.ts'
import { requireReferenced, requireRelated } from '../../dcc/relations.ts'
import { contradictedTraits, requireOwnIdentifiers } from '../../dcc/same-patient.ts'
import { claimSubmission, keepSubmission } from '../../dcc/submissions.ts'
import { type Holding, stamp, type UnitOfWork, type Written } from '../../dcc/unit-of-work.ts'
import type { Finding } from '../../ihe/findings.ts'
import type { ProvideBundle } from '../../ihe/iti-65.ts'
import { isBareType } from '../../ihe/iti-65-coherence.ts'
import { submissionDigest } from '../../ihe/iti-65-digest.ts'
import { changedInFolder } from '../../ihe/iti-65-folders.ts'
import { listKind, profilesIn } from '../../ihe/iti-65-profiles.ts'
import { recipientIssues } from '../../ihe/iti-65-recipients.ts'
import { entryUuidOf, uniqueIdOf } from '../../ihe/iti-65-rules.ts'
import { feedKeyOf } from '../../ihe/iti-104.ts'
import { METADATA_ERROR, xdsCodeOf } from '../../ihe/xds-codes.ts'
import { parseClinicalId } from '../../store/ids.ts'
import type { IdentifierKey, StoredResource } from '../../store/store.ts'
import { FhirError, inEntry } from '../errors.ts'
import type { FhirContext } from '../exchange.ts'
import { requireVersion } from '../preconditions.ts'
import { at, type RequestEntry } from './entries.ts'
import type { Course } from './perform.ts'
import type { Step } from './plan.ts'
import { keptEntry } from './submission-answer.ts'
import { inEntryExpression, issueOfFinding } from './submission-issues.ts'

/** What a submission is made of. */
export interface SubmissionParts {
  context: FhirContext
  bundle: Bundle
  found: ProvideBundle
  /** What the bundle says wrong by itself; nothing that never passes. */
  findings: readonly Finding[]
  /** The identifier under which it is kept. */
  key: IdentifierKey
}

/** The course of a provide bundle: what ITI-65 adds to a transaction at each of its steps. */
export class Submission implements Course {
  readonly holding: Holding
  private readonly parts: SubmissionParts
  private readonly refused: DccIssue[] = []
  private readonly warned = new Map<number, readonly DccIssue[]>()
  private steps: readonly Step[] = []
  private from = 0

  constructor(parts: SubmissionParts) {
    this.parts = parts
    const { profile } = parts.found
    this.holding = { gathers: true, profilesOf: (resource: Resource) => profilesIn(profile, resource) }
  }

  /** A folder that is put at no address is the one that has its identifier (P-11). */
  asked(entry: RequestEntry): RequestEntry {
    const { resource, method, path, query } = entry
    if (method !== 'PUT' || resource?.resourceType !== 'List' || query.length > 0 || !isBareType(path.join('/'))) {
      return entry
    }
    const { id: _id, ...folder } = resource
    const { system = 'urn:ietf:rfc:3986', value = '' } = uniqueIdOf(resource) ?? entryUuidOf(resource) ?? {}
    return { ...entry, resource: folder, query: [['identifier', `${system}|${value}`]] }
  }

  async planned(unit: UnitOfWork, steps: readonly Step[]): Promise<void> {
    this.steps = steps
    claimSubmission(unit, this.parts.key, this.listId())
    const patientId = patientIdOf(this.listId())
    for (const step of steps) {
      if (step.entry.method === 'GET') await inEntry(step.entry.index, () => asRead(unit, step, patientId))
    }
  }

  /** What the bundle does not say by itself: relations, references, who the patient and the recipients are. */
  async before(unit: UnitOfWork, { entry, current, target = '' }: Step): Promise<void> {
    this.from = unit.refused.length
    const { index, resource } = entry
    const found = this.parts.findings.filter((finding) => finding.entry === index)
    const advice: Finding[] = []
    if (resource?.resourceType === 'DocumentReference') {
      const patientId = patientIdOf(target)
      await requireRelated(unit, resource, patientId, new Set(this.steps.flatMap((step) => step.target ?? [])))
      await requireReferenced(unit, resource)
      const source = resource.contained?.find(({ id }) => resource.context?.sourcePatientInfo?.reference === `#${id}`)
      if (source?.resourceType === 'Patient') {
        await refuseContradiction(
          unit,
          patientId,
          source,
          'mhd.source-traits',
          'DocumentReference.context.sourcePatientInfo',
        )
      }
    }
    if (resource?.resourceType === 'List') {
      await requireReferenced(unit, resource)
      if (listKind(resource) === 'set') advice.push(...(await recipientIssues(unit.context.store, resource, index)))
      const changed = current === undefined ? undefined : changedInFolder(JSON.parse(current.text), resource)
      if (changed !== undefined) {
        throw new FhirError('mhd.folder-entries', { expression: `List.${changed}`, detail: { element: changed } })
      }
    }
    for (const finding of [...found, ...advice]) {
      if (this.isError(finding)) continue
      unit.warnings.push(issueOfFinding(finding, 'warning'))
    }
  }

  /** What profiles found joins what the rules found; the same fault is told once. */
  after(unit: UnitOfWork, { entry: { index } }: Step, from: number): void {
    const own = this.parts.findings.filter((finding) => finding.entry === index)
    const isNew = (issue: DccIssue) => !own.some((finding) => isSameFault(finding, issue))
    const errors = unit.refused.slice(this.from).filter(isNew)
    this.refused.push(...errors.map((issue) => inEntryExpression(withXds(issue), index)))
    const warnings = unit.warnings.splice(from).filter(isNew)
    unit.warnings.push(...warnings)
    this.warned.set(index, warnings)
  }

  /** MHD-65-07: the document has been superseded by its successor, and the PATCH says no more than that. */
  patch(unit: UnitOfWork, { entry, current }: Step & { current: StoredResource }): Written {
    const pending = unit.documents.get(current.id)
    if (pending?.resource.status !== 'superseded') throw new FhirError('mhd.patch-alone', at(entry.index, 'resource'))
    requireVersion(entry.ifMatch, current.version)
    const { type, id } = current
    const { text } = stamp(type, pending.resource, id, pending.version, unit.startedAt)
    return { type, id, version: pending.version, updatedAt: unit.startedAt, created: false, text }
  }

  /** All that was found is answered at once; a submission without faults is kept with its answer. */
  settled(unit: UnitOfWork, answers: ReadonlyMap<number, BundleEntry>): void {
    const issues = this.errors()
    if (issues.length > 0) throw new DccError('submission.refused', { issues })
    const { context, bundle } = this.parts
    const kept = [...answers].flatMap(
      ([index, answer]) => keptEntry(index, answer, context.baseUrl, this.warned.get(index) ?? []) ?? [],
    )
    const contents = new Map<number, string>()
    for (const { entry, target } of this.steps) {
      const content = unit.contents.get(target?.slice('Binary/'.length) ?? '')
      if (content !== undefined) contents.set(entry.index, content.sha256)
    }
    const digest = submissionDigest(bundle, contents)
    keepSubmission(unit, { listId: this.listId(), digest, answer: JSON.stringify(kept) })
  }

  /** P-26: a Patient that is read has an address too. */
  read(entry: RequestEntry, answer: BundleEntry): BundleEntry {
    return Submission.locate(this.parts.context.baseUrl)(entry, answer)
  }

  /** Gives the answer to a read the address of what was read. */
  static locate(baseUrl: string): (entry: RequestEntry, answer: BundleEntry) => BundleEntry {
    return ({ path }, { response = { status: '' }, ...answer }) => {
      const version = /"(\d+)"/.exec(response.etag ?? '')?.[1]
      const history = version === undefined ? '' : `/_history/${version}`
      return { ...answer, response: { ...response, location: `${baseUrl}/${path.join('/')}${history}` } }
    }
  }

  /** Everything that refuses the submission so far, metadata first. */
  errors(): readonly DccIssue[] {
    const errors = this.parts.findings.filter((finding) => this.isError(finding))
    const issues = errors.map((finding) => inEntryExpression(issueOfFinding(finding, 'error'), finding.entry))
    return [...issues, ...this.refused]
  }

  private isError({ kind }: Finding): boolean {
    return kind === 'metadata' && this.parts.context.submissions.validation === 'strict'
  }

  /** The id that the submission set is given. */
  private listId(): string {
    const [set] = this.parts.found.parts.sets
    const step = this.steps.find(({ entry }) => entry.index === set?.index)
    return step?.target?.slice('List/'.length) ?? ''
  }
}

/** A Patient that is only read says who is meant: it is the one of the documents, and not described as somebody else. */
async function asRead(unit: UnitOfWork, { entry, target }: Step, patientId: string): Promise<void> {
  const key = feedKeyOf(entry.query)
  const holder = key === undefined ? undefined : await unit.context.store.lookup('patient', key)
  const id = target?.slice('Patient/'.length) ?? holder
  if (id !== undefined && !(await isSamePerson(unit, id, patientId))) {
    throw new FhirError('bundle.several-patients', at(entry.index, 'request.url'))
  }
  if (entry.resource?.resourceType !== 'Patient') return
  await requireOwnIdentifiers(unit, entry.resource, patientId, 'Patient')
  await refuseContradiction(unit, patientId, entry.resource, 'mhd.patient-traits', 'Patient')
}

async function refuseContradiction(
  unit: UnitOfWork,
  patientId: string,
  account: Patient,
  key: string,
  expression: string,
): Promise<void> {
  const traits = await contradictedTraits(unit, patientId, account)
  if (traits.length > 0) throw new FhirError(key, { expression, detail: { traits: traits.join(', ') } })
}

function patientIdOf(target: string): string {
  return parseClinicalId(target.slice(target.indexOf('/') + 1))?.patientId ?? ''
}

function withXds(issue: DccIssue): DccIssue {
  return xdsCodeOf(issue.key) === undefined ? { ...issue, xds: METADATA_ERROR } : issue
}

/** Whether profiles found what a rule found: the same element, or that it is missing in the one that should hold it. */
function isSameFault(finding: Finding, { key, expression, place }: DccIssue): boolean {
  return key !== finding.key && (expression === finding.expression || place === finding.expression)
}
