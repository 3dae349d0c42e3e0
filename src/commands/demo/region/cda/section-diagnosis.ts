/** The diagnosis of a meeting sheet or of a care programme: tumour, morphology, TNM. */
import { frenchDate } from '../calendar.ts'
import { siteOf, stageOf } from '../wording.ts'
import { asip, type Coded, loinc, snomed } from './codes.ts'
import {
  code,
  coded,
  codedValue,
  codedValueSaidAt,
  id,
  NOT_APPLICABLE_VALUE,
  narrativeValue,
  noTime,
  originalText,
  period,
  templates,
  textReference,
  title,
} from './datatypes.ts'
import { entry, observation, related, remark, section } from './entries.ts'
import { type Line, narrative, paragraph, table } from './narrative.ts'
import type { Writing } from './writing.ts'
import { element, fragment, NOTHING, type Xml } from './xml.ts'

/** The primary tumour (72135-7): topography, morphology, TNM and stage. */
export function diagnosisSection(writing: Writing): Xml {
  const { course, nextId } = writing
  const { tumour, extent } = course
  const lines: Line[] = [
    { label: 'Date du diagnostic', value: frenchDate(course.diagnosisDay) },
    { label: `Topographie ${tumour.topography.code} [CIM-10]`, value: siteOf(course), anchor: 'topographie' },
    {
      label: `Morphologie ${tumour.morphology.code} [CIM-O-3]`,
      value: tumour.morphology.display,
      anchor: 'morphologie',
    },
    { label: 'Stade clinique', value: stageOf(course), anchor: 'stade' },
    ...(['t', 'n', 'm'] as const).map((letter) => ({
      label: `TNM (${letter.toUpperCase()})`,
      value: extent.tnm?.[letter] ?? 'Non applicable à cette tumeur',
      anchor: `tnm-${letter}`,
    })),
    ...(tumour.otherClassification
      ? [
          { label: 'Autre classification', value: tumour.otherClassification.name, anchor: 'classification-nom' },
          { label: 'Version', value: tumour.otherClassification.version, anchor: 'classification-version' },
          { label: 'Stade selon cette classification', value: extent.stage, anchor: 'classification-stade' },
        ]
      : []),
    { label: 'Marqueurs', value: tumour.markers, anchor: 'commentaire-tumeur' },
  ]
  return section(nextId, {
    templates: [
      '2.16.840.1.113883.10.20.1.11',
      '1.3.6.1.4.1.19376.1.5.3.1.3.6',
      '1.3.6.1.4.1.19376.1.7.3.1.3.14.1',
      '1.2.250.1.213.1.1.2.27',
    ],
    code: loinc('72135-7', 'Diagnostic du cancer'),
    title: title('TUMEUR'),
    text: narrative(table('Tumeur primitive', lines), paragraph(siteOf(course), 'tumeur-primitive')),
    entries: [entry(problemList(writing))],
  })
}

function problemList(writing: Writing): Xml {
  const { course, nextId } = writing
  return element(
    'act',
    { classCode: 'ACT', moodCode: 'EVN' },
    CONCERN_TEMPLATES,
    id(nextId()),
    element('code', { nullFlavor: 'NA' }),
    element('statusCode', { code: 'active' }),
    period(course.diagnosisDay),
    element('entryRelationship', { typeCode: 'SUBJ', inversionInd: false }, diagnosis(writing)),
  )
}

function diagnosis(writing: Writing): Xml {
  const { course, nextId } = writing
  const { tumour } = course
  return element(
    'observation',
    { classCode: 'OBS', moodCode: 'EVN', negationInd: false },
    DIAGNOSIS_TEMPLATES,
    id(nextId()),
    code(snomed('282291009', 'interprétation diagnostique')),
    textReference('tumeur-primitive'),
    element('statusCode', { code: 'completed' }),
    period(course.diagnosisDay),
    codedValueSaidAt(tumour.morphology, 'morphologie'),
    coded(
      'targetSiteCode',
      tumour.topography,
      {},
      originalText('topographie'),
      course.side === undefined ? NOTHING : laterality(course.side),
    ),
    element('entryRelationship', { typeCode: 'SUBJ', inversionInd: false }, tnmStage(writing)),
    tumour.otherClassification === undefined ? NOTHING : related('SUBJ', otherStage(writing)),
    remark('commentaire-tumeur'),
  )
}

