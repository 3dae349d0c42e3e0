/** Sections of a meeting sheet about the case: why it is presented, the results, what was done. */
import { frenchDate } from '../calendar.ts'
import { TREATMENTS } from '../treatments.ts'
import { pastTreatments, questionOf } from '../wording.ts'
import { asip, type Coded, loinc } from './codes.ts'
import {
  booleanValue,
  code,
  codedValue,
  NOT_APPLICABLE_VALUE,
  narrativeValue,
  noTime,
  period,
  title,
} from './datatypes.ts'
import { entry, observation, problem, procedure, related, remark, section } from './entries.ts'
import { narrative, paragraph, table, yesOrNo } from './narrative.ts'
import { brieflyAssigned, displayName } from './people.ts'
import type { Writing } from './writing.ts'
import { element, fragment, type Xml } from './xml.ts'

/** Kind of meeting and motive (42349-1). */
export function reasonSection({ course, planned, nextId }: Writing): Xml {
  const { tumour } = course
  const flag = (about: Coded, anchor: string, value: boolean): Xml =>
    related('REFR', observation(nextId, { code: about, anchor, time: NO_TIME, value: booleanValue(value) }))
  const discussed = planned.moment !== 'secondMeeting'
  const caseStatus = discussed ? asip('ORG-134', 'Cas discuté') : asip('ORG-128', 'Cas enregistré')
  const diagnosticAdvice = planned.moment === 'meeting'

  const apparatus = observation(nextId, {
    code: asip('ORG-118', 'Appareil concerné'),
    anchor: 'appareil',
    time: NO_TIME,
    value: codedValue(tumour.apparatus),
    more: fragment([
      related(
        'REFR',
        observation(nextId, {
          code: asip('ORG-119', 'Organe'),
          anchor: 'organe',
          time: NO_TIME,
          value: codedValue(tumour.organ),
        }),
      ),
      flag(asip('ORG-184', 'RCP de recours'), 'rcp-recours', false),
      flag(asip('ORG-185', 'RCP pédiatrique'), 'rcp-pediatrique', false),
    ]),
  })
  const motive = observation(nextId, {
    code: asip('ORG-186', 'Motif de la RCP'),
    anchor: 'motif',
    time: NO_TIME,
    value: NOT_APPLICABLE_VALUE,
    more: fragment([
      flag(asip('MED-235', 'Avis diagnostique'), 'avis-diagnostique', diagnosticAdvice),
      flag(
        asip('ORG-114', 'Proposition de traitement (dont ajustement et surveillance)'),
        'proposition-therapeutique',
        true,
      ),
      flag(asip('ORG-115', 'Recours'), 'recours', false),
      flag(asip('ORG-116', 'Pédiatrie'), 'pediatrie', false),
      related(
        'REFR',
        observation(nextId, {
          code: asip('ORG-127', 'Statut du cas présenté'),
          anchor: 'statut-cas',
          time: noTime('NA'),
          value: codedValue(caseStatus),
        }),
      ),
    ]),
  })
  return section(nextId, {
    templates: ['1.3.6.1.4.1.19376.1.5.3.1.3.1', '1.3.6.1.4.1.19376.1.5.3.1.3.2', '1.2.250.1.213.1.1.2.128'],
    code: loinc('42349-1', 'Raison de la recommandation'),
    title: title('TYPE ET MOTIF DE LA RCP'),
    text: narrative(
      table('Type de RCP', [
        { label: 'Nature de la discussion', value: NATURE.display, anchor: 'nature' },
        { label: 'Appareil', value: tumour.apparatus.display, anchor: 'appareil' },
        { label: 'Organe', value: tumour.organ.display, anchor: 'organe' },
        { label: 'RCP de recours', value: 'Non', anchor: 'rcp-recours' },
        { label: 'RCP pédiatrique', value: 'Non', anchor: 'rcp-pediatrique' },
      ]),
      table('Motif de la RCP', [
        { label: 'Raison', value: questionOf(planned), anchor: 'motif' },
        { label: 'Avis diagnostique', value: yesOrNo(diagnosticAdvice), anchor: 'avis-diagnostique' },
        { label: 'Proposition de traitement', value: 'Oui', anchor: 'proposition-therapeutique' },
        { label: 'Recours', value: 'Non', anchor: 'recours' },
        { label: 'Pédiatrie', value: 'Non', anchor: 'pediatrie' },
        { label: 'Statut du cas présenté', value: caseStatus.display, anchor: 'statut-cas' },
      ]),
    ),
    entries: [
      entry(
        observation(nextId, {
          code: asip('GEN-098', 'Nature de la discussion'),
          anchor: 'nature',
          time: NO_TIME,
          value: codedValue(NATURE),
          more: fragment([related('SUBJ', apparatus), related('SUBJ', motive)]),
        }),
      ),
      entry(problem(nextId, 'motif', planned.eventDay)),
    ],
  })
}

