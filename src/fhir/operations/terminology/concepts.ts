import type { ValueSetComposeIncludeConceptDesignation } from '@medplum/fhirtypes'
import { type Concept, keyIn } from '../../../validation/terminology/resources.ts'
import type { TerminologyService } from '../../../validation/terminology/terminology.ts'

/** A code with what its code system says of it, undefined when the system is not carried or does not have it. */
export function conceptOf({ registry }: TerminologyService, system: string, code: string): Concept | undefined {
  const known = registry.codeSystem(system)
  return known?.concepts.get(keyIn(known, code))
}

/** The designation of a concept in a language (`fr` takes `fr-FR`), if it has one. */
export function displayIn(concept: Concept | undefined, language: string | undefined): string | undefined {
  if (language === undefined || language === '') return undefined
  const wanted = language.toLowerCase()
  return concept?.designations?.find(({ language: found = '' }) => {
    const tag = found.toLowerCase()
    return tag === wanted || tag.startsWith(`${wanted}-`)
  })?.value
}

/** The designations of a concept as FHIR writes them. */
export function designationsOf(concept: Concept | undefined): ValueSetComposeIncludeConceptDesignation[] {
  return (concept?.designations ?? []).map(({ language, use, value }) => ({
    ...(language === undefined ? {} : { language }),
    ...(use === undefined ? {} : { use }),
    value,
  }))
}

/** Whether a concept only groups others (`notSelectable`). */
export function isAbstract(concept: Concept | undefined): boolean {
  return propertyOf(concept, 'notSelectable') === true
}

/** Whether a concept is out of use (`inactive`, or a status that says so). */
export function isInactive(concept: Concept | undefined): boolean {
  const status = propertyOf(concept, 'status')
  return propertyOf(concept, 'inactive') === true || status === 'retired' || status === 'deprecated'
}

function propertyOf(concept: Concept | undefined, code: string): string | boolean | undefined {
  return concept?.properties?.find((property) => property.code === code)?.value
}
