import { circumstanceOf, revisionOf } from '../wording.ts'
import { asip, type Coded, loinc, snomed } from './codes.ts'
import { booleanValue, codedValue, noTime, onDay, period, templates, title } from './datatypes.ts'
import { comment, entry, observation, related, section } from './entries.ts'
import { FICTION } from './header.ts'
import { type Line, narrative, paragraph, table, yesOrNo } from './narrative.ts'
import type { Writing } from './writing.ts'
import { fragment, type Xml } from './xml.ts'

/** How the cancer was found (42545-4): by screening or not. */
export function discoverySection({ course, nextId }: Writing): Xml {
  return section(nextId, {
    templates: ['1.3.6.1.4.1.19376.1.5.3.1.1.21.2.9', '1.3.6.1.4.1.19376.1.7.3.1.1.13.7', '1.2.250.1.213.1.1.2.163'],
    code: loinc('42545-4', 'Evènements observés'),
    title: title('MODE DE DÉCOUVERTE DU CANCER'),
    text: narrative(
      table('Mode de découverte', [
        { label: 'Patient issu du dépistage', value: yesOrNo(course.screened), anchor: 'depistage' },
        { label: 'Circonstances', value: circumstanceOf(course), anchor: 'circonstances' },
      ]),
    ),
    entries: [
      entry(
        observation(nextId, {
          code: loinc('63921-1', 'Dépistage du cancer'),
          anchor: 'depistage',
          time: period(course.diagnosisDay),
          value: booleanValue(course.screened),
        }),
      ),
    ],
  })
}

/** The clinical phase (18733-6): first treatment or relapse, and where the disease progresses. */
export function phaseSection({ course, planned, nextId }: Writing): Xml {
  const relapse = planned.moment === 'relapseMeeting'
  const remote = relapse && course.index % 2 === 0
  const everywhere = [
    {
      coded: asip('MED-246', 'Progression locale du cancer'),
      anchor: 'progression-locale',
      present: relapse && !remote,
    },
    { coded: asip('MED-247', 'Progression régionale du cancer'), anchor: 'progression-regionale', present: false },
    { coded: asip('MED-248', 'Progression à distance du cancer'), anchor: 'progression-distance', present: remote },
  ]
  const progression = relapse ? everywhere : []
  const phase = relapse ? asip('MED-244', 'Rechute du cancer') : asip('MED-268', 'Phase initiale du cancer')
  return section(nextId, {
    templates: ['1.3.6.1.4.1.19376.1.5.3.1.1.13.2.7', '1.2.250.1.213.1.1.2.25'],
    code: loinc('18733-6', 'Note de progression'),
    title: title('PHASE CLINIQUE DE LA MALADIE'),
    text: narrative(
      table('Phase clinique', [
        { label: 'Phase', value: phase.display, anchor: 'phase' },
        { label: 'Progression', value: yesOrNo(relapse), anchor: 'progression' },
        ...progression.map((one) => ({ label: one.coded.display, value: yesOrNo(one.present), anchor: one.anchor })),
      ]),
    ),
    entries: [
      entry(
        observation(nextId, {
          code: asip('MED-243', 'Phase du cancer'),
          anchor: 'phase',
          time: onDay(planned.eventDay),
          value: codedValue(phase),
        }),
      ),
      entry(
        observation(nextId, {
          code: asip('MED-245', 'Progression du cancer'),
          anchor: 'progression',
          time: onDay(planned.eventDay),
          value: booleanValue(relapse),
          more: fragment(
            progression.map((one) =>
              related(
                'COMP',
                observation(nextId, {
                  code: one.coded,
                  anchor: one.anchor,
                  time: noTime('NAV'),
                  value: booleanValue(one.present),
                }),
              ),
            ),
          ),
        }),
      ),
    ],
  })
}

/** A comment in plain words (55112-7), with what it is about when the document needs to say it. */
export function commentSection(writing: Writing, heading: string, words: readonly string[], about?: Coded): Xml {
  return section(writing.nextId, {
    templates: ['2.16.840.1.113883.10.12.201', '1.3.6.1.4.1.19376.1.4.1.2.16', '1.2.250.1.213.1.1.2.73'],
    code: loinc('55112-7', 'Commentaire'),
    ...(about ? { translation: about } : {}),
    title: title(heading),
    text: narrative(...words.map((one) => paragraph(one))),
  })
}

/** The state of the document (33557-0). */
export function statusSection(writing: Writing, more: { lines: readonly Line[]; entries: readonly Xml[] }): Xml {
  const { planned, nextId } = writing
  const approved = snomed('9571008', 'approuvé')
  const remark = revisionOf(planned) ?? `Version ${planned.version}. ${FICTION}.`
  return section(nextId, {
    templates: ['1.2.250.1.213.1.1.2.35'],
    code: loinc('33557-0', "Etat d'achèvement"),
    title: title('STATUT DU DOCUMENT'),
    text: narrative(
      table('Statut du document', [
        { label: 'Statut', value: approved.display, anchor: 'statut-document' },
        { label: 'Commentaire', value: remark, anchor: 'commentaire-statut' },
        ...more.lines,
      ]),
    ),
    entries: [
      entry(
        observation(nextId, {
          extraTemplates: templates('1.2.250.1.213.1.1.3.48.16'),
          code: asip('GEN-065', 'Statut du document'),
          anchor: 'statut-document',
          time: onDay(planned.day),
          value: codedValue(approved),
          more: related('SUBJ', comment('commentaire-statut')),
        }),
      ),
      ...more.entries,
    ],
  })
}
