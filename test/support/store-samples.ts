import { clinicalId, newLocalId, newPatientId, newReferenceId } from '../../src/store/ids.ts'
import type { Change, IndexValues, ReferenceType } from '../../src/store/store.ts'

type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>

/** Time of day of the stories: every sample was written then unless it says otherwise. */
export const AT = '2025-03-01T09:00:00.000Z'

/** A distinct instant: `at(3)` is three minutes after the first. */
export function at(minutes: number): string {
  return new Date(Date.parse(AT) + minutes * 60_000).toISOString()
}

/** Search values of a sample: tokens as `param|system|code`, strings as `param|value`, dates as [param, lo, hi]. */
export function indexOf(values: {
  tokens?: readonly string[]
  strings?: readonly string[]
  dates?: readonly (readonly [string, string, string])[]
}): IndexValues {
  return {
    tokens: (values.tokens ?? []).map((token) => {
      const [param = '', system = '', code = ''] = token.split('|')
      return { param, system, code }
    }),
    strings: (values.strings ?? []).map((string) => {
      const [param = '', exact = ''] = string.split('|')
      return { param, exact, folded: folded(exact) }
    }),
    dates: (values.dates ?? []).map(([param, lo, hi]) => ({ param, lo, hi })),
  }
}

/** Upper case without accents, as the callers of the store fold names. */
export function folded(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toUpperCase()
}

const NOTHING: IndexValues = { tokens: [], strings: [], dates: [] }

/** A new patient; the text names type, id and version as a rendered resource would. */
export function aPatient(
  values: Partial<ChangeOf<'put-patient'>> & { family?: string; birthDate?: string } = {},
): ChangeOf<'put-patient'> {
  const id = values.id ?? newPatientId()
  const version = (values.expectedVersion ?? 0) + 1
  return {
    kind: 'put-patient',
    id,
    expectedVersion: undefined,
    updatedAt: AT,
    method: 'POST',
    text: textOf('Patient', id, version),
    index: NOTHING,
    identityStatus: 'VALI',
    state: 'current',
    birthDate: '1960-01-01',
    family: '',
    ...values,
  }
}

/** The pathway that makes a patient visible. */
export function aPathway(patientId: string, openedAt = AT): ChangeOf<'open-pathway'> {
  return {
    kind: 'open-pathway',
    pathway: {
      id: newLocalId(Date.parse(openedAt)),
      patientId,
      status: 'suspected',
      origin: 'test',
      topography: undefined,
      openedAt,
    },
  }
}

/** A new published document of a patient, dated as it was written. */
export function aDocument(patientId: string, values: Partial<ChangeOf<'put-document'>> = {}): ChangeOf<'put-document'> {
  const updatedAt = values.updatedAt ?? AT
  const id = values.id ?? clinicalId(patientId, newLocalId(Date.parse(updatedAt)))
  const version = (values.expectedVersion ?? 0) + 1
  const date = values.date ?? updatedAt
  return {
    kind: 'put-document',
    id,
    expectedVersion: undefined,
    updatedAt,
    method: 'POST',
    text: textOf('DocumentReference', id, version),
    index: NOTHING,
    status: 'current',
    published: true,
    date,
    creation: date,
    periodStart: date,
    ...values,
  }
}

/** A new list of a patient. */
export function aList(patientId: string, values: Partial<ChangeOf<'put-list'>> = {}): ChangeOf<'put-list'> {
  const updatedAt = values.updatedAt ?? AT
  const id = values.id ?? clinicalId(patientId, newLocalId(Date.parse(updatedAt)))
  const version = (values.expectedVersion ?? 0) + 1
  return {
    kind: 'put-list',
    id,
    expectedVersion: undefined,
    updatedAt,
    method: 'POST',
    text: textOf('List', id, version),
    index: NOTHING,
    listKind: 'submissionset',
    status: 'current',
    date: updatedAt,
    ...values,
  }
}

/** A new entry of the directories. */
export function aReference(
  type: ReferenceType,
  values: Partial<ChangeOf<'put-reference'>> = {},
): ChangeOf<'put-reference'> {
  const id = values.id ?? newReferenceId()
  const version = (values.expectedVersion ?? 0) + 1
  return {
    kind: 'put-reference',
    type,
    id,
    expectedVersion: undefined,
    updatedAt: AT,
    method: 'POST',
    text: textOf(type, id, version),
    index: NOTHING,
    family: '',
    ...values,
  }
}

/** A new content of a patient, 12 bytes of PDF. */
export function aContent(patientId: string, values: Partial<ChangeOf<'put-content'>> = {}): ChangeOf<'put-content'> {
  return {
    kind: 'put-content',
    id: clinicalId(patientId, newLocalId(Date.parse(AT))),
    expectedVersion: undefined,
    updatedAt: AT,
    method: 'POST',
    contentType: 'application/pdf',
    sha256: 'a'.repeat(64),
    sha1: 'b'.repeat(40),
    size: 12,
    ...values,
  }
}

/** An event about a patient. */
export function anEvent(patientId: string, occurredAt = AT): ChangeOf<'event'> {
  return {
    kind: 'event',
    event: {
      id: newLocalId(Date.parse(occurredAt)),
      patientId,
      eventType: 'patient.created',
      resourceType: 'Patient',
      resourceId: patientId,
      version: 1,
      occurredAt,
    },
  }
}

/** The text that the samples store for a version. */
export function textOf(type: string, id: string, version: number): string {
  return JSON.stringify({ resourceType: type, id, meta: { versionId: String(version) } })
}
