import type { IdentifierKey } from '../../store/store.ts'
import { BASELINE_INS } from './baseline.ts'
import { parseDay } from './region/calendar.ts'
import { careTeams } from './region/care-team.ts'
import { type Course, courseAt } from './region/course.ts'
import { HOSPITALS } from './region/hospitals.ts'
import type { PatientIdentity } from './region/identity.ts'
import { buildProfessionals } from './region/professionals.ts'
import { at } from './region/random.ts'
import { UNKNOWN } from './showcase.ts'

/** A patient as a hospital knows them: the national identity only where it is qualified. */
export interface HospitalPatient {
  /** Names the patient within the hospital's software. */
  readonly key: string
  readonly ipp: { readonly system: string; readonly value: string }
  readonly ins: { readonly system: string; readonly value: string } | undefined
  readonly birthFamily: string
  /** Every given name of the civil register, separated by spaces. */
  readonly birthGivens: string
  readonly firstGiven: string
  readonly usedFamily: string | undefined
  readonly usedGiven: string | undefined
  readonly gender: 'male' | 'female'
  /** YYYY-MM-DD. */
  readonly birthDate: string
  /** COG code. */
  readonly birthPlace: string
}

/** The patients that the demonstration tells its stories with. A small region lacks those that come late in it. */
export interface Cast {
  /** The baseline patient, with the right traits. */
  known: HospitalPatient
  /** The same number with another date of birth. */
  contradicted: HospitalPatient
  /** In no record of the region. */
  unknown: HospitalPatient
  /** The baseline patient again, known by the hospital's number only. */
  unqualified: HospitalPatient
  /** A second patient of the same professional, for two windows side by side. */
  second: HospitalPatient | undefined
  /** Known, without any number that the region knows. */
  candidate: HospitalPatient | undefined
  /** Followed by others. */
  ofOthers: HospitalPatient | undefined
}

/** A region, by what makes it. */
export interface RegionChoices {
  patients: number
  seed: number
  today: string
}

/** How many patients of the region the demonstration's professionals may care for at most. */
const MOST_CARED_FOR = 60

const [SECOND, OF_OTHERS, CANDIDATE] = [1, 2, 3]
const BASELINE_IPP = 'IPP-0001'

/** The hospital whose software calls: its patient numbers are of this domain. */
export const HOSPITAL = at(HOSPITALS, 0)
export const IPP_SYSTEM = `urn:oid:${HOSPITAL.ippRoot}`

/** The cast of a region. The hospital's numbers are its own: the region knows the one of the baseline patient only. */
export function castOf(region: RegionChoices): Cast {
  const course = coursesOf(region)
  const known = ofCourse('connu', course(0), BASELINE_IPP)
  const late = (key: string, index: number, ipp: string): HospitalPatient | undefined =>
    index < region.patients ? ofCourse(key, course(index), ipp) : undefined
  const candidate = late('candidat', CANDIDATE, 'IPP-9004')
  const { ins, traits } = UNKNOWN
  return {
    known,
    contradicted: { ...known, key: 'discordant', birthDate: '1984-01-25' },
    unqualified: { ...known, key: 'sans-ins', ins: undefined },
    unknown: {
      key: 'inconnu',
      ipp: ippOf('IPP-9001'),
      ins,
      birthFamily: traits.birthFamily,
      birthGivens: traits.givenList,
      firstGiven: traits.givenList.split(' ')[0] ?? '',
      usedFamily: undefined,
      usedGiven: undefined,
      gender: traits.gender,
      birthDate: traits.birthDate,
      birthPlace: traits.birthPlace,
    },
    second: late('second', SECOND, 'IPP-9002'),
    candidate: candidate && { ...candidate, ins: undefined },
    ofOthers: late('autre-equipe', OF_OTHERS, 'IPP-9003'),
  }
}

/** Two teams of the demonstration and whom they care for: the matricules of the first patients of the region. */
export function teamsOf(region: RegionChoices): Record<'ours' | 'others', IdentifierKey[]> {
  const course = coursesOf(region)
  const indices = Array.from({ length: Math.min(region.patients, MOST_CARED_FOR) }, (_, index) => index)
  const matricules = (kept: (index: number) => boolean): IdentifierKey[] =>
    indices.filter(kept).map((index) => ({ system: BASELINE_INS.system, value: course(index).patient.ins }))
  return {
    ours: matricules((index) => index % 3 !== OF_OTHERS),
    others: matricules((index) => index % 3 === OF_OTHERS),
  }
}

function coursesOf({ seed, today }: RegionChoices): (index: number) => Course {
  const drawTeam = careTeams(buildProfessionals(seed))
  return (index) => courseAt(index, seed, parseDay(today), drawTeam)
}

function ofCourse(key: string, { patient }: Course, ipp: string): HospitalPatient {
  return { ...traitsOf(patient), key, ipp: ippOf(ipp) }
}

function traitsOf(patient: PatientIdentity): Omit<HospitalPatient, 'key' | 'ipp'> {
  const { ins, birthFamily, birthGivens, firstGiven, usedFamily, usedGiven, sex, birthDate, birthplace } = patient
  return {
    ins: { system: BASELINE_INS.system, value: ins },
    birthFamily,
    birthGivens,
    firstGiven,
    usedFamily,
    usedGiven,
    gender: sex === 'F' ? 'female' : 'male',
    birthDate,
    birthPlace: birthplace.cog,
  }
}

function ippOf(value: string): HospitalPatient['ipp'] {
  return { system: IPP_SYSTEM, value }
}
