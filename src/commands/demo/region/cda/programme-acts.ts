/** The acts of a care programme: what they are, how they are told and how they are coded. */
import { type Day, frenchDate } from '../calendar.ts'
import type { Professional } from '../professionals.ts'
import { TREATMENTS } from '../treatments.ts'
import { pastTreatments, proposedTreatments } from '../wording.ts'
import { asip, type Coded, ncit, snomed } from './codes.ts'
import { booleanValue, coded, NOT_APPLICABLE_VALUE, narrativeValue, noTime, period } from './datatypes.ts'
import { observation, procedure, related } from './entries.ts'
import type { Line } from './narrative.ts'
import { brieflyAssigned } from './people.ts'
import type { Writing } from './writing.ts'
import { element, fragment, NOTHING, type Xml } from './xml.ts'

/** One act of the programme: its kind, what it is, when and how. */
export interface Act {
  readonly kind: Coded
  readonly what: Coded
  readonly anchor: string
  readonly detail: string
  readonly done: boolean
  readonly from: Day
  readonly to: Day
  readonly rhythm?: { readonly words: string; readonly repeated: boolean }
  readonly sideEffects?: string
}

const TREATMENT = asip('MED-568', 'Traitement')
const PREVENTION = asip('MED-569', 'Action de prévention et de gestion médicamenteuse des effets secondaires')
const FOLLOW_UP = asip('MED-571', 'Suivi')
export const SUPPORT = asip('MED-572', 'Soin oncologique de support')
export const SOCIAL = asip('MED-573', 'Accompagnement social ou socioprofessionnel')

/** The treatments given and proposed, the prevention of their effects, and the follow-up. */
export function programmeActs({ course, planned }: Writing): Act[] {
  const past = pastTreatments(course, planned).map(({ kind, from, to }, position): Act => {
    const treatment = TREATMENTS[kind]
    return {
      kind: TREATMENT,
      what: treatment.inProgramme,
      anchor: `traitement-realise-${position + 1}`,
      detail: treatment.proposal,
      done: true,
      from,
      to,
    }
  })
  let start = planned.day + 10
  const proposed = proposedTreatments(course, planned).map((kind, position): Act => {
    const treatment = TREATMENTS[kind]
    const from = start
    start += treatment.days + 14
    return {
      kind: TREATMENT,
      what: treatment.inProgramme,
      anchor: `traitement-propose-${position + 1}`,
      detail: treatment.proposal,
      done: false,
      from,
      to: from + treatment.days,
      rhythm: { words: treatment.rhythm, repeated: treatment.repeated },
      sideEffects: treatment.sideEffects,
    }
  })
  const withChemotherapy = proposedTreatments(course, planned).includes('chemotherapy')
  const prevention: Act[] = withChemotherapy
    ? [
        {
          kind: PREVENTION,
          what: ncit('C20427', 'facteur de croissance hématopoïétique'),
          anchor: 'prevention',
          detail: 'Injection sous-cutanée le lendemain de chaque cure',
          done: false,
          from: planned.day + 10,
          to: planned.day + 136,
          rhythm: { words: 'À chaque cure', repeated: true },
        },
      ]
    : []
  const followUp: Act[] = [
    { what: snomed('11429006', 'consultation'), anchor: 'suivi-consultation', detail: "Consultation d'oncologie" },
    {
      what: asip('MED-091', 'Examen de biologie'),
      anchor: 'suivi-biologie',
      detail: 'Bilan sanguin avant chaque venue',
    },
    { what: asip('MED-092', "Examen d'imagerie médicale"), anchor: 'suivi-imagerie', detail: 'Imagerie de contrôle' },
  ].map((one) => ({ ...one, kind: FOLLOW_UP, done: false, from: planned.day + 30, to: planned.day + 120 }))
  return [...past, ...proposed, ...prevention, ...followUp]
}

/** An act to come, in the words of a table. */
export function act(kind: Coded, care: { coded: Coded; detail: string }, anchor: string, from: Day, to: Day): Act {
  return { kind, what: care.coded, anchor, detail: care.detail, done: false, from, to }
}

/** What the narrative says of an act. */
export function linesOf(one: Act): Line[] {
  const lines: Line[] = [
    { label: `${one.kind.display} : ${one.what.display}`, value: one.detail, anchor: one.anchor },
    {
      label: one.done ? 'Réalisé' : 'Dates prévisionnelles',
      value: `du ${frenchDate(one.from)} au ${frenchDate(one.to)}`,
      anchor: `${one.anchor}-dates`,
    },
  ]
  if (one.rhythm) lines.push({ label: 'Rythme', value: one.rhythm.words, anchor: `${one.anchor}-rythme` })
  if (one.sideEffects) {
    lines.push({ label: 'Effets secondaires possibles', value: one.sideEffects, anchor: `${one.anchor}-effets` })
  }
  return lines
}

/**
 * A `procedure` whose code says the kind of act and whose qualifier says which (documents-fr.md 5.3); what is planned
 * comes with its dates, and a treatment with who answers for it, its rhythm and its side effects.
 */
export function actEntry({ course, nextId }: Writing, one: Act): Xml {
  const said = (about: Coded, anchor: string, time: Xml, value: Xml): Xml =>
    related('COMP', observation(nextId, { code: about, anchor, time, value }))
  const { anchor, rhythm, sideEffects } = one
  return procedure(nextId, {
    planned: !one.done,
    code: coded('code', one.kind, {}, element('qualifier', {}, coded('value', one.what))),
    anchor,
    active: false,
    from: one.from,
    to: one.to,
    more: fragment([
      one.kind === TREATMENT ? performer(course.team.coordinator) : NOTHING,
      one.done ? NOTHING : said(PLANNED_DATES, `${anchor}-dates`, period(one.from, one.to), NOT_APPLICABLE_VALUE),
      rhythm ? said(RHYTHM, `${anchor}-rythme`, noTime('NA'), booleanValue(rhythm.repeated)) : NOTHING,
      sideEffects ? said(SIDE_EFFECTS, `${anchor}-effets`, noTime('NA'), narrativeValue(`${anchor}-effets`)) : NOTHING,
    ]),
  })
}

function performer(professional: Professional): Xml {
  return element('performer', { typeCode: 'PRF' }, element('assignedEntity', {}, brieflyAssigned(professional)))
}

const PLANNED_DATES = asip('GEN-177', 'Date(s) prévisionnelle(s)')
const RHYTHM = asip('ORG-004', 'Rythme')
const SIDE_EFFECTS = asip('MED-565', 'Effets secondaires')
