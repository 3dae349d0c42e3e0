/** Sections of a meeting sheet about the advice: question, state of the case, plan, frame. */
import { TREATMENTS } from '../treatments.ts'
import { proposalOf, proposedTreatments, questionOf, synthesisOf } from '../wording.ts'
import { asip, loinc } from './codes.ts'
import {
  booleanValue,
  code,
  coded,
  codedValue,
  id,
  narrativeValue,
  noTime,
  onDay,
  originalText,
  period,
  templates,
  textReference,
  title,
} from './datatypes.ts'
import { comment, entry, observation, procedure, section } from './entries.ts'
import { narrative, paragraph, table } from './narrative.ts'
import type { Writing } from './writing.ts'
import { element, text, type Xml } from './xml.ts'

/** The case in plain words and the question asked (10164-2). */
export function synthesisSection({ course, planned, nextId }: Writing): Xml {
  return section(nextId, {
    templates: ['1.3.6.1.4.1.19376.1.5.3.1.3.4', '1.2.250.1.213.1.1.2.130'],
    code: loinc('10164-2', 'Histoire de la maladie'),
    title: title('SYNTHÈSE DU CAS ET QUESTION POSÉE'),
    text: narrative(
      paragraph(synthesisOf(course, planned), 'synthese'),
      paragraph(`Question posée : ${questionOf(planned)}`, 'question'),
    ),
  })
}

/** Whether the case was complete and the quorum reached (21874-3). */
export function caseStatusSection({ nextId }: Writing): Xml {
  const quorum = asip('ORG-126', 'Quorum atteint')
  const component = (content: Xml): Xml => element('component', {}, content)
  return section(nextId, {
    templates: ['1.2.250.1.213.1.1.2.33'],
    code: loinc('21874-3', 'Statut du dossier présenté en RCP'),
    title: title('PROPOSITION DE LA RCP'),
    text: narrative(
      table('Dossier', [
        { label: 'Dossier complet', value: 'Oui', anchor: 'dossier-complet' },
        { label: 'Quorum', value: quorum.display, anchor: 'quorum' },
      ]),
    ),
    entries: [
      entry(
        element(
          'organizer',
          { classCode: 'CLUSTER', moodCode: 'EVN' },
          templates('1.2.250.1.213.1.1.3.7'),
          code(asip('GEN-099', 'Information RCP')),
          element('statusCode', { code: 'completed' }),
          component(
            observation(nextId, {
              code: asip('GEN-100', 'Dossier complet'),
              anchor: 'dossier-complet',
              time: noTime('NA'),
              value: booleanValue(true),
            }),
          ),
          component(
            observation(nextId, {
              code: asip('ORG-125', 'Quorum RCP'),
              anchor: 'quorum',
              time: noTime('NA'),
              value: codedValue(quorum),
            }),
          ),
        ),
      ),
    ],
  })
}

/** What the meeting proposes (18776-5): an examination, then the treatments in order. */
export function planSection({ course, planned, nextId }: Writing): Xml {
  const treatments = proposedTreatments(course, planned).map((kind) => TREATMENTS[kind])
  const examination = element(
    'observation',
    { classCode: 'OBS', moodCode: 'PRP' },
    EXAMINATION_TEMPLATES,
    id(nextId()),
    code(asip('ORG-064', "Demande d'examen ou de suivi")),
    textReference('demande-examen'),
    element('statusCode', { code: 'active' }),
    period(planned.eventDay, planned.eventDay + 21),
  )
  let start = planned.eventDay + 14
  const procedures = treatments.map((treatment, position) => {
    const from = start
    start += treatment.days + 14
    const anchor = `traitement-propose-${position + 1}`
    return procedure(nextId, {
      planned: true,
      code: coded('code', treatment.inSheet, {}, originalText(anchor)),
      anchor,
      active: true,
      from,
      to: from + treatment.days,
      more: element('priorityCode', {}, element('originalText', {}, text(String(position + 1)))),
    })
  })
  return section(nextId, {
    templates: ['2.16.840.1.113883.10.20.1.10', '1.3.6.1.4.1.19376.1.5.3.1.3.36', '1.2.250.1.213.1.1.2.158'],
    code: loinc('18776-5', 'Plan de soins'),
    title: title('PLAN DE SOINS'),
    text: narrative(
      table('Proposition', [
        {
          label: "Demande d'examen ou de suivi",
          value: "Bilan pré-thérapeutique et consultation d'annonce",
          anchor: 'demande-examen',
        },
        ...treatments.map((treatment, position) => ({
          label: `${position + 1}. ${treatment.inSheet.display}`,
          value: treatment.proposal,
          anchor: `traitement-propose-${position + 1}`,
        })),
        { label: 'Conclusion', value: proposalOf(course, planned), anchor: 'commentaire-proposition' },
      ]),
    ),
    entries: [examination, ...procedures, comment('commentaire-proposition')].map(entry),
  })
}

/** The frame of the proposal (35510-7): guideline followed, trial proposed. */
export function frameSection({ course, planned, nextId }: Writing): Xml {
  const trial = course.index % 9 === 4
  const trialWords = trial ? "Oui : essai fictif FICTI-ONCO, dossier transmis à l'équipe de recherche" : 'Non'
  return section(nextId, {
    templates: ['1.2.250.1.213.1.1.2.175'],
    code: loinc('35510-7', 'Essais cliniques - Informations générales'),
    title: title('CADRE DE LA PROPOSITION THÉRAPEUTIQUE'),
    text: narrative(
      table('Cadre', [
        { label: 'Référentiel de pratique clinique', value: course.tumour.guideline, anchor: 'referentiel' },
        { label: "Proposition d'inclusion dans un essai clinique", value: trialWords, anchor: 'essai' },
      ]),
    ),
    entries: [
      entry(
        observation(nextId, {
          code: asip('MED-249', 'Recommandation/référentiel de pratique clinique'),
          anchor: 'referentiel',
          time: onDay(planned.eventDay),
          value: narrativeValue('referentiel'),
        }),
      ),
      entry(
        observation(nextId, {
          code: asip('MED-250', "Proposition d'inclusion dans un essai clinique"),
          anchor: 'essai',
          time: noTime('NA'),
          value: booleanValue(trial),
        }),
      ),
    ],
  })
}

const EXAMINATION_TEMPLATES = templates(
  '2.16.840.1.113883.10.20.1.25',
  '1.3.6.1.4.1.19376.1.5.3.1.1.20.3.1',
  '1.2.250.1.213.1.1.3.27',
)
