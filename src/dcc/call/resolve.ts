import type { Patient } from '@medplum/fhirtypes'
import { fold } from '../../french/fold.ts'
import { insOf } from '../../french/identity.ts'
import { INS_SYSTEMS } from '../../french/ins.ts'
import { traitsOfPatient } from '../../french/traits.ts'
import type { DateMatch, DccStore } from '../../store/store.ts'
import type { AccessDecision, Asking } from '../entitlement/model.ts'
import { type CalledIdentity, type InsUse, unproved } from './identity.ts'
import type { Resolution } from './resolution.ts'
import { type CallFacts, type KnownRecord, resolveCall } from './rules.ts'

/** What a call is resolved with: the store, and who has signed in. */
export interface CallResolution {
  store: DccStore
  professional: Asking
  access(professional: Asking, patientId: string): Promise<AccessDecision>
  /** Records of which the professional has said that they are not of the patient. */
  declined: readonly string[]
}

/** Reads what the store knows of a called patient and applies the rules to it. Nothing is written. */
export async function resolve(context: CallResolution, identity: CalledIdentity, use: InsUse): Promise<Resolution> {
  return resolveCall(identity, use, await factsOf(context, identity, use))
}

/** Most records of the same traits that are looked at: more cannot be chosen from. */
const MOST_ALIKE = 20
/** Most records that merges lead through. */
const MOST_MERGES = 10

async function factsOf(context: CallResolution, identity: CalledIdentity, use: InsUse): Promise<CallFacts> {
  const { store } = context
  const { ins, ipp } = identity
  const number = use === 'usable' && ins !== undefined ? { system: `urn:oid:${ins.oid}`, value: ins.value } : undefined
  // A number of the hospital is never an INS under another name.
  const local = ipp === undefined || INS_SYSTEMS.includes(ipp.system) ? undefined : ipp
  const [byIns, byIpp] = await Promise.all([
    number && store.lookup('patient', number),
    local && store.lookup('patient', local),
  ])
  const byTraits = byIns === undefined && byIpp === undefined ? await alike(store, identity) : []
  const records = new Map<string, KnownRecord>()
  for (const id of [byIns, byIpp, ...byTraits]) await follow(context, id, records)
  return { byIns, byIpp, byTraits, records, declined: context.declined }
}

/** Reads a record, and those that it was merged into. */
async function follow(context: CallResolution, from: string | undefined, records: Map<string, KnownRecord>) {
  let id = from
  for (let step = 0; id !== undefined && !records.has(id) && step < MOST_MERGES; step += 1) {
    const state = await context.store.patient(id)
    if (state === undefined) return
    const patient: Patient | undefined = state.text === '' ? undefined : JSON.parse(state.text)
    const { system, value } = (patient && insOf(patient)) ?? {}
    records.set(id, {
      id,
      state: state.state,
      mergedInto: state.mergedInto,
      traits: patient === undefined ? {} : traitsOfPatient(patient),
      ins: system === undefined || value === undefined ? undefined : { system, value },
      entitled: state.state === 'current' && (await context.access(context.professional, id)).allowed,
    })
    id = state.mergedInto
  }
}

/** Visible records of the same birth name and first given name, born on the same day. */
async function alike(store: DccStore, { traits }: CalledIdentity): Promise<string[]> {
  const { birthFamily = '', firstGiven = '', birthDate } = traits
  if (birthDate === undefined || unproved(traits).length > 0) return []
  const [family = '', given = ''] = [birthFamily, firstGiven].map((name) => fold(name).normalize('NFC'))
  // A compound first name may be indexed in one piece or in several.
  const start = given.split(' ')[0] ?? ''
  if (![family, start].every(isSearchable)) return []
  const rows = await store.search({
    type: 'Patient',
    conditions: [
      { kind: 'date', param: 'birthdate', anyOf: [dayOf(birthDate)] },
      { kind: 'string', param: 'family', anyOf: [family], match: 'folded' },
      { kind: 'string', param: 'given', anyOf: [start], match: 'starts' },
    ],
    sort: { key: '_id', descending: false },
    limit: MOST_ALIKE,
  })
  return rows.map(({ id }) => id)
}

/** What no name is made of never reaches the store: PostgreSQL takes no NUL and no broken character. */
function isSearchable(name: string): boolean {
  return name !== '' && name.isWellFormed() && !name.includes('\u0000')
}

/** As birth dates are indexed: days of the calendar, in UTC. */
function dayOf(date: string): DateMatch {
  return { op: 'eq', lo: `${date}T00:00:00.000Z`, hi: `${date}T23:59:59.999Z` }
}
