import { bucketOf, clinicalId, parseClinicalId } from '../ids.ts'
import type { ChangeOf, OutboxEvent, StoredType } from '../store.ts'
import { mergedPage, perBucket } from './buckets.ts'
import { invalid } from './change-errors.ts'
import type { Dialect, Query, Row, Statement } from './driver.ts'
import { integer, oneOf, text } from './rows.ts'

const RESOURCE_TYPES = [
  'Patient',
  'DocumentReference',
  'List',
  'Binary',
  'Practitioner',
  'PractitionerRole',
  'Organization',
] as const satisfies readonly StoredType[]

/** Writes an event with the change that caused it; its id is a local one, or carries its patient. */
export function addEvent({ event }: ChangeOf<'event'>): Statement[] {
  const { patientId, eventType, resourceType, resourceId, version, occurredAt } = event
  const parts = parseClinicalId(event.id)
  if (parts !== undefined && parts.patientId !== patientId) throw invalid('Event of another patient')
  const id = parts?.localId ?? event.id
  return [
    {
      sql: `INSERT INTO outbox (patient_id, id, bucket, event_type, resource_type, resource_id, version, occurred_at,
        attempts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0)`,
      params: [patientId, id, bucketOf(patientId), eventType, resourceType, resourceId, version, occurredAt],
    },
  ]
}

/**
 * Events not yet done and not leased, oldest first. While an event is leased, later ones of the same patient wait: a
 * receiver sees a patient's events in order (storage.md section 3, rule 9).
 */
export function pendingStatement(limit: number, now: string, dialect: Dialect): Query {
  const selects = perBucket(
    (bucket) => `SELECT o.occurred_at, o.patient_id, o.id FROM outbox o
      WHERE o.bucket = ${bucket} AND o.done_at IS NULL AND (o.lease_until IS NULL OR o.lease_until <= ?1)
        AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.patient_id = o.patient_id AND e.done_at IS NULL
          AND e.lease_until > ?1 AND (e.occurred_at, e.id) < (o.occurred_at, o.id) LIMIT 1 OFFSET 0)`,
  )
  const page = `ORDER BY occurred_at, patient_id, id LIMIT ${Math.max(0, Math.trunc(limit))}`
  return {
    sql: `SELECT o.patient_id, o.id, o.event_type, o.resource_type, o.resource_id, o.version, o.occurred_at, o.attempts
      FROM (${mergedPage(selects, page, dialect)}) k
      CROSS JOIN outbox o WHERE o.patient_id = k.patient_id AND o.id = k.id
      ORDER BY k.occurred_at, k.patient_id, k.id`,
    params: [now],
  }
}

/** The event in a row of `pendingStatement`; its id carries the patient, so that claiming it needs no directory. */
export function eventOf(row: Row): OutboxEvent {
  const patientId = text(row, 0)
  return {
    id: clinicalId(patientId, text(row, 1)),
    patientId,
    eventType: text(row, 2),
    resourceType: oneOf(row, 3, RESOURCE_TYPES),
    resourceId: text(row, 4),
    version: integer(row, 5),
    occurredAt: text(row, 6),
    attempts: integer(row, 7),
  }
}

/** Takes an event when nobody holds it: compare-and-set, one row or none. */
export function claimStatement(id: string, owner: string, now: string, leaseUntil: string): Statement | undefined {
  const parts = parseClinicalId(id)
  if (parts === undefined) return undefined
  return {
    sql: `UPDATE outbox SET owner = ?3, lease_until = ?5, attempts = attempts + 1 WHERE patient_id = ?1 AND id = ?2
      AND done_at IS NULL AND (lease_until IS NULL OR lease_until <= ?4)`,
    params: [parts.patientId, parts.localId, owner, now, leaseUntil],
    expect: LOST,
  }
}

/** Marks an event as done when the owner still holds it. */
export function finishStatement(id: string, owner: string, now: string): Statement | undefined {
  const parts = parseClinicalId(id)
  if (parts === undefined) return undefined
  return {
    sql: `UPDATE outbox SET done_at = ?4, lease_until = NULL WHERE patient_id = ?1 AND id = ?2
      AND done_at IS NULL AND owner = ?3 AND lease_until > ?4`,
    params: [parts.patientId, parts.localId, owner, now],
    expect: LOST,
  }
}

const LOST = {
  rows: 1,
  error: { key: 'store.version-conflict', message: 'Somebody else holds the event', detail: {} },
} satisfies Statement['expect']
