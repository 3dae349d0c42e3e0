import { HISTORY, PROBLEMS } from './background.ts'
import { type Day, isoDate, yearOf } from './calendar.ts'
import { type CareTeam, type DrawTeam, membersOf } from './care-team.ts'
import { documentOid } from './document-id.ts'
import type { Hospital } from './hospitals.ts'
import { BASELINE, identityAt, type PatientIdentity } from './identity.ts'
import type { Professional } from './professionals.ts'
import { at, type Random, randomFor } from './random.ts'
import { drawRelative, type Relative } from './relatives.ts'
import type { Extent, Tumour } from './tumours/tumour.ts'
import { TUMOURS } from './tumours/tumours.ts'

/** The kinds of documents of the region: sheet of a multidisciplinary meeting, care programme, pathology report. */
export type DocumentKind = 'FRCP' | 'PPS' | 'CRACP'

/** A moment of the disease at which a document is written. */
export type Moment =
  | 'biopsy'
  | 'meeting'
  | 'meetingCorrected'
  | 'programme'
  | 'specimen'
  | 'secondMeeting'
  | 'programmeRevised'
  | 'relapseMeeting'

/** A document to write: what identifies it, when, by whom, and what it replaces. */
export interface PlannedDocument {
  readonly kind: DocumentKind
  readonly moment: Moment
  readonly id: string
  readonly setId: string
  readonly version: number
  /** Identifier of the version that this one replaces. */
  readonly replaces?: string
  /** When it was written, local time in minutes. */
  readonly day: Day
  readonly minutes: number
  /** When what it documents took place: the meeting, the sampling. */
  readonly eventDay: Day
  readonly hospital: Hospital
  readonly ipp: { readonly root: string; readonly value: string }
  readonly confidentiality: 'N' | 'R' | 'V'
}

/** The disease of one patient and the documents it leaves. */
export interface Course {
  readonly index: number
  readonly patient: PatientIdentity
  readonly tumour: Tumour
  readonly extent: Extent
  readonly side?: 'droit' | 'gauche'
  readonly screened: boolean
  readonly diagnosisDay: Day
  readonly ageAtDiagnosis: number
  /** Performance status of the WHO, 0 to 4. */
  readonly performance: number
  readonly history: readonly string[]
  readonly problems: readonly string[]
  readonly relative: Relative
  readonly team: CareTeam
  readonly members: readonly Professional[]
  /** In the order in which they must be imported. */
  readonly documents: readonly PlannedDocument[]
}

interface Step {
  readonly moment: Moment
  readonly kind: DocumentKind
  /** Days since the step before: least and most. */
  readonly after: readonly [number, number]
  /** Moment whose document this one replaces. */
  readonly replaces?: Moment
  /** Written in the second hospital of the patient, when there is one. */
  readonly secondHospital?: true
}

const STEPS: readonly Step[] = [
  { moment: 'biopsy', kind: 'CRACP', after: [3, 8] },
  { moment: 'meeting', kind: 'FRCP', after: [8, 24] },
  { moment: 'meetingCorrected', kind: 'FRCP', after: [2, 9], replaces: 'meeting' },
  { moment: 'programme', kind: 'PPS', after: [6, 15] },
  { moment: 'specimen', kind: 'CRACP', after: [28, 60], secondHospital: true },
  { moment: 'secondMeeting', kind: 'FRCP', after: [35, 80], secondHospital: true },
  { moment: 'programmeRevised', kind: 'PPS', after: [5, 20], replaces: 'programme' },
  { moment: 'relapseMeeting', kind: 'FRCP', after: [200, 500] },
]

/** How many documents a patient has, and how often: four on average. */
const DOCUMENT_COUNTS = [
  { count: 2, weight: 18 },
  { count: 3, weight: 26 },
  { count: 4, weight: 22 },
  { count: 5, weight: 16 },
  { count: 6, weight: 9 },
  { count: 7, weight: 5 },
  { count: 8, weight: 4 },
] as const

const BASELINE_MOMENTS: ReadonlySet<Moment> = new Set(['biopsy', 'meeting', 'meetingCorrected', 'programme'])
const STREAM = 3

/**
 * The course of the patient at an index: drawn from the seed and the index alone, every date before `today`. Index 0 is
 * the baseline patient B0, with a breast cancer and one document of each kind at least.
 */
