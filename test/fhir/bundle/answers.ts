import assert from 'node:assert/strict'
import type { BundleEntry, Resource } from '@medplum/fhirtypes'
import type { Answer } from '../../support/client.ts'
import { PUBLIC_ORIGIN, type TestServer } from '../../support/server.ts'

/** The entries of an answered Bundle. */
export function entriesOf(answer: Answer): BundleEntry[] {
  return answer.resource('Bundle').entry ?? []
}

/** `Type/id` of what an entry wrote. */
export function addressOf(entry: BundleEntry | undefined): string {
  return (entry?.response?.location ?? '').slice(`${PUBLIC_ORIGIN}/fhir/`.length).split('/').slice(0, 2).join('/')
}

/** The rule key in the outcome of an entry. */
export function codeOf(entry: BundleEntry | undefined): string | undefined {
  const outcome = entry?.response?.outcome
  return outcome?.resourceType === 'OperationOutcome' ? outcome.issue?.[0]?.details?.coding?.[0]?.code : undefined
}

/** Reads back what an entry wrote. */
export async function read<T extends Resource>(server: TestServer, entry: BundleEntry | undefined): Promise<T> {
  const answer = await server.get(entry?.response?.location ?? '')
  assert.equal(answer.status, 200, answer.text)
  return answer.json() as T
}