function laterality(side: 'droit' | 'gauche'): Xml {
  const value = snomed(side === 'droit' ? '24028007' : '7771000', side)
  return element(
    'qualifier',
    {},
    coded('name', loinc('20228-3', 'Latéralité')),
    coded('value', value, {}, originalText('topographie')),
  )
}

/** The TNM with its three letters, compulsory even when the tumour has none: they are then not applicable. */
function tnmStage({ course, nextId }: Writing): Xml {
  const { tnm, stage } = course.extent
  const value = tnm
    ? element(
        'value',
        { 'xsi:type': 'CD' },
        qualifier(loinc('21909-7', 'Stade clinique'), { system: 'TNM', code: stage, display: `Stade ${stage}` }),
        qualifier(loinc('21917-0', 'Version TNM Classification'), {
          system: 'TNM',
          code: '8',
          display: 'TNM_UICC 8ème édition',
        }),
      )
    : NOT_APPLICABLE_VALUE
  const letters = (['t', 'n', 'm'] as const).map((letter) =>
    related(
      'COMP',
      observation(nextId, {
        code: TNM_CODES[letter],
        anchor: `tnm-${letter}`,
        time: noTime('NA'),
        value: tnm ? codedValue({ system: 'TNM', code: tnm[letter], display: tnm[letter] }) : NOT_APPLICABLE_VALUE,
      }),
    ),
  )
  return element(
    'observation',
    { classCode: 'OBS', moodCode: 'EVN', negationInd: false },
    templates('1.3.6.1.4.1.19376.1.7.3.1.4.14.2'),
    code(loinc('75620-5', 'Stade TNM Clinique')),
    textReference('stade'),
    element('statusCode', { code: 'completed' }),
    period(course.diagnosisDay),
    value,
    ...letters,
  )
}

function qualifier(name: Coded, value: Coded): Xml {
  return element('qualifier', {}, coded('name', name), codedValue(value))
}

function otherStage({ nextId }: Writing): Xml {
  const said = (about: Coded, anchor: string, more?: Xml): Xml =>
    observation(nextId, { code: about, anchor, time: noTime('NA'), value: narrativeValue(anchor), more })
  const parts = [
    said(asip('GEN-101', 'Nom de la classification'), 'classification-nom'),
    said(asip('GEN-102', 'Version de la classification'), 'classification-version'),
  ]
  return said(
    loinc('21918-8', 'Autre classification du stade'),
    'classification-stade',
    fragment(parts.map((part) => related('COMP', part))),
  )
}

const TNM_CODES = {
  t: loinc('21905-5', 'TNM Clinique T'),
  n: loinc('21906-3', 'TNM Clinique N'),
  m: loinc('21907-1', 'TNM Clinique M'),
} as const

const CONCERN_TEMPLATES = templates(
  '2.16.840.1.113883.10.20.1.27',
  '1.3.6.1.4.1.19376.1.5.3.1.4.5.1',
  '1.3.6.1.4.1.19376.1.5.3.1.4.5.2',
  '1.2.250.1.213.1.1.3.39',
  '1.2.250.1.213.1.1.3.39.1',
)

const DIAGNOSIS_TEMPLATES = templates(
  '2.16.840.1.113883.10.20.1.28',
  '1.3.6.1.4.1.19376.1.5.3.1.4.5',
  '1.2.250.1.213.1.1.3.37',
  '1.3.6.1.4.1.19376.1.7.3.1.4.14.1',
  '1.2.250.1.213.1.1.3.113',
)
