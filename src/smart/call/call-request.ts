import { Ajv } from 'ajv'
import type { CalledIdentity } from '../../dcc/call/identity.ts'
import type { IdentityStatus } from '../../french/identity-status.ts'
import type { DpiRegistration } from './dpi-registration.ts'

/** A call that has come in and is not opened yet. */
export interface CallRequest {
  dpiId: string
  door: 'call' | 'smart' | 'form'
  /** National id of the professional that it is for; undefined where the DPI does not tell. */
  subject: string | undefined
  /** Undefined: the DCC is opened on search. */
  identity: CalledIdentity | undefined
  intent: string | undefined
  returnUrl: string | undefined
}

/** Why a call is not taken: for the trace, and for who connects a DPI. It holds no value of the call. */
export class CallFault extends Error {
  readonly reason: string
  /** The registered DPI that the call says it is of, where it says so: nothing need have proved it. */
  readonly saidToBeOf: string | undefined
  constructor(reason: string, saidToBeOf?: string) {
    super(reason)
    this.name = 'CallFault'
    this.reason = reason
    this.saidToBeOf = saidToBeOf
  }
}

/** What a DPI says in a signed call, whatever way it came (smart-launch.md 4.2). */
export interface CallClaims {
  jti: string
  sub: string
  act_org?: string
  ctx: CallContext
}

interface CallContext {
  intent?: 'open-record' | 'open-rcp' | 'new-rcp' | 'new-pps'
  target?: string
  encounter?: string
  returnUrl?: string
  patient?: {
    ins?: { value: string; oid: string; status: IdentityStatus }
    ipp?: { system: string; value: string }
    birthFamily?: string
    birthGiven?: string
    birthGivenList?: string
    usedFamily?: string
    usedGiven?: string
    birthDate?: string
    gender?: 'male' | 'female' | 'unknown'
    birthPlaceCode?: string
  }
}

/** Printable, of bounded length: what a page shows is escaped besides. */
const line = (maxLength: number) =>
  ({ type: 'string', minLength: 1, maxLength, pattern: '^[^\\p{Cc}\\p{Cs}]*$' }) as const

const PATIENT = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ins: {
      type: 'object',
      additionalProperties: false,
      required: ['value', 'oid', 'status'],
      properties: {
        value: { type: 'string', pattern: '^[0-9AB]{13,15}$' },
        oid: { type: 'string', pattern: '^(urn:oid:)?[0-9.]{5,60}$' },
        status: { type: 'string', enum: ['PROV', 'RECUP', 'VALI', 'QUAL'] },
      },
    },
    ipp: {
      type: 'object',
      additionalProperties: false,
      required: ['system', 'value'],
      properties: { system: line(255), value: line(100) },
    },
    birthFamily: line(100),
    birthGiven: line(100),
    birthGivenList: line(300),
    usedFamily: line(100),
    usedGiven: line(100),
    birthDate: { type: 'string', pattern: '^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$' },
    gender: { type: 'string', enum: ['male', 'female', 'unknown'] },
    birthPlaceCode: { type: 'string', pattern: '^([0-9]{5}|2[AB][0-9]{3})$' },
  },
} as const

const validate = new Ajv({ allErrors: false }).compile<CallClaims>({
  type: 'object',
  required: ['jti', 'sub', 'ctx'],
  properties: {
    jti: { ...line(256), minLength: 8 },
    sub: { type: 'string', pattern: '^[A-Za-z0-9/._-]{5,64}$' },
    act_org: line(64),
    ctx: {
      type: 'object',
      additionalProperties: false,
      properties: {
        intent: { type: 'string', enum: ['open-record', 'open-rcp', 'new-rcp', 'new-pps'] },
        target: line(128),
        encounter: line(128),
        returnUrl: line(2000),
        patient: PATIENT,
      },
    },
  },
})

/** Reads what a DPI says. Throws CallFault that names the member at fault, never its value. */
export function callRequest(dpi: DpiRegistration, json: unknown): { jti: string; request: CallRequest } {
  if (!validate(json)) {
    const [fault] = validate.errors ?? []
    throw new CallFault(`${fault?.instancePath || '/'} ${fault?.message ?? 'is not acceptable'}`)
  }
  const { jti, sub, ctx } = json
  const { returnUrl } = ctx
  if (returnUrl !== undefined && !mayReturn(dpi, returnUrl)) {
    throw new CallFault('/ctx/returnUrl is not of a registered origin')
  }
  const request: CallRequest = {
    dpiId: dpi.id,
    door: 'call',
    subject: sub,
    identity: ctx.patient === undefined ? undefined : identityOf(dpi, ctx.patient),
    intent: ctx.intent,
    returnUrl,
  }
  return { jti, request }
}

/** An address of an origin that the DPI is registered with, exactly. */
function mayReturn({ return_origins = [] }: DpiRegistration, address: string): boolean {
  const url = URL.parse(address)
  if (url === null || url.username !== '' || url.password !== '' || /[\\\s]/.test(address)) return false
  return return_origins.includes(url.origin)
}

function identityOf(dpi: DpiRegistration, patient: NonNullable<CallContext['patient']>): CalledIdentity {
  const { ins, ipp, birthFamily, birthGiven, birthGivenList, usedFamily, usedGiven, birthDate, gender } = patient
  if (ipp !== undefined && ipp.system !== dpi.ipp_system) {
    throw new CallFault('/ctx/patient/ipp/system is not the one that is registered')
  }
  return {
    ins: ins && { ...ins, oid: ins.oid.replace(/^urn:oid:/, '') },
    ipp,
    traits: {
      birthFamily: named(birthFamily),
      firstGiven: named(birthGiven),
      birthGivenList: named(birthGivenList),
      gender,
      birthDate,
      birthPlace: patient.birthPlaceCode,
    },
    usedFamily: named(usedFamily),
    usedGiven: named(usedGiven),
    corrected: [],
  }
}

function named(text: string | undefined): string | undefined {
  const trimmed = text?.trim()
  return trimmed === '' ? undefined : trimmed
}
