import type { Parameters, ParametersParameter } from '@medplum/fhirtypes'
import { childrenKeys, parentKeys } from '../../../validation/terminology/hierarchy.ts'
import { type CodeSystem, type Concept, keyIn } from '../../../validation/terminology/resources.ts'
import { FhirError } from '../../errors.ts'
import type { FhirResponse } from '../../exchange.ts'
import { type OperationCall, resourceResponse } from '../operation.ts'
import { givenCode } from './codings.ts'
import { displayIn } from './concepts.ts'
import { knownSystem } from './find.ts'

/** CodeSystem/$lookup: what a code system says of a code; 404 when it does not have it. */
export function lookup(call: OperationCall): FhirResponse {
  const { arguments: given, context } = call
  const { system: url, code } = givenCode(call)
  const version = given.one('text', 'version')
  const system = knownSystem(call, version === undefined ? url : `${url}|${version}`)
  const concept = system.concepts.get(keyIn(system, code))
  if (concept === undefined) throw new FhirError('terminology.code-unknown')
  const asked = new Set(given.all('text', 'property'))
  const isWanted = (property: string) => asked.size === 0 || asked.has(property)
  const language = given.one('text', 'displayLanguage')
  const display =
    displayIn(concept, language) ?? concept.display ?? context.terminology.displayOf(url, code) ?? concept.code
  const parameters: Parameters = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'name', valueString: system.name },
      ...(system.version === undefined ? [] : [{ name: 'version', valueString: system.version }]),
      { name: 'display', valueString: display },
      ...(isWanted('designation') ? designations(concept) : []),
      ...properties(system, concept)
        .filter(({ code: property }) => isWanted(property))
        .map(propertyParameter),
    ],
  }
  return resourceResponse(parameters)
}

function designations({ designations = [] }: Concept): ParametersParameter[] {
  return designations.map(({ language, use, value }) => ({
    name: 'designation',
    part: [
      ...(language === undefined ? [] : [{ name: 'language', valueCode: language }]),
      ...(use === undefined ? [] : [{ name: 'use', valueCoding: use }]),
      { name: 'value', valueString: value },
    ],
  }))
}

interface Property {
  code: string
  value: string | boolean
  type: string
}

/** The neighbours of a concept in the hierarchy, then its own properties. */
function properties(system: CodeSystem, concept: Concept): Property[] {
  const neighbours = (code: string, keys: readonly string[]): Property[] =>
    [...new Set(keys)].map((key) => ({ code, value: system.concepts.get(key)?.code ?? key, type: 'valueCode' }))
  const own = (concept.properties ?? []).filter(({ code }) => !HIERARCHICAL.has(code))
  return [
    ...neighbours('parent', parentKeys(system, concept.code)),
    ...neighbours('child', childrenKeys(system, concept.code)),
    ...own,
  ]
}

const HIERARCHICAL: ReadonlySet<string> = new Set(['parent', 'child', 'subsumedBy'])

function propertyParameter({ code, value, type }: Property): ParametersParameter {
  const valued: ParametersParameter =
    typeof value === 'boolean'
      ? { name: 'value', valueBoolean: value }
      : type === 'valueCode'
        ? { name: 'value', valueCode: value }
        : { name: 'value', valueString: value }
  return { name: 'property', part: [{ name: 'code', valueCode: code }, valued] }
}