/** Results (30954-2): imaging in plain words. */
export function resultsSection({ course, nextId }: Writing): Xml {
  return section(nextId, {
    templates: ['1.3.6.1.4.1.19376.1.5.3.1.3.27', '1.2.250.1.213.1.1.2.150'],
    code: loinc('30954-2', "Résultats d'examens"),
    title: title("RÉSULTATS D'EXAMENS"),
    text: narrative(
      table('Examens utiles à la décision', [
        { label: `Imagerie du ${frenchDate(course.diagnosisDay)}`, value: course.tumour.imaging, anchor: 'imagerie' },
        { label: 'Lecture', value: displayName(course.team.radiologist), anchor: 'imagerie-lecteur' },
      ]),
    ),
  })
}

/** Treatments already given (29554-3). */
export function pastTreatmentsSection({ course, planned, nextId }: Writing): Xml {
  const treatments = pastTreatments(course, planned)
  return section(nextId, {
    templates: ['1.3.6.1.4.1.19376.1.5.3.1.1.13.2.11', '1.2.250.1.213.1.1.2.118'],
    code: loinc('29554-3', 'Actes'),
    title: title('TRAITEMENTS PASSÉS OU EN COURS'),
    text: narrative(
      treatments.length === 0
        ? paragraph('Aucun traitement spécifique à ce jour.')
        : table(
            'Traitements reçus',
            treatments.map((treatment, position) => ({
              label: TREATMENTS[treatment.kind].inSheet.display,
              value: `${TREATMENTS[treatment.kind].rhythm}, du ${frenchDate(treatment.from)} au ${frenchDate(treatment.to)}`,
              anchor: `traitement-recu-${position + 1}`,
            })),
          ),
    ),
    entries: treatments.map((treatment, position) =>
      entry(
        procedure(nextId, {
          planned: false,
          code: code(TREATMENTS[treatment.kind].inSheet),
          anchor: `traitement-recu-${position + 1}`,
          active: false,
          from: treatment.from,
          to: treatment.to,
          more: remark(`traitement-recu-${position + 1}`),
        }),
      ),
    ),
  })
}

/** What the pathologist concluded (30954-2 with its own template) and, when one was done, the molecular result. */
export function laboratorySections(writing: Writing): Xml {
  const { course } = writing
  const { tumour } = course
  const pathology = conclusion(writing, {
    template: '1.2.250.1.213.1.1.2.34',
    about: loinc('30954-2', "Résultats d'examens"),
    heading: 'COMPTE RENDU ANATOMOPATHOLOGIQUE (CR-ACP)',
    words: `${tumour.morphology.display}. ${tumour.microscopy}. ${tumour.markers}.`,
    anchor: 'conclusion-acp',
  })
  if (tumour.molecular === undefined) return pathology
  const molecular = conclusion(writing, {
    template: '1.2.250.1.213.1.1.2.67',
    about: loinc('50397-9', 'Génétique moléculaire - Interprétation'),
    heading: 'COMPTE RENDU DE GÉNÉTIQUE MOLÉCULAIRE (CR-GM)',
    words: tumour.molecular,
    anchor: 'conclusion-gm',
  })
  return fragment([pathology, molecular])
}

function conclusion(
  { course, nextId }: Writing,
  about: { template: string; about: Coded; heading: string; words: string; anchor: string },
): Xml {
  const { pathologist } = course.team
  const day = course.diagnosisDay + 3
  return section(nextId, {
    templates: [about.template],
    code: about.about,
    title: title(about.heading),
    text: narrative(
      table(about.heading, [
        { label: 'Responsable', value: displayName(pathologist), anchor: `${about.anchor}-auteur` },
        { label: 'Conclusion', value: about.words, anchor: about.anchor },
      ]),
    ),
    entries: [
      entry(
        observation(nextId, {
          code: loinc('22637-3', 'Conclusion - Diagnostic'),
          anchor: about.anchor,
          time: period(day, day),
          value: narrativeValue(about.anchor),
          more: element('performer', {}, element('assignedEntity', {}, brieflyAssigned(pathologist))),
        }),
      ),
    ],
  })
}

const NATURE = asip('ORG-117', 'RCP Appareil - Organes')
const NO_TIME = noTime('NAV')
