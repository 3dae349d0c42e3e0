/** Sections of a care programme: treatments and follow-up, supportive care, documents referred to. */
import { type Day, frenchDate, hl7Date } from '../calendar.ts'
import type { PlannedDocument } from '../course.ts'
import { SOCIAL_SUPPORT, SUPPORTIVE_CARE } from '../treatments.ts'
import { asip, type Coded, loinc } from './codes.ts'
import { booleanValue, codedValue, id, onDay, templates, textReference, title } from './datatypes.ts'
import { entry, observation, section } from './entries.ts'
import { type Line, narrative, table } from './narrative.ts'
import { type Act, act, actEntry, linesOf, programmeActs, SOCIAL, SUPPORT } from './programme-acts.ts'
import type { Writing } from './writing.ts'
import { element, fragment, type Xml } from './xml.ts'

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
