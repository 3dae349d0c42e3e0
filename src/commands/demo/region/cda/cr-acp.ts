/** Pathology report: CDA R2 level 1 (template 1.3.6.1.4.1.19376.1.2.20), a one-page PDF in French as its body. */
import { frenchDate, hl7Instant } from '../calendar.ts'
import type { Course, PlannedDocument } from '../course.ts'
import { entryIds } from '../document-id.ts'
import { FORM_WIDTH, type FormBlock, type PdfForm, pdfForm } from '../pdf/form.ts'
import { wrap } from '../pdf/wrap.ts'
import type { Random } from '../random.ts'
import { circumstanceOf, FICTION_NOTICE, siteOf, specimenOf, stageOf, writtenAt } from '../wording.ts'
import { loinc } from './codes.ts'
import { coded, id, instant } from './datatypes.ts'
import { CORRESPONDENT, clinicalDocument, codedAct, encounter, functionCoded, mainAct, participant } from './header.ts'
import { displayName } from './people.ts'
import { element, fragment, text } from './xml.ts'

const TITLE = "Compte rendu d'anatomie et de cytologie pathologiques"

/** Writes the report; `random` gives the identifiers of the file and of the stay. */
export function writePathologyReport(course: Course, planned: PlannedDocument, random: Random): Uint8Array {
  const nextId = entryIds(random)
  const { pathologist, requester } = course.team
  const sampled = { day: planned.eventDay, minutes: 9 * 60 + 30 }
  const page = form().fill(
    reportContent(course, planned),
    nextId().replaceAll('-', '').toLowerCase(),
    hl7Instant(planned.day, planned.minutes).slice(0, 14),
  )
  return clinicalDocument({
    patient: course.patient,
    planned,
    template: { root: '1.3.6.1.4.1.19376.1.2.20' },
    code: loinc('60568-3', "CR d'anatomie et de cytologie pathologiques"),
    title: `${TITLE} - ${course.tumour.meeting}`,
    author: pathologist,
    signatory: pathologist,
    participants: participant('REFB', functionCoded(CORRESPONDENT, 'Prescripteur'), requester),
    acts: fragment([mainAct(sampled, pathologist), codedAct(course.tumour.topography)]),
    encounter: encounter(
      id(planned.hospital.ippRoot, `VENUE-${planned.ipp.value}-${planned.eventDay}`),
      coded('code', { system: 'ACT_CODE', code: 'IMP', display: 'Hospitalisation (établissement, y compris HAD)' }),
      element('effectiveTime', {}, instant('low', sampled.day, sampled.minutes)),
      planned.hospital,
    ),
    body: element(
      'nonXMLBody',
      {},
      element('text', { mediaType: 'application/pdf', representation: 'B64' }, text(page.toString('base64'))),
    ),
  })
}

const BLOCKS = [
  { key: 'notice', heading: 'DOCUMENT FICTIF', lines: 2 },
  { key: 'laboratory', heading: 'LABORATOIRE', lines: 2 },
  { key: 'patient', heading: 'PATIENT', lines: 3 },
  { key: 'request', heading: 'RENSEIGNEMENTS CLINIQUES', lines: 4 },
  { key: 'specimen', heading: 'PRÉLÈVEMENT', lines: 2 },
  { key: 'macroscopy', heading: 'MACROSCOPIE', lines: 2 },
  { key: 'microscopy', heading: 'MICROSCOPIE', lines: 3 },
  { key: 'markers', heading: 'IMMUNOHISTOCHIMIE ET BIOLOGIE MOLÉCULAIRE', lines: 4 },
  { key: 'conclusion', heading: 'CONCLUSION', lines: 5 },
  { key: 'signature', heading: 'VALIDATION', lines: 2 },
] as const satisfies readonly FormBlock[]

type Block = (typeof BLOCKS)[number]['key']

let rendered: PdfForm | undefined

/** The blank report, rendered the first time it is needed: loading this module must cost nothing. */
function form(): PdfForm {
  rendered ??= pdfForm(TITLE, BLOCKS)
  return rendered
}

function reportContent(course: Course, planned: PlannedDocument): Readonly<Record<string, readonly string[]>> {
  const { patient, tumour, team } = course
  const isFirst = planned.moment === 'biopsy'
  const molecular = tumour.molecular ? ` ${tumour.molecular}.` : ''
  const words: Record<Block, string> = {
    notice: FICTION_NOTICE,
    laboratory: `Service d'anatomie pathologique, ${team.pathologist.organization.name}`,
    patient:
      `${patient.birthFamily}, ${patient.birthGivens} - né(e) le ${frenchDateOf(patient.birthDate)} ` +
      `à ${patient.birthplace.city} (${patient.birthplace.cog}), sexe ${patient.sex}. Dossier ${planned.ipp.value}.`,
    request: `Prescripteur : ${displayName(team.requester)}. Contexte : ${circumstanceOf(course)}. ${tumour.imaging}.`,
    specimen: `${specimenOf(course, planned)}, reçu le ${frenchDate(planned.eventDay)}.`,
    macroscopy: `${tumour.macroscopy}.`,
    microscopy: `${tumour.microscopy}.`,
    markers: `${tumour.markers}.${molecular}`,
    conclusion:
      `${siteOf(course)} : ${tumour.morphology.display} (CIM-O-3 ${tumour.morphology.code}). ` +
      (isFirst ? "Diagnostic à confronter au bilan d'extension." : `Classification retenue : ${stageOf(course)}.`),
    signature: `${displayName(team.pathologist)}, ${writtenAt(planned)}`,
  }
  return Object.fromEntries(BLOCKS.map((block) => [block.key, wrap(words[block.key], FORM_WIDTH, block.lines)]))
}

function frenchDateOf(isoDate: string): string {
  return isoDate.split('-').reverse().join('/')
}
