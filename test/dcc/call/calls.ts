import type { CalledIdentity } from '../../../src/dcc/call/identity.ts'
import type { CallFacts, KnownRecord } from '../../../src/dcc/call/rules.ts'
import type { StrictTraits } from '../../../src/french/traits.ts'
import { fictitiousMatricule } from '../../support/builders/patients.ts'

/** The strict traits of one fictitious person. */
export const TRAITS: StrictTraits = {
  birthFamily: 'TESTFICTIF',
  firstGiven: 'LUCIE',
  birthGivenList: 'LUCIE ANNE',
  gender: 'female',
  birthDate: '1984-01-15',
  birthPlace: '63220',
}

export const INS_OID = '1.2.250.1.213.1.4.10'
export const INS = { system: `urn:oid:${INS_OID}`, value: fictitiousMatricule(7) }
export const IPP = { system: 'urn:oid:1.2.250.1.71.4.2.2.990000001', value: 'IPP-7' }

/** A call about that person, with a qualified INS and the number of the hospital; members given replace the right ones. */
export function aCall(change: Partial<CalledIdentity> = {}, traits: StrictTraits = {}): CalledIdentity {
  return {
    ins: { value: INS.value, oid: INS_OID, status: 'QUAL' },
    ipp: IPP,
    usedFamily: undefined,
    usedGiven: undefined,
    corrected: [],
    ...change,
    traits: { ...TRAITS, ...change.traits, ...traits },
  }
}

/** A current record of that person that the professional may open. */
export function aRecord(id: string, change: Partial<KnownRecord> = {}, traits: StrictTraits = {}): KnownRecord {
  return {
    id,
    state: 'current',
    mergedInto: undefined,
    ins: INS,
    entitled: true,
    ...change,
    traits: { ...TRAITS, ...change.traits, ...traits },
  }
}

/** What a store knows: records, and which of them the numbers and traits lead to. */
export function aStore(records: readonly KnownRecord[], found: Partial<CallFacts> = {}): CallFacts {
  const known = new Map(records.map((record) => [record.id, record]))
  return { byIns: undefined, byIpp: undefined, byTraits: [], declined: [], ...found, records: known }
}
