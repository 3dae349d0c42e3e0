import { randomUUID } from 'node:crypto'
import type { ValueSet, ValueSetExpansionContains, ValueSetExpansionParameter } from '@medplum/fhirtypes'
import { fold } from '../../../french/fold.ts'
import { isWhole } from '../../../validation/terminology/code-set.ts'
import { INLINE_LIMITS } from '../../../validation/terminology/expand.ts'
import type { Member } from '../../../validation/terminology/resources.ts'
import { FhirError } from '../../errors.ts'
import type { FhirResponse } from '../../exchange.ts'
import { type OperationCall, resourceResponse } from '../operation.ts'
import { conceptOf, designationsOf, displayIn, isAbstract, isInactive } from './concepts.ts'
import { valueSetOf } from './find.ts'

/** The most codes of one answer; more are fetched with offset. */
const MOST_CODES = 5_000

/** ValueSet/$expand: the codes of a value set, as pages of a flat list. */
export function expand(call: OperationCall): FhirResponse {
  const { arguments: given, context } = call
  const { valueSet, isSent } = valueSetOf(call)
  const set = context.terminology.expand(valueSet, isSent ? INLINE_LIMITS : undefined)
  if (!isWhole(set)) throw new FhirError('terminology.not-expandable')
  const all = [...set.sure].flatMap(([system, codes]) => [...codes.values()].map((member) => ({ system, member })))
  const wanted = wantedBy(call)
  const found = wanted === undefined ? all : all.filter(({ system, member }) => wanted(codeOf(call, system, member)))
  const offset = given.one('integer', 'offset') ?? 0
  const count = given.one('integer', 'count')
  if (count === undefined && found.length - offset > MOST_CODES) {
    throw new FhirError('terminology.too-many-codes', { detail: { limit: MOST_CODES } })
  }
  const page = found.slice(offset, offset + Math.min(count ?? MOST_CODES, MOST_CODES))
  const contains = page.map(({ system, member }) => codeOf(call, system, member))
  const { url, version, name, copyright } = valueSet
  const expansion: ValueSet['expansion'] = {
    identifier: `urn:uuid:${randomUUID()}`,
    timestamp: context.dcc.now().toISOString(),
    total: found.length,
    offset,
    ...parametersOf(call),
    ...(contains.length > 0 ? { contains } : {}),
  }
  return resourceResponse({
    resourceType: 'ValueSet',
    ...(isSent ? {} : { url }),
    ...(version === undefined ? {} : { version }),
    name,
    status: statusOf(valueSet.status),
    ...(copyright === undefined ? {} : { copyright }),
    expansion,
  } satisfies ValueSet)
}

function codeOf(
  { arguments: given, context }: OperationCall,
  system: string,
  member: Member,
): ValueSetExpansionContains {
  const { terminology } = context
  const concept = conceptOf(terminology, system, member.code)
  const language = given.one('text', 'displayLanguage')
  const display = displayIn(concept, language) ?? member.display ?? terminology.displayOf(system, member.code)
  const designation = given.one('boolean', 'includeDesignations') === true ? designationsOf(concept) : []
  return {
    system,
    ...(isAbstract(concept) ? { abstract: true } : {}),
    ...(isInactive(concept) ? { inactive: true } : {}),
    code: member.code,
    ...(display === undefined ? {} : { display }),
    ...(designation.length > 0 ? { designation } : {}),
  }
}

/** Which codes the caller wants, all of them when undefined: those in use (`activeOnly`), those with every word of `filter`. */
function wantedBy({ arguments: given }: OperationCall): ((code: ValueSetExpansionContains) => boolean) | undefined {
  const words = fold(given.one('text', 'filter') ?? '')
    .split(' ')
    .filter((word) => word !== '')
  const isActiveOnly = given.one('boolean', 'activeOnly') === true
  if (words.length === 0 && !isActiveOnly) return undefined
  return ({ inactive, display = '', code = '' }) => {
    if (inactive === true && isActiveOnly) return false
    const text = fold(`${display} ${code}`)
    return words.every((word) => text.includes(word))
  }
}

/** The parameters that shaped the expansion, as FHIR asks it to say. */
function parametersOf({ arguments: given }: OperationCall): { parameter?: ValueSetExpansionParameter[] } {
  const parameter: ValueSetExpansionParameter[] = []
  for (const name of ['filter', 'displayLanguage']) {
    const valueString = given.one('text', name)
    if (valueString !== undefined) parameter.push({ name, valueString })
  }
  for (const name of ['activeOnly', 'includeDesignations', 'excludeNested']) {
    const valueBoolean = given.one('boolean', name)
    if (valueBoolean !== undefined) parameter.push({ name, valueBoolean })
  }
  for (const name of ['offset', 'count']) {
    const valueInteger = given.one('integer', name)
    if (valueInteger !== undefined) parameter.push({ name, valueInteger })
  }
  return parameter.length > 0 ? { parameter } : {}
}

function statusOf(status: string): 'draft' | 'active' | 'retired' | 'unknown' {
  return STATUSES.find((known) => known === status) ?? 'unknown'
}

const STATUSES = ['draft', 'active', 'retired', 'unknown'] as const
