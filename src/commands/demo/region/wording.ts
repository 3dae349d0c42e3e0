/** French sentences of the documents, made from the course of a patient. */
import { type Day, frenchDate } from './calendar.ts'
import type { Course, PlannedDocument } from './course.ts'
import { TREATMENTS, type TreatmentKind } from './treatments.ts'

/** What the documents say of themselves, so that nobody takes them for real ones. */
export const FICTION_NOTICE =
  'DOCUMENT FICTIF : patient, professionnels, établissements et faits inventés, sans valeur médicale.'

/** "T2 N0 M0, stade IIA", or the stage alone for tumours without TNM. */
export function stageOf(course: Course): string {
  const { tnm, stage } = course.extent
  return tnm ? `${tnm.t} ${tnm.n} ${tnm.m}, stade ${stage}` : `${stage} (${course.tumour.otherClassification?.name})`
}

/** The topography with its side. */
export function siteOf(course: Course): string {
  const { display } = course.tumour.topography
  return course.side === undefined ? display : `${display}, côté ${course.side}`
}

/** How the disease showed itself: nothing, when screening found it. */
export function circumstanceOf(course: Course): string {
  return course.screened ? 'anomalie découverte par le dépistage, sans symptôme' : course.tumour.circumstance
}

/** The question that the requester asks the meeting. */
export function questionOf(planned: PlannedDocument): string {
  return QUESTIONS[
    planned.moment === 'secondMeeting' || planned.moment === 'relapseMeeting' ? planned.moment : 'meeting'
  ]
}

const QUESTIONS = {
  meeting: 'Quelle prise en charge initiale proposer ?',
  secondMeeting: "Au vu des résultats et de l'évolution, quelle suite donner au programme ?",
  relapseMeeting: 'Devant la rechute, quel traitement de deuxième ligne proposer ?',
} as const

/** The case as it is presented to the meeting. */
export function synthesisOf(course: Course, planned: PlannedDocument): string {
  const { patient, tumour } = course
  const person = patient.sex === 'F' ? 'Patiente' : 'Patient'
  const relapse =
    planned.moment === 'relapseMeeting' ? ' Rechute documentée après une période de rémission complète.' : ''
  return (
    `${person} de ${course.ageAtDiagnosis} ans au diagnostic, performance OMS ${course.performance}. ` +
    `Mode de révélation : ${circumstanceOf(course)}. ${tumour.imaging}. ` +
    `Histologie : ${tumour.morphology.display.toLowerCase()} (${tumour.markers}). ` +
    `Bilan d'extension : ${stageOf(course)}.${relapse}`
  )
}

/** The treatments proposed at this moment of the disease. */
export function proposedTreatments(course: Course, planned: PlannedDocument): readonly TreatmentKind[] {
  const { plan } = course.extent
  if (planned.moment === 'relapseMeeting') return ['chemotherapy', 'targeted']
  return isAfterFirstTreatment(course, planned) && plan.length > 1 ? plan.slice(1) : plan
}

/** A treatment already given, with its days. */
export interface GivenTreatment {
  readonly kind: TreatmentKind
  readonly from: Day
  readonly to: Day
}

/** The treatments already given at this moment of the disease, one after the other since the diagnosis. */
export function pastTreatments(course: Course, planned: PlannedDocument): readonly GivenTreatment[] {
  const { plan } = course.extent
  const first = isAfterFirstTreatment(course, planned) ? plan.slice(0, 1) : []
  const kinds = planned.moment === 'relapseMeeting' ? plan : first
  const start = course.diagnosisDay + 20
  const share = Math.floor((planned.day - 3 - start) / kinds.length)
  return kinds.map((kind, position) => {
    const from = start + position * share
    return { kind, from, to: from + Math.min(TREATMENTS[kind].days, share) }
  })
}

function isAfterFirstTreatment(course: Course, planned: PlannedDocument): boolean {
  if (planned.moment === 'secondMeeting') return true
  return planned.moment === 'programmeRevised' && course.documents.some((one) => one.moment === 'secondMeeting')
}

/** What the pathologist received: a biopsy first, then what was removed, or a biopsy of control. */
export function specimenOf(course: Course, planned: PlannedDocument): string {
  const [biopsy, removed] = course.tumour.specimens
  if (planned.moment === 'biopsy') return biopsy
  const operated = course.extent.plan.includes('surgery') || course.tumour.specialist === 'haematology'
  return operated ? removed : `Contrôle après traitement : ${biopsy.toLowerCase()}`
}

/** The proposal of the meeting in one sentence. */
export function proposalOf(course: Course, planned: PlannedDocument): string {
  const [first, ...others] = proposedTreatments(course, planned).map((kind) => TREATMENTS[kind].inSheet.display)
  const following = others.length === 0 ? '' : `, puis ${others.join(', puis ')}`
  return `${capitalised(first ?? 'surveillance')}${following}. Consultation d'annonce à programmer.`
}

/** What changed since the version replaced. */
export function revisionOf(planned: PlannedDocument): string | undefined {
  if (planned.replaces === undefined) return undefined
  return planned.kind === 'PPS'
    ? 'Programme réajusté après la nouvelle réunion de concertation : remplace la version précédente.'
    : 'Correction du compte rendu après relecture par le coordonnateur : remplace la version précédente.'
}

/** "BELCOMBE, le 12/03/2026". */
export function writtenAt(planned: PlannedDocument): string {
  return `${planned.hospital.city}, le ${frenchDate(planned.day)}`
}

/** The name of the meeting with its network and its organiser, as in the title of a sheet. */
export function meetingName(course: Course, network: string): string {
  return `${network} / ${course.team.hospital.coordinationCentre.name} / ${course.tumour.meeting}`
}

function capitalised(value: string): string {
  return value.charAt(0).toUpperCase() + value.slice(1)
}
