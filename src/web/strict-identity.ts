import { differingTraits } from '../dcc/call/traits.ts'
import type { DccContext } from '../dcc/unit-of-work.ts'
import { fold } from '../french/fold.ts'
import { type StrictTraits, type TraitName, traitsOfPatient } from '../french/traits.ts'
import { isoDay, plain } from './patient-query.ts'
import { bornOn } from './patient-search.ts'

/** The traits that name one person without an INS. */
const FIELDS = ['birthFamily', 'firstGiven', 'birthDate', 'gender', 'birthPlace'] as const satisfies TraitName[]
type Field = (typeof FIELDS)[number]

/** A strict identity as typed, and either the traits or why it is none. */
export interface AskedIdentity {
  typed: Record<Field, string>
  traits: Required<Pick<StrictTraits, Field>> | undefined
  faults: Partial<Record<Field, string>>
}

/** Reads a strict identity from the fields of its form; every one is needed. */
export function readStrictIdentity(fieldOf: (name: string) => string): AskedIdentity {
  const typed = {
    birthFamily: plain(fieldOf('birthFamily')),
    firstGiven: plain(fieldOf('firstGiven')),
    birthDate: plain(fieldOf('birthDate')),
    gender: plain(fieldOf('gender')),
    birthPlace: plain(fieldOf('birthPlace')).toUpperCase(),
  }
  const birthDate = isoDay(typed.birthDate)
  const accepted: Record<Field, boolean> = {
    birthFamily: typed.birthFamily !== '',
    firstGiven: typed.firstGiven !== '',
    birthDate: birthDate !== undefined,
    gender: typed.gender === 'female' || typed.gender === 'male',
    birthPlace: COG.test(typed.birthPlace),
  }
  const faults = Object.fromEntries(FIELDS.flatMap((name) => (accepted[name] ? [] : [[name, FAULTS[name]]])))
  const traits = Object.keys(faults).length === 0 && birthDate !== undefined ? { ...typed, birthDate } : undefined
  return { typed, traits, faults }
}

const COG = /^(?:\d{5}|2[AB]\d{3})$/

const FAULTS: Readonly<Record<Field, string>> = {
  birthFamily: 'Écrivez le nom de naissance.',
  firstGiven: 'Écrivez le premier prénom.',
  birthDate: 'Écrivez la date ainsi : 02/07/1964.',
  gender: 'Choisissez le sexe.',
  birthPlace: 'Écrivez les 5 caractères du code INSEE.',
}

/** What the template of its form shows; the first faulty field has the focus. */
export function strictForm(
  csrf: string,
  { typed, faults = {} }: Pick<AskedIdentity, 'typed'> & Partial<AskedIdentity>,
) {
  const focus = FIELDS.find((name) => faults[name] !== undefined)
  return { csrf, typed, faults, focus }
}

/**
 * The one visible patient whose five strict traits are all known and equal; undefined when there is none, or several.
 */
export async function holderOfIdentity(
  { store }: Pick<DccContext, 'store'>,
  traits: Required<Pick<StrictTraits, Field>>,
): Promise<string | undefined> {
  const rows = await store.search({
    type: 'Patient',
    conditions: [
      bornOn(traits.birthDate ?? ''),
      { kind: 'string', param: 'family', anyOf: [fold(traits.birthFamily ?? '')], match: 'folded' },
    ],
    sort: { key: '_id', descending: false },
    limit: MOST_COMPARED,
  })
  const [holder, ...others] = rows.filter(({ text }) => isWhole(traitsOfPatient(JSON.parse(text)), traits))
  return others.length === 0 ? holder?.id : undefined
}

const MOST_COMPARED = 100

function isWhole(held: StrictTraits, asked: StrictTraits): boolean {
  return FIELDS.every((name) => held[name] !== undefined) && differingTraits(asked, held).length === 0
}
