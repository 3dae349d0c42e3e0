import type { Resource, ResourceType } from '@medplum/fhirtypes'
import type { FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import type { Arguments, ParameterRules } from './parameters.ts'

/** Where an operation is called: `[base]/$x`, `[base]/[type]/$x`, `[base]/[type]/[id]/$x`. */
export type OperationLevel = 'system' | 'type' | 'instance'

/** One operation of the server: the one table (table.ts) of them drives routes, refusals and CapabilityStatement. */
export interface Operation {
  /** Code without `$`. */
  code: string
  /** The type it is called on; absent of operations of the system. */
  type?: ResourceType
  levels: readonly OperationLevel[]
  /** Served on every resource type of R4. */
  onEveryType?: true
  /** Takes a body that breaks the rules of FHIR: saying so is what it is for. */
  takesAnyBody?: true
  /** Canonical URL of the OperationDefinition. */
  definition: string
  /** Whether it may store something: then only POST calls it. */
  affectsState: boolean
  /** Its parameters; others are refused. */
  parameters: ParameterRules
  /** The parameter that a body which is no Parameters resource stands for. */
  bodyParameter?: string
  /** What a reader of the CapabilityStatement must know. */
  documentation: string
  run(call: OperationCall): FhirResponse | Promise<FhirResponse>
}

/** One call of an operation, its parameters checked against their rules. */
export interface OperationCall {
  context: FhirContext
  request: FhirRequest
  arguments: Arguments
  /** The type of the address: that of the operation, or any for what is served on all types. */
  type: string | undefined
  /** The id of the address, at the level of an instance. */
  id: string | undefined
}

/** 200 with a resource. */
export function resourceResponse(resource: Resource): FhirResponse {
  return { status: 200, headers: {}, body: { kind: 'json', pieces: [JSON.stringify(resource)] } }
}
