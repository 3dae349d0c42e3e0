import type { ResourceType } from '@medplum/fhirtypes'
import type { Access } from '../access.ts'
import { FhirError } from '../errors.ts'
import type { FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import type { Operation, OperationLevel } from './operation.ts'
import { argumentsOf } from './parameters.ts'
import { OPERATIONS } from './table.ts'

/** What serves an operation's address. */
export interface OperationService {
  methods: readonly ('GET' | 'POST')[]
  writes: boolean
  /** Whether a body need not be a resource as R4 wants it. */
  takesAnyBody: boolean
  /** What the caller must be allowed. */
  access: Access
  run(context: FhirContext, request: FhirRequest): Promise<FhirResponse>
}

/**
 * The operation at an address below the FHIR base, undefined when the address is not one of an operation. Throws
 * FhirError `http.not-found` for an operation that the address does not have.
 */
export function operationAt(path: readonly string[]): OperationService | undefined {
  const last = path.at(-1)
  if (last?.startsWith('$') !== true) return undefined
  const level = LEVELS[path.length - 1]
  const type = path.length > 1 ? path[0] : undefined
  const operation = OPERATIONS.find(
    (candidate) =>
      level !== undefined &&
      candidate.levels.includes(level) &&
      `$${candidate.code}` === last &&
      (candidate.type === type || candidate.onEveryType === true),
  )
  if (operation === undefined) throw new FhirError('http.not-found')
  const id = level === 'instance' ? path[1] : undefined
  return {
    methods: operation.affectsState ? ['POST'] : ['GET', 'POST'],
    writes: operation.affectsState,
    takesAnyBody: operation.takesAnyBody === true,
    access: { interaction: `$${operation.code}`, type: operation.type ?? type ?? '' },
    run: async (context, request) =>
      operation.run({ context, request, type, id, arguments: readArguments(operation, request) }),
  }
}

const LEVELS: readonly OperationLevel[] = ['system', 'type', 'instance']

function readArguments(operation: Operation, request: FhirRequest) {
  const { body: _unread, ...withoutBody } = request
  const read = operation.takesAnyBody === true ? { ...withoutBody, body: undefined } : request
  return argumentsOf(read, operation.parameters, operation.bodyParameter)
}

/** The operations declared with a type in the CapabilityStatement, or of the system when no type is given. */
export function operationsOf(type: string | undefined): readonly Operation[] {
  return OPERATIONS.filter((operation) => operation.type === type)
}

/** The types that have operations, in the order of the table. */
export function typesWithOperations(): readonly ResourceType[] {
  return [...new Set(OPERATIONS.flatMap(({ type }) => type ?? []))]
}
