/** Coded entries shared by the sections, with the templates of the CI-SIS. */
import type { Day } from '../calendar.ts'
import type { Coded } from './codes.ts'
import { loinc, snomed } from './codes.ts'
import { code, coded, id, originalText, period, status, templates, textReference } from './datatypes.ts'
import { renderedOnce } from './memory.ts'
import { element, elements, fragment, NOTHING, type Xml } from './xml.ts'

/** The next identifier of an entry of the document being written. */
export type NextId = () => string

/** An observation: what is observed, where the narrative says it, and its value. */
export interface Observation {
  readonly code: Coded
  readonly anchor: string
  readonly time: Xml
  readonly value: Xml
  /** What follows the value: performer, entryRelationship. */
  readonly more?: Xml | undefined
  /** Templates beside those of every simple observation. */
  readonly extraTemplates?: Xml
}

/** A simple observation (IHE PCC 1.3.6.1.4.1.19376.1.5.3.1.4.13, CI-SIS 1.2.250.1.213.1.1.3.48). */
export function observation(nextId: NextId, content: Observation): Xml {
  return OBSERVATION(
    SIMPLE_OBSERVATION,
    content.extraTemplates ?? NOTHING,
    id(nextId()),
    code(content.code),
    textReference(content.anchor),
    COMPLETED,
    content.time,
    content.value,
    content.more ?? NOTHING,
  )
}

/** `entry`. */
export function entry(content: Xml): Xml {
  return ENTRY(content)
}

/** `entryRelationship` of a type. */
export function related(typeCode: keyof typeof RELATIONS, content: Xml): Xml {
  return RELATIONS[typeCode](content)
}

/** A comment on the entry that holds it. */
export function remark(anchor: string): Xml {
  return REMARK(comment(anchor))
}

/** A comment (CI-SIS 1.2.250.1.213.1.1.3.32): an act that refers to the narrative. */
export const comment = renderedOnce((anchor) =>
  element(
    'act',
    { classCode: 'ACT', moodCode: 'EVN' },
    COMMENT_TEMPLATES,
    code(COMMENT),
    textReference(anchor),
    COMPLETED,
  ),
)

/** A problem (CI-SIS 1.2.250.1.213.1.1.3.37) that the narrative states in plain words: why the patient is presented. */
export function problem(nextId: NextId, anchor: string, day: Day): Xml {
  return element(
    'observation',
    { classCode: 'OBS', moodCode: 'EVN', negationInd: false },
    PROBLEM_TEMPLATES,
    id(nextId()),
    code(PROBLEM),
    textReference(anchor),
    COMPLETED,
    period(day),
    element('value', { 'xsi:type': 'CD', nullFlavor: 'NA' }, originalText(anchor)),
  )
}

/** A treatment or a care act (CI-SIS 1.2.250.1.213.1.1.3.62), done or planned. */
export interface Procedure {
  readonly planned: boolean
  readonly code: Xml
  readonly anchor: string
  readonly active: boolean
  readonly from: Day
  readonly to: Day
  /** What follows the time: priorityCode, performer, entryRelationship. */
  readonly more?: Xml
}

/** A `procedure` with its mood and the template of its state. */
export function procedure(nextId: NextId, content: Procedure): Xml {
  const make = content.planned ? PLANNED : DONE
  return make(
    content.planned ? PLANNED_PROCEDURE : DONE_PROCEDURE,
    id(nextId()),
    content.code,
    textReference(content.anchor),
    status(content.active ? 'active' : 'completed'),
    period(content.from, content.to),
    content.more ?? NOTHING,
  )
}

/** A section: templates, identifier, code, title, narrative and entries. */
export function section(
  nextId: NextId,
  content: {
    readonly templates: readonly string[]
    readonly code: Coded
    readonly translation?: Coded
    readonly title: Xml
    readonly text: Xml
    readonly entries?: readonly Xml[]
    readonly subsections?: readonly Xml[]
  },
): Xml {
  return COMPONENT(
    SECTION(
      templates(...content.templates),
      id(nextId()),
      content.translation
        ? coded('code', content.code, {}, coded('translation', content.translation))
        : code(content.code),
      content.title,
      content.text,
      fragment(content.entries ?? []),
      fragment(content.subsections ?? []),
    ),
  )
}

const OBSERVATION = elements('observation', { classCode: 'OBS', moodCode: 'EVN' })
const PLANNED = elements('procedure', { classCode: 'PROC', moodCode: 'INT', negationInd: false })
const DONE = elements('procedure', { classCode: 'PROC', moodCode: 'EVN', negationInd: false })
const ENTRY = elements('entry')
const REMARK = elements('entryRelationship', { typeCode: 'SUBJ', inversionInd: true })
const RELATIONS = {
  SUBJ: elements('entryRelationship', { typeCode: 'SUBJ' }),
  REFR: elements('entryRelationship', { typeCode: 'REFR' }),
  COMP: elements('entryRelationship', { typeCode: 'COMP' }),
} as const
const COMPONENT = elements('component')
const SECTION = elements('section')
const PROBLEM = snomed('55607006', 'problème')
const PROBLEM_TEMPLATES = templates(
  '2.16.840.1.113883.10.20.1.28',
  '1.3.6.1.4.1.19376.1.5.3.1.4.5',
  '1.2.250.1.213.1.1.3.37',
)
const COMMENT = loinc('48767-8', 'Commentaire')
const COMPLETED = status('completed')
const SIMPLE_OBSERVATION = templates('1.3.6.1.4.1.19376.1.5.3.1.4.13', '1.2.250.1.213.1.1.3.48')
const COMMENT_TEMPLATES = templates(
  '2.16.840.1.113883.10.20.1.40',
  '1.3.6.1.4.1.19376.1.5.3.1.4.2',
  '1.2.250.1.213.1.1.3.32',
)
const PLANNED_PROCEDURE = templates(
  '2.16.840.1.113883.10.20.1.25',
  '1.3.6.1.4.1.19376.1.5.3.1.4.19',
  '1.2.250.1.213.1.1.3.62',
)
const DONE_PROCEDURE = templates(
  '1.3.6.1.4.1.19376.1.5.3.1.4.19',
  '2.16.840.1.113883.10.20.1.29',
  '1.2.250.1.213.1.1.3.62',
)
