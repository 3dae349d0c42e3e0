import type { DocumentReference, Patient, Resource } from '@medplum/fhirtypes'
import type { BlobFacts, BlobStore } from '../store/blobs/blobs.ts'
import { isStoreError } from '../store/errors.ts'
import { newLocalId } from '../store/ids.ts'
import type { Change, Content, DccStore, IdentifierKey, IndexValues, PatientState, StoredType } from '../store/store.ts'
import { DccError, type DccIssue } from './errors.ts'

/** What search needs of a resource, extracted when it is written (the table is in src/fhir/search). */
export interface Indexer {
  index(resource: Resource): IndexValues
  sort(resource: Resource): { date: string; creation: string; periodStart: string; birthDate: string; family: string }
}

/** Everything the domain works with; effects only through these. */
export interface DccContext {
  store: DccStore
  blobs: BlobStore
  indexer: Indexer
  /** What profiles and rules say of a resource that is to be stored; errors refuse it. */
  /** `profiles` take the place of those of the record. */
  inspect(resource: Resource, profiles?: readonly string[]): readonly DccIssue[]
  /** Which INS systems are accepted (identity-fr.md INS-05). */
  insDomain: 'production' | 'test'
  /** Release of FR Core that identities are held against. */
  frCore: '2.2.0' | '2.1.0'
  now(): Date
  /** A number of a patient that nobody holds is refused like that of somebody else: who sends is not told who is known. */
  ownNumbersOnly?: boolean
}

/** How a unit holds what comes from outside. */
export interface Holding {
  /** The profiles of a resource; undefined for those of the record. */
  profilesOf?(resource: Resource): readonly string[] | undefined
  /** Whether errors are gathered in `refused` for whoever commits, instead of ending the work at the first one. */
  gathers?: boolean
}

/** A version written by a unit of work. */
export interface Written {
  type: StoredType
  id: string
  version: number
  updatedAt: string
  created: boolean
  text: string
}

/** Facts of content that a unit of work knows, stored before or in this unit. */
export type ContentFacts = Pick<Content, 'id' | 'contentType' | 'sha1' | 'sha256' | 'size'>

/**
 * One transaction in the making: what it will write and what it has already decided, so that later steps see earlier
 * ones. Nothing is stored before `commit`; then all of it is, or nothing (design.md section 6, rule 6).
 */
export class UnitOfWork {
  readonly context: DccContext
  readonly startedAt: string
  readonly warnings: DccIssue[] = []
  /** Errors of a unit that gathers them: it must not be committed when there are any. */
  readonly refused: DccIssue[] = []
  readonly patients = new Map<string, Patient>()
  readonly documents = new Map<string, { resource: DocumentReference; version: number }>()
  readonly lists = new Set<string>()
  readonly contents = new Map<string, ContentFacts>()
  readonly pathways = new Set<string>()
  private readonly holding: Holding
  private readonly changes: Change[] = []
  private readonly bytes: { bytes: Uint8Array; facts: BlobFacts }[] = []
  private readonly required = new Set<string>()
  private readonly states = new Map<string, Promise<PatientState | undefined>>()

  constructor(context: DccContext, holding: Holding = {}) {
    this.context = context
    this.holding = holding
    this.startedAt = context.now().toISOString()
  }

  add(...changes: Change[]): void {
    this.changes.push(...changes)
  }

  /** What the store knows of a patient, asked once for the whole unit. */
  patientState(id: string): Promise<PatientState | undefined> {
    let state = this.states.get(id)
    if (state === undefined) {
      state = this.context.store.patient(id)
      this.states.set(id, state)
    }
    return state
  }

  /** Has the commit fail unless this patient is there and current; asked once, and not of a patient of this unit. */
  requirePatient(id: string): void {
    if (this.patients.has(id) || this.required.has(id)) return
    this.required.add(id)
    this.add({ kind: 'require-patient', id })
  }

  /** Has the commit fail unless this record is one that was merged into that patient. */
  requireMerged(survivorId: string, id: string): void {
    const key = `${survivorId} ${id}`
    if (this.required.has(key)) return
    this.required.add(key)
    this.add({ kind: 'require-merged', survivorId, id })
  }

  /** Has the commit fail unless this patient still holds the identifier by which the patient was found. */
  requireHolder({ system, value }: IdentifierKey, id: string): void {
    const key = JSON.stringify([system, value, id])
    if (this.required.has(key)) return
    this.required.add(key)
    this.add({ kind: 'require-holder', system, value, id })
  }

  /**
   * Holds what came from outside to profiles and rules, as it would be stored. Throws `resource.invalid`. What the
   * version `before` broke already, having come in by other rules, is told and not refused: a change need not mend it.
   */
  hold(resource: Resource, before?: Resource): void {
    const found = this.context.inspect(resource, this.holding.profilesOf?.(resource))
    const issues = before === undefined || !found.some(isError) ? found : this.toldBefore(found, before)
    if (this.holding.gathers === true) {
      this.refused.push(...issues.filter(isError))
      this.warnings.push(...issues.filter((issue) => !isError(issue)))
      return
    }
    if (issues.some(isError)) throw new DccError('resource.invalid', { issues })
    this.warnings.push(...issues)
  }

  private toldBefore(issues: readonly DccIssue[], before: Resource): DccIssue[] {
    const idOf = ({ key, expression, place }: DccIssue) => `${key} ${place ?? expression}`
    const known = new Set(this.context.inspect(before, this.holding.profilesOf?.(before)).map(idOf))
    return issues.map((issue) => (known.has(idOf(issue)) ? { ...issue, severity: 'warning' } : issue))
  }

  /** Has bytes at hand, measured, stored right before the commit: a unit that is refused leaves none of them behind. */
  keep(bytes: Uint8Array, facts: BlobFacts): void {
    this.bytes.push({ bytes, facts })
  }

  get empty(): boolean {
    return this.changes.length === 0
  }

  /** Queues an event for the gateway, in the same transaction as the change (storage.md section 3, rule 9). */
  event(eventType: string, patientId: string, written: Pick<Written, 'type' | 'id' | 'version'>): void {
    this.add({
      kind: 'event',
      event: {
        id: newLocalId(this.context.now().getTime()),
        patientId,
        eventType,
        resourceType: written.type,
        resourceId: written.id,
        version: written.version,
        occurredAt: this.startedAt,
      },
    })
  }

  /** Stores everything durably, or rejects and stores nothing. */
  async commit(): Promise<void> {
    for (const { bytes, facts } of this.bytes) await this.context.blobs.put(bytes, { facts })
    if (this.empty) return
    try {
      await this.context.store.commit(this.changes)
    } catch (error) {
      throw isStoreError(error, 'store.patient-not-empty') ? new DccError('patient.has-documents') : error
    }
  }
}

function isError({ severity }: DccIssue): boolean {
  return severity === 'error'
}

/** Gives a resource its id and version and renders the text that every later read returns. */
export function stamp(
  type: StoredType,
  resource: Resource,
  id: string,
  version: number,
  updatedAt: string,
): { text: string; resource: Resource } {
  const { resourceType: _type, id: _id, meta, ...rest } = resource as Resource & Record<string, unknown>
  const stamped = {
    resourceType: type,
    id,
    meta: { ...meta, versionId: String(version), lastUpdated: updatedAt },
    ...rest,
  } as Resource
  return { text: JSON.stringify(stamped), resource: stamped }
}
