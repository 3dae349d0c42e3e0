import { asip, type Coded, loinc } from './codes.ts'
import { code, coded, codedValue, id, noTime, onDay, templates, textReference, title } from './datatypes.ts'
import { entry, section } from './entries.ts'
import { narrative, paragraph, table } from './narrative.ts'
import type { Writing } from './writing.ts'
import { element, fragment, type Xml } from './xml.ts'

/** Past history (11348-0) and active conditions (11450-4), in plain words. */
export function backgroundSections({ course, nextId }: Writing): Xml {
  const inWords = (root: string, about: Coded, heading: string, words: readonly string[], prefix: string): Xml =>
    section(nextId, {
      templates: [root],
      code: about,
      title: title(heading),
      text: narrative(
        table(
          heading,
          (words.length === 0 ? ['Rien à signaler'] : words).map((word, position) => ({
            label: String(position + 1),
            value: word,
            anchor: `${prefix}-${position + 1}`,
          })),
        ),
      ),
    })
  return fragment([
    inWords(
      '1.2.250.1.213.1.1.2.2',
      loinc('11348-0', 'Antécédents médicaux'),
      'CLINIQUE : ANTÉCÉDENTS',
      course.history,
      'antecedent',
    ),
    inWords(
      '1.2.250.1.213.1.1.2.176',
      loinc('11450-4', 'Liste des problèmes actifs'),
      'COMORBIDITÉS',
      course.problems,
      'comorbidite',
    ),
  ])
}

/** Functional status (47420-5): pain and performance status of the WHO. */
export function functionalStatusSection({ course, planned, nextId }: Writing): Xml {
  const grade = PERFORMANCE[course.performance] ?? PERFORMANCE[0]
  const pain = element(
    'observation',
    { classCode: 'OBS', moodCode: 'EVN' },
    templates('1.3.6.1.4.1.19376.1.5.3.1.4.13', '1.3.6.1.4.1.19376.1.5.3.1.1.12.3.1', '1.2.250.1.213.1.1.3.89'),
    id(nextId()),
    code(loinc('38208-5', 'Sévérité de la douleur')),
    textReference('douleur'),
    element('statusCode', { code: 'completed' }),
    noTime('UNK'),
    element('value', { 'xsi:type': 'CO', nullFlavor: 'UNK' }),
  )
  const performance = element(
    'observation',
    { classCode: 'OBS', moodCode: 'EVN', negationInd: false },
    templates(
      '1.3.6.1.4.1.19376.1.5.3.1.4.13',
      '2.16.840.1.113883.10.20.1.31',
      '1.3.6.1.4.1.19376.1.5.3.1.1.12.3.6',
      '1.2.250.1.213.1.1.3.25',
    ),
    id(nextId()),
    code(asip('MED-239', 'Echelle de performance OMS')),
    textReference('performance'),
    element('statusCode', { code: 'completed' }),
    onDay(planned.eventDay),
    codedValue(grade.coded),
    coded('interpretationCode', grade.meaning),
  )
  return section(nextId, {
    templates: [
      '2.16.840.1.113883.10.20.1.5',
      '1.3.6.1.4.1.19376.1.5.3.1.3.17',
      '1.3.6.1.4.1.19376.1.5.3.1.1.12.2.1',
      '1.2.250.1.213.1.1.2.111',
    ],
    code: loinc('47420-5', 'Évaluation du statut fonctionnel'),
    title: title('ÉVALUATION DU STATUT FONCTIONNEL'),
    text: narrative(paragraph('Évaluation au moment de la présentation du cas.')),
    subsections: [
      section(nextId, {
        templates: ['1.3.6.1.4.1.19376.1.5.3.1.1.12.2.2', '1.2.250.1.213.1.1.2.112'],
        code: loinc('38208-5', 'Sévérité de la douleur'),
        title: title('DOULEUR'),
        text: narrative(paragraph('Douleur non cotée lors de la réunion', 'douleur')),
        entries: [entry(pain)],
      }),
      section(nextId, {
        templates: ['1.3.6.1.4.1.19376.1.5.3.1.1.12.2.5', '1.2.250.1.213.1.1.2.115'],
        code: loinc('46006-3', 'Problèmes physiques fonctionnels et structurels'),
        title: title('PERFORMANCE OMS'),
        text: narrative(paragraph(`${grade.coded.display} : ${grade.meaning.display}`, 'performance')),
        entries: [entry(performance)],
      }),
    ],
  })
}

/** Grades of the WHO scale (JDV_OMSEchPerf) and their meaning (JDV_OMSInterpret). */
const PERFORMANCE = [
  {
    coded: asip('MED-240', 'Echelle de performance OMS Stade 0'),
    meaning: loinc(
      'LA9622-7',
      "Capable d'une activité identique à celle précédant la maladie sans aucune restriction.",
    ),
  },
  {
    coded: asip('MED-264', 'Echelle de performance OMS Stade 1'),
    meaning: loinc('LA9623-5', 'Activité physique diminuée mais ambulatoire et capable de mener un travail'),
  },
  {
    coded: asip('MED-265', 'Echelle de performance OMS Stade 2'),
    meaning: loinc(
      'LA9624-3',
      'Ambulatoire et capable de prendre soin de soi-même, incapable de travailler. Alité moins de 50 % de son temps',
    ),
  },
  {
    coded: asip('MED-266', 'Echelle de performance OMS Stade 3'),
    meaning: loinc('LA9625-0', 'Capable seulement de quelques soins. Alité ou en chaise plus de 50 % du temps'),
  },
] as const
