import type { ValidationIssue } from '../model.ts'
import { codingsOf } from './codings.ts'
import { type Check, found } from './model.ts'
import { PDSM_PROFILES, pdsmProfileOf } from './pdsm-claims.ts'
import { DESIGNATION_SYSTEMS } from './pdsm-systems.ts'
import { type Json, listOf, objectOf, textOf } from './read.ts'

const DESIGNATION = 'https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType'

/** constr-bind-designationtype: the kind of a submission is a kind of activity or of structure. */
export const pdsmSubmissionSet: Check = (visit, context) => {
  const { node, at } = visit
  if (pdsmProfileOf(visit, context) !== 'submissionSet') return []
  const source = `${PDSM_PROFILES.submissionSet}#List.extension:designationType`
  const systems: readonly string[] = DESIGNATION_SYSTEMS.systems
  return listOf(node.extension).flatMap((extension, index) => {
    const { url, valueCodeableConcept: concept } = extension
    if (url !== DESIGNATION || concept === undefined) return []
    if (codingsOf(concept).some(({ system }) => systems.includes(system))) return []
    const place = `${at()}.extension[${index}].value`
    return [found('pdsm.constr-bind-designationtype', 'error', place, source, { systems: DESIGNATION_SYSTEMS.names })]
  })
}

/**
 * constr-cdr-rempl: in a submission, what sets a document to superseded comes with the document that replaces it. The
 * reverse is no error: the server supersedes what a new document replaces.
 */
export const pdsmReplacement: Check = ({ node, at }) => {
  if (node.type !== 'transaction') return []
  const entries = listOf(node.entry)
  const replaced = entries.flatMap(({ resource }) => replacedBy(objectOf(resource)))
  return entries.flatMap((entry, index): ValidationIssue[] => {
    const url = supersededBy(entry)
    if (url === undefined || replaced.some((target) => namesSame(target, url))) return []
    const source = `${PDSM_PROFILES.comprehensive}#DocumentReference.relatesTo`
    return [found('pdsm.constr-cdr-rempl', 'error', `${at()}.entry[${index}].resource`, source)]
  })
}

/** References of the documents that a resource replaces; an empty text for one that is named by its identifier. */
function replacedBy({ resourceType, relatesTo }: Json): string[] {
  if (resourceType !== 'DocumentReference') return []
  return listOf(relatesTo).flatMap(({ code, target }) =>
    code === 'replaces' ? [textOf(objectOf(target).reference) ?? ''] : [],
  )
}

/** Address of the document that a PATCH entry sets to superseded. */
function supersededBy({ request, resource }: Json): string | undefined {
  const { method, url } = objectOf(request)
  const { resourceType, parameter } = objectOf(resource)
  if (method !== 'PATCH' || resourceType !== 'Parameters') return undefined
  const supersedes = listOf(parameter).some(({ part }) =>
    listOf(part).some(({ name, valueCode }) => name === 'value' && valueCode === 'superseded'),
  )
  return supersedes ? textOf(url) : undefined
}

/** Whether a reference and an address name the same document, as far as both name it by id. */
function namesSame(target: string, url: string): boolean {
  const [one, other] = [idOf(target), idOf(url)]
  return one === undefined || other === undefined || one === other
}

function idOf(address: string): string | undefined {
  return /(?:^|\/)DocumentReference\/([A-Za-z0-9\-.]{1,64})/.exec(address)?.[1]
}
