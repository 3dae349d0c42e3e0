import type { CodeableConcept, Coding } from '@medplum/fhirtypes'
import type { CodedValue } from '../cda/dom.ts'
import { type CodeTable, findCode } from '../code-table.ts'
import { systemOfOid } from '../oids.ts'
import { present } from '../present.ts'

/** FHIR coding of a CDA coded value, with the display of the document. */
export function codingOf({ code, codeSystem, displayName }: CodedValue): Coding {
  return present({ system: systemOfOid(codeSystem), code, display: displayName })
}

/** Concept of a code from a French value set: the official display, or the document's for a code that the set lacks. */
export function conceptIn(table: CodeTable, value: CodedValue): CodeableConcept {
  return { coding: [findCode(table, value.code, systemOfOid(value.codeSystem)) ?? codingOf(value)] }
}

/** Concepts of a documented act: the act under all its names, then each aspect (modality, body site…) as a concept of its own. */
export function eventConcepts(events: readonly CodedValue[]): CodeableConcept[] {
  const concepts = events.flatMap((event) => [
    present({ coding: [event, ...event.translations].map(codingOf), text: event.originalText }),
    ...event.aspects.map((aspect) => ({ coding: [codingOf(aspect)] })),
  ])
  return [...new Map(concepts.map((concept) => [JSON.stringify(concept), concept])).values()]
}
