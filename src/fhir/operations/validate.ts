import { setImmediate } from 'node:timers/promises'
import type { OperationOutcomeIssue } from '@medplum/fhirtypes'
import { checkRemotely } from '../../validation/check-remotely.ts'
import type { ValidationIssue } from '../../validation/model.ts'
import { requireAccess } from '../caller.ts'
import { FhirError } from '../errors.ts'
import type { FhirResponse } from '../exchange.ts'
import { visible } from '../interactions/read.ts'
import { isStoredType } from '../resource-types.ts'
import { covered } from '../restrictions.ts'
import { validationOutcome } from '../validation/outcome.ts'
import { unreadableOutcome } from '../validation/unreadable.ts'
import { resourceFacts } from '../xml/table.ts'
import { type Operation, type OperationCall, resourceResponse } from './operation.ts'
import { type Mode, rehearse } from './rehearsal.ts'

/**
 * Resource/$validate (R4 resource-operation-validate.html), on a type, an instance or the server: 200 with the findings,
 * whatever they are, those of a body that cannot be read included. `mode` create, update or delete: the interaction is prepared by the rules of the server and not
 * done. `profile`, which may come more than once, must hold besides those of meta.profile. On an instance without a resource, what is stored is validated.
 */
export const VALIDATE: Operation = {
  code: 'validate',
  levels: ['system', 'type', 'instance'],
  onEveryType: true,
  takesAnyBody: true,
  definition: 'http://hl7.org/fhir/OperationDefinition/Resource-validate',
  affectsState: false,
  parameters: { mode: { type: 'text' }, profile: { type: 'text', repeats: true } },
  documentation:
    'Against R4, FR Core, PDSm, MHD and the French rules; profile may be repeated; texts in French and English. With mode the rules of the server for that interaction are told too, and nothing is stored.',
  run: validate,
}

/** Milliseconds that one validation may keep the server from all else; thousands of resources need less. */
const TURN = 200

async function validate(call: OperationCall): Promise<FhirResponse> {
  const { context, type, id } = call
  if (type !== undefined && resourceFacts(type) === undefined) throw new FhirError('resource.type-not-fhir')
  const unreadable = call.request.body?.kind === 'unreadable' ? call.request.body.error : undefined
  const outcomeOfText = unreadableOutcome(unreadable, call.request.language)
  if (outcomeOfText !== undefined) return resourceResponse(outcomeOfText)
  const given = givenOf(call)
  const mode = modeOf(given.mode ?? call.arguments.one('text', 'mode'), id)
  // That a given resource would update what is not there is a finding.
  const isRead = id !== undefined && (mode !== 'update' || given.resource === undefined)
  const stored = isRead ? await storedText(call, id) : undefined
  if (mode === 'delete') return outcome(call, [], await rehearse(call, mode, undefined))
  const resource = given.resource ?? (stored === undefined ? undefined : JSON.parse(stored))
  if (resource === undefined) throw new FhirError('http.body-missing')
  const profiles = [...given.profiles, ...call.arguments.all('text', 'profile')]
  // A large body has taken its time to be read: others come before it is checked.
  await setImmediate()
  const options = { profiles, time: TURN, ...(mode === undefined ? {} : { mode }) }
  const findings = await checkRemotely(context.validator, context.remoteTerminology, resource, options)
  const found = [...ofAddress(resource, type, mode === 'update' ? id : undefined), ...findings]
  return outcome(call, found, mode === undefined ? [] : await rehearse(call, mode, resource))
}

/** What the validator found, and what the server would say besides. */
function outcome(
  { request }: OperationCall,
  findings: readonly ValidationIssue[],
  ownRules: readonly OperationOutcomeIssue[],
): FhirResponse {
  const told = new Set(findings.map(({ key, expression }) => `${key} ${expression}`))
  const added = ownRules.filter(({ details, expression }) => {
    return !told.has(`${details?.coding?.[0]?.code} ${expression?.[0]}`)
  })
  const { issue = [], ...rest } = validationOutcome(findings, request.language)
  const all = findings.length === 0 && added.length > 0 ? added : [...issue, ...added]
  return resourceResponse({ ...rest, issue: all })
}

/** The resource must be of the type, and for an update of the id, that the address says. */
function ofAddress(resource: unknown, type: string | undefined, id: string | undefined): ValidationIssue[] {
  if (!isObject(resource)) return []
  const { resourceType } = resource
  const issues: ValidationIssue[] = []
  const place = { severity: 'error' as const, expression: typeof resourceType === 'string' ? resourceType : 'Resource' }
  if (type !== undefined && resourceType !== type) {
    issues.push({ ...place, key: 'resource.type-of-address', detail: { expected: type } })
  }
  if (id !== undefined && resource.id !== undefined && resource.id !== id) {
    issues.push({ ...place, key: 'resource.id-of-address', detail: {} })
  }
  return issues
}

async function storedText({ context, type }: OperationCall, id: string): Promise<string> {
  if (type === undefined || !isStoredType(type) || type === 'Binary') throw new FhirError('resource.unknown')
  requireAccess(context.caller, { interaction: 'read', type, id })
  return visible(await covered(context, 'read', await context.dcc.store.read(type, id))).text
}

interface Given {
  resource: unknown
  mode: string | undefined
  profiles: string[]
}

/** What the body carries: the resource itself, or a Parameters resource with it and what goes with it. */
function givenOf({ request, type }: OperationCall): Given {
  const { body } = request
  if (body === undefined) return { resource: undefined, mode: undefined, profiles: [] }
  const resource = body.kind === 'unchecked' ? body.json : body.kind === 'resource' ? body.resource : undefined
  if (!isObject(resource) || resource.resourceType !== 'Parameters') {
    return { resource, mode: undefined, profiles: [] }
  }
  const parameters = Array.isArray(resource.parameter) ? resource.parameter.filter(isObject) : []
  const named = (name: string) => parameters.filter((parameter) => parameter.name === name)
  const [wrapped] = named('resource')
  // A Parameters resource may itself be what is to be validated.
  if (wrapped === undefined && (type === 'Parameters' || named('mode').length + named('profile').length === 0)) {
    return { resource, mode: undefined, profiles: [] }
  }
  return {
    resource: wrapped?.resource,
    mode: textsOf(named('mode'))[0],
    profiles: textsOf(named('profile')),
  }
}

function textsOf(parameters: readonly Record<string, unknown>[]): string[] {
  return parameters.flatMap((parameter) =>
    ['valueCode', 'valueUri', 'valueCanonical', 'valueString', 'valueUrl'].flatMap((name) => {
      const value = parameter[name]
      return typeof value === 'string' ? [value] : []
    }),
  )
}

const MODES: readonly Mode[] = ['create', 'update', 'delete']

function modeOf(text: string | undefined, id: string | undefined): Mode | undefined {
  if (text === undefined || text === 'profile') return undefined
  const mode = MODES.find((known) => known === text)
  if (mode === undefined || (mode === 'delete' && id === undefined)) {
    throw new FhirError('operation.parameter-type', {
      detail: { name: 'mode', expected: [...MODES, 'profile'].join(', ') },
    })
  }
  return mode
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
