/** Sections of a care programme: treatments and follow-up, supportive care, documents referred to. */
import { type Day, frenchDate, hl7Date } from '../calendar.ts'
import type { PlannedDocument } from '../course.ts'
import type { Professional } from '../professionals.ts'
import { SOCIAL_SUPPORT, SUPPORTIVE_CARE, TREATMENTS } from '../treatments.ts'
import { pastTreatments, proposedTreatments } from '../wording.ts'
import { asip, type Coded, loinc, ncit, snomed } from './codes.ts'
import {
  booleanValue,
  coded,
  codedValue,
  id,
  NOT_APPLICABLE_VALUE,
  narrativeValue,
  noTime,
  onDay,
  period,
  templates,
  textReference,
  title,
} from './datatypes.ts'
import { entry, observation, procedure, related, section } from './entries.ts'
import { type Line, narrative, table } from './narrative.ts'
import { brieflyAssigned } from './people.ts'
import type { Writing } from './writing.ts'
import { element, fragment, NOTHING, type Xml } from './xml.ts'

/** One act of the programme: its kind, what it is, when and how. */
interface Act {
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
const SUPPORT = asip('MED-572', 'Soin oncologique de support')
const SOCIAL = asip('MED-573', 'Accompagnement social ou socioprofessionnel')

/** Treatments and follow-up (18776-5, first occurrence). */
export function programmeSection(writing: Writing): Xml {
  const { planned, nextId } = writing
  const acts = programmeActs(writing)
  return section(nextId, {
    templates: CARE_PLAN_TEMPLATES,
    code: CARE_PLAN,
    translation: asip('MED-566', 'Programme thérapeutique et de suivi'),
    title: title('PROGRAMME THÉRAPEUTIQUE ET DE SUIVI'),
    text: narrative(
      table('Traitements et suivi', [
        ...acts.flatMap(linesOf),
        { label: 'Arrêt de tous les traitements actifs', value: 'Non', anchor: 'arret-traitements' },
      ]),
    ),
    entries: [
      ...acts.map((act) => entry(actEntry(writing, act))),
      entry(
        observation(nextId, {
          code: asip('MED-052', 'Arrêt de tous les traitements actifs'),
          anchor: 'arret-traitements',
          time: onDay(planned.day),
          value: booleanValue(false),
        }),
      ),
    ],
  })
}

/** Supportive care and social support (18776-5, second occurrence). */
export function supportSection(writing: Writing): Xml {
  const { course, planned, nextId } = writing
  const from = planned.day + 7
  const to = from + 180
  const offered = SUPPORTIVE_CARE.filter((_, position) => (course.index + position) % 3 !== 0)
  const social = SOCIAL_SUPPORT.filter((_, position) => (course.ageAtDiagnosis < 64 ? position === 1 : position === 0))
  const acts: Act[] = [
    ...offered.map((care, position) => act(SUPPORT, care, `soin-support-${position + 1}`, from, to)),
    ...social.map((help, position) => act(SOCIAL, help, `accompagnement-${position + 1}`, from, to)),
  ]
  return section(nextId, {
    templates: CARE_PLAN_TEMPLATES,
    code: CARE_PLAN,
    translation: asip('MED-567', 'Soins oncologiques de support, accompagnement social et socioprofessionnel'),
    title: title('SOINS ONCOLOGIQUES DE SUPPORT, ACCOMPAGNEMENT SOCIAL'),
    text: narrative(table('Soins de support et accompagnement', acts.flatMap(linesOf))),
    entries: acts.map((one) => entry(actEntry(writing, one))),
  })
}

/** The documents of the course that the programme rests on (55107-7). */
export function referencedDocumentsSection({ course, planned, nextId }: Writing): Xml {
  const earlier = course.documents.slice(0, course.documents.indexOf(planned))
  return section(nextId, {
    templates: ['1.2.250.1.213.1.1.2.55'],
    code: loinc('55107-7', 'Documents référencés'),
    title: title('DOCUMENTS RÉFÉRENCÉS'),
    text: narrative(
      table(
        'Documents référencés',
        earlier.map((document, position) => ({
          label: DOCUMENT_NAMES[document.kind],
          value: `du ${frenchDate(document.day)}, version ${document.version}`,
          anchor: `document-${position + 1}`,
        })),
      ),
    ),
    entries: [
      entry(
        element(
          'act',
          { classCode: 'ACT', moodCode: 'EVN' },
          templates('1.3.6.1.4.1.19376.1.5.3.1.4.4', '1.2.250.1.213.1.1.3.35'),
          id(nextId()),
          element('code', { nullFlavor: 'NA' }),
          textReference('document-1'),
          fragment(
            earlier.map((document, position) =>
              element(
                'reference',
                { typeCode: 'REFR' },
                element(
                  'externalDocument',
                  { classCode: 'DOC', moodCode: 'EVN' },
                  id(document.id),
                  textReference(`document-${position + 1}`),
                ),
              ),
            ),
          ),
        ),
      ),
    ],
  })
}

/** Lines and entries that a programme adds to the state of the document: reason of update, dates. */
export function programmeStatus({ course, planned, nextId }: Writing): { lines: Line[]; entries: Xml[] } {
  const handedDay = planned.day
  const meeting = course.documents.findLast((one) => one.kind === 'FRCP' && one.day <= planned.day)
  const meetingDay = meeting?.eventDay ?? planned.eventDay
  const reason = asip('MED-560', 'Réajustement du programme thérapeutique et de suivi')
  const dated = (about: Coded, anchor: string, day: Day): Xml =>
    entry(
      observation(nextId, {
        code: about,
        anchor,
        time: onDay(day),
        value: element('value', { 'xsi:type': 'EIVL_TS', value: hl7Date(day) }),
      }),
    )
  const revised = planned.replaces !== undefined
  return {
    lines: [
      ...(revised ? [{ label: 'Motif de mise à jour', value: reason.display, anchor: 'motif-maj' }] : []),
      { label: 'Date de la RCP', value: frenchDate(meetingDay), anchor: 'date-rcp' },
      { label: 'Remis au patient le', value: frenchDate(handedDay), anchor: 'remis-patient' },
    ],
    entries: [
      ...(revised
        ? [
            entry(
              observation(nextId, {
                code: asip('GEN-037', 'Motif de mise à jour'),
                anchor: 'motif-maj',
                time: onDay(planned.day),
                value: codedValue(reason),
              }),
            ),
          ]
        : []),
      dated(asip('ORG-189', 'Date de la RCP'), 'date-rcp', meetingDay),
      dated(asip('GEN-178', 'Date de remise du document au patient'), 'remis-patient', handedDay),
    ],
  }
}

function programmeActs({ course, planned }: Writing): Act[] {
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

function act(kind: Coded, care: { coded: Coded; detail: string }, anchor: string, from: Day, to: Day): Act {
  return { kind, what: care.coded, anchor, detail: care.detail, done: false, from, to }
}

function linesOf(one: Act): Line[] {
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
function actEntry({ course, nextId }: Writing, one: Act): Xml {
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
const CARE_PLAN = loinc('18776-5', 'Plan de soins')
const CARE_PLAN_TEMPLATES = [
  '2.16.840.1.113883.10.20.1.10',
  '1.3.6.1.4.1.19376.1.5.3.1.3.36',
  '1.2.250.1.213.1.1.2.158',
]

const DOCUMENT_NAMES: Readonly<Record<PlannedDocument['kind'], string>> = {
  FRCP: 'Fiche de réunion de concertation pluridisciplinaire',
  PPS: 'Programme personnalisé de soins',
  CRACP: "Compte rendu d'anatomie et de cytologie pathologiques",
}