export function courseAt(index: number, seed: number, today: Day, drawTeam: DrawTeam): Course {
  const random = randomFor(seed, STREAM, index)
  const isBaseline = index === 0
  const tumour = isBaseline ? at(TUMOURS, 0) : random.weighted(TUMOURS, (one) => one.weight)
  const extent = isBaseline ? at(tumour.extents, 0) : random.weighted(tumour.extents, (one) => one.weight)
  const sex = random.chance(tumour.women) ? 'F' : 'M'
  const team = isBaseline ? drawTeam(random, tumour, 0) : drawTeam(random, tumour)

  const steps = isBaseline ? STEPS.filter((step) => BASELINE_MOMENTS.has(step.moment)) : drawSteps(random)
  const delays = steps.map((step) => random.between(...step.after))
  const length = delays.reduce((sum, delay) => sum + delay, 0)
  const diagnosisDay = today - 1 - length - random.between(0, 900)

  const ageDrawn = drawAge(random, tumour.ages)
  const patient = isBaseline ? BASELINE : identityAt(seed, index, sex, yearOf(diagnosisDay) - ageDrawn)
  const performance = random.weighted([0, 1, 2, 3], (grade) => at([55, 30, 11, 4], grade))

  return {
    index,
    patient,
    tumour,
    extent,
    ...(tumour.paired ? { side: random.chance(0.5) ? 'droit' : 'gauche' } : {}),
    screened: random.chance(tumour.screening),
    diagnosisDay,
    ageAtDiagnosis: ageOn(diagnosisDay, patient.birthDate),
    performance,
    history: drawSome(random, HISTORY),
    problems: drawSome(random, PROBLEMS),
    relative: drawRelative(random),
    team,
    members: membersOf(team),
    documents: planDocuments(random, steps, delays, diagnosisDay, team, index),
  }
}

/** Every course has a biopsy and a meeting; a third document is the programme; the others are drawn. */
function drawSteps(random: Random): readonly Step[] {
  const { count } = random.weighted(DOCUMENT_COUNTS, (one) => one.weight)
  const kept = new Set<Moment>(['biopsy', 'meeting'])
  if (count > 2) kept.add('programme')
  const optional = STEPS.map((step) => step.moment).filter((moment) => !kept.has(moment))
  while (kept.size < count) {
    const [moment] = optional.splice(random.between(0, optional.length - 1), 1)
    if (moment !== undefined) kept.add(moment)
  }
  return STEPS.filter((step) => kept.has(step.moment))
}

function drawAge(random: Random, [youngest, usual, oldest]: Tumour['ages']): number {
  const half = random.chance(0.5)
  const spread = random.fraction() * random.fraction()
  return Math.round(half ? usual - spread * (usual - youngest) : usual + spread * (oldest - usual))
}

function ageOn(day: Day, birthDate: string): number {
  const beforeBirthday = isoDate(day).slice(5) < birthDate.slice(5)
  return yearOf(day) - Number(birthDate.slice(0, 4)) - (beforeBirthday ? 1 : 0)
}

/** None, one or two of a list. */
function drawSome(random: Random, list: readonly string[]): readonly string[] {
  if (random.chance(0.25)) return []
  return [...new Set([random.pick(list), random.pick(list)])]
}

function planDocuments(
  random: Random,
  steps: readonly Step[],
  delays: readonly number[],
  diagnosisDay: Day,
  team: CareTeam,
  index: number,
): PlannedDocument[] {
  const planned = new Map<Moment, PlannedDocument>()
  let day = diagnosisDay
  steps.forEach((step, position) => {
    const previousDay = day
    day += at(delays, position)
    const replaced = step.replaces === undefined ? undefined : planned.get(step.replaces)
    const hospital = step.secondHospital ? team.secondHospital : team.hospital
    planned.set(step.moment, {
      kind: step.kind,
      moment: step.moment,
      id: documentOid(random),
      setId: replaced?.setId ?? documentOid(random),
      version: (replaced?.version ?? 0) + 1,
      ...(replaced ? { replaces: replaced.id } : {}),
      day,
      minutes: random.between(8 * 60, 18 * 60),
      eventDay: replaced?.eventDay ?? Math.max(previousDay, day - 2),
      hospital,
      ipp: { root: hospital.ippRoot, value: ippValue(index, hospital === team.hospital) },
      confidentiality: replaced?.confidentiality ?? (index === 0 ? 'N' : drawConfidentiality(random)),
    })
  })
  return [...planned.values()]
}

function drawConfidentiality(random: Random): 'N' | 'R' | 'V' {
  const drawn = random.fraction()
  if (drawn < 0.015) return 'V'
  return drawn < 0.065 ? 'R' : 'N'
}

/** A patient has one number in each hospital; B0 has the one of the acceptance tests. */
function ippValue(index: number, inFirstHospital: boolean): string {
  if (index === 0) return 'IPP-0001'
  return `IPP-${String(index + (inFirstHospital ? 1_000_000 : 5_000_000))}`
}
