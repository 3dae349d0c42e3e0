import type { Patient } from '@medplum/fhirtypes'
import type { Asking, Entitlements } from '../dcc/entitlement/model.ts'
import type { DccContext } from '../dcc/unit-of-work.ts'
import { fold } from '../french/fold.ts'
import { INS_AUTHORITIES } from '../french/ins.ts'
import type { Condition, TokenMatch } from '../store/store.ts'
import { type IdentityView, identityView } from './identity-view.ts'

/** What a professional looks for; '' where nothing is asked. All that is asked must hold. */
export interface PatientQuery {
  /** An INS, or a number that a hospital gave. */
  number: string
  /** The beginning of a family name. */
  family: string
  /** The beginning of a given name. */
  given: string
  /** YYYY-MM-DD. */
  birthDate: string
}

/** A patient whom the professional may see. */
export interface FoundPatient {
  id: string
  identity: IdentityView
}

/** Patients found; `more`: there are others, the query is too wide. */
export interface Findings {
  found: readonly FoundPatient[]
  more: boolean
}

/** Most patients that one search shows. */
export const MOST_SHOWN = 20

/**
 * The patients that a query means, of those whom the professional may see; nothing tells of others. Case, accents,
 * hyphens and apostrophes make no difference. The query is one that `readQuery` lets through.
 */
export async function findPatients(
  { dcc, entitlements }: { dcc: Pick<DccContext, 'store' | 'insDomain'>; entitlements: Entitlements },
  professional: Asking,
  query: PatientQuery,
): Promise<Findings> {
  const reach = await entitlements.patients(professional)
  const own: Condition[] = reach === 'all' ? [] : [{ kind: 'patient', ids: reach }]
  const rows = await dcc.store.search({
    type: 'Patient',
    conditions: [...conditionsOf(query, dcc.insDomain), ...own],
    sort: { key: 'family', descending: false },
    limit: MOST_SHOWN + 1,
  })
  const shown = rows.slice(0, MOST_SHOWN)
  const decisions = await Promise.all(shown.map(({ id }) => entitlements.access(professional, id)))
  const found = shown.flatMap(({ id, text }, at) => {
    if (decisions[at]?.allowed !== true) return []
    const patient: Patient = JSON.parse(text)
    return [{ id, identity: identityView(patient) }]
  })
  return { found, more: rows.length > MOST_SHOWN }
}

/** Conditions of a search for the names (folded beginnings) and the day; those that are '' are left out. */
function conditionsOf({ number, family, given, birthDate }: PatientQuery, domain: 'production' | 'test'): Condition[] {
  return [
    ...(number === '' ? [] : [{ kind: 'token', param: 'identifier', anyOf: numbersOf(number, domain) } as const]),
    ...beginning('family', family),
    ...beginning('given', given),
    ...(birthDate === '' ? [] : [bornOn(birthDate)]),
  ]
}

/** Patients born that day. */
export function bornOn(day: string): Condition {
  const range = { op: 'eq', lo: `${day}T00:00:00.000Z`, hi: `${day}T23:59:59.999Z` } as const
  return { kind: 'date', param: 'birthdate', anyOf: [range] }
}

function beginning(param: 'family' | 'given', name: string): Condition[] {
  return name === '' ? [] : [{ kind: 'string', param, anyOf: [fold(name)], match: 'starts' }]
}

/** A number with the shape of a matricule is an INS; it may be a hospital's all the same. */
function numbersOf(number: string, domain: 'production' | 'test'): TokenMatch[] {
  const compact = number.replace(/[\s.-]/g, '').toUpperCase()
  const systems = INS_AUTHORITIES.filter((authority) => authority.domain === domain).map(({ system }) => system)
  const matricule = MATRICULE.test(compact) ? systems.map((system) => ({ system, code: compact })) : []
  return [...matricule, { code: number }]
}

const MATRICULE = /^\d{5}(?:\d{2}|2[AB])\d{8}$/
