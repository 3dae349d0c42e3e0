/** Sheet of a multidisciplinary meeting: CDA R2 level 3, template 1.2.250.1.213.1.1.1.8 version 2022.01. */
import { hl7Date } from '../calendar.ts'
import type { Course, PlannedDocument } from '../course.ts'
import { entryIds } from '../document-id.ts'
import { NETWORK } from '../hospitals.ts'
import type { Random } from '../random.ts'
import { MEETINGS } from '../tumours/tumour.ts'
import { FICTION_NOTICE, meetingName, revisionOf } from '../wording.ts'
import { loinc } from './codes.ts'
import { coded, id, instant } from './datatypes.ts'
import {
  CARE_TEAM_MEMBER,
  CORRESPONDENT,
  clinicalDocument,
  codedAct,
  encounter,
  functionCoded,
  functionInWords,
  mainAct,
  participant,
  TREATING_PHYSICIAN,
} from './header.ts'
import { informants } from './informants.ts'
import { diagnosisSection } from './section-diagnosis.ts'
import { commentSection, discoverySection, phaseSection, statusSection } from './sections-disease.ts'
import { laboratorySections, pastTreatmentsSection, reasonSection, resultsSection } from './sections-meeting.ts'
import { backgroundSections, functionalStatusSection } from './sections-patient.ts'
import { caseStatusSection, frameSection, planSection, synthesisSection } from './sections-proposal.ts'
import type { Writing } from './writing.ts'
import { element, fragment, text, type Xml } from './xml.ts'

/** Writes the sheet; `random` only gives the identifiers of its entries. */
export function writeMeetingSheet(course: Course, planned: PlannedDocument, random: Random): Uint8Array {
  const writing: Writing = { course, planned, nextId: entryIds(random) }
  const { coordinator } = course.team
  const name = meetingName(course, NETWORK.name)
  return clinicalDocument({
    patient: course.patient,
    planned,
    template: { root: '1.2.250.1.213.1.1.1.8', extension: '2022.01' },
    code: loinc('34794-8', 'CR de réunion de concertation pluridisciplinaire'),
    title: `FRCP ${name}`,
    author: coordinator,
    signatory: coordinator,
    informants: informants(course.relative),
    participants: participants(course),
    order: element(
      'inFulfillmentOf',
      {},
      element(
        'order',
        {},
        id(writing.nextId()),
        element('code', { nullFlavor: 'NA' }, element('originalText', {}, text('Inscription à la session de RCP'))),
      ),
    ),
    acts: fragment([
      mainAct({ day: planned.eventDay, minutes: MEETING_START }, coordinator, meetingCode(name)),
      codedAct(course.tumour.topography),
    ]),
    encounter: meetingEncounter(course, planned),
    body: element(
      'structuredBody',
      {},
      reasonSection(writing),
      discoverySection(writing),
      diagnosisSection(writing),
      backgroundSections(writing),
      functionalStatusSection(writing),
      resultsSection(writing),
      phaseSection(writing),
      pastTreatmentsSection(writing),
      laboratorySections(writing),
      synthesisSection(writing),
      caseStatusSection(writing),
      planSection(writing),
      frameSection(writing),
      commentSection(writing, 'COMMENTAIRES', [FICTION_NOTICE, revisionOf(planned) ?? 'Première version de la fiche.']),
      statusSection(writing, { lines: [], entries: [] }),
    ),
  })
}

/** 17:00, the usual hour of the meetings. */
const MEETING_START = 17 * 60

function meetingCode(name: string): Xml {
  return coded(
    'code',
    { system: 'CARE_MODE', code: '39', display: 'Réunion de Concertation Pluridisciplinaire (RCP)' },
    {},
    element('originalText', {}, text(name)),
  )
}

function participants(course: Course): Xml {
  const { coordinator, requester, radiotherapist, pathologist, radiologist, treatingPhysician } = course.team
  const quorum = functionCoded(CARE_TEAM_MEMBER, 'Participant du quorum')
  return fragment([
    participant('RESP', functionInWords('Coordonnateur de la RCP'), coordinator),
    participant('REFB', functionInWords('Demandeur'), requester),
    participant('PRF', functionInWords('Présentateur'), requester),
    participant('INF', functionCoded(TREATING_PHYSICIAN, 'Médecin traitant déclaré'), treatingPhysician),
    participant('PRF', quorum, coordinator),
    participant('PRF', quorum, radiotherapist),
    participant('PRF', quorum, pathologist),
    participant('PRF', functionCoded(CORRESPONDENT, 'Participant hors quorum'), radiologist),
  ])
}

/** The three compulsory identifiers (network, organiser, meeting), the session and the local one. */
function meetingEncounter(course: Course, planned: PlannedDocument): Xml {
  const { hospital } = planned
  const organiser = course.team.hospital.coordinationCentre.id
  const rank = MEETINGS.indexOf(course.tumour.meeting) + 1
  const meeting = `${organiser}${String(rank).padStart(2, '0')}`
  return encounter(
    fragment([
      id('1.2.250.1.161.1.20.1.1', NETWORK.id),
      id('1.2.250.1.161.1.20.2.1', organiser),
      id('1.2.250.1.161.1.20.3.1', meeting),
      id('1.2.250.1.213.1.1.9', `${meeting}${hl7Date(planned.eventDay)}`),
      id(hospital.ippRoot, `RCP-${meeting}`),
    ]),
    coded('code', { system: 'ACT_CODE', code: 'VR', display: "Virtuelle (exemple : RCP en l'absence du patient)" }),
    element('effectiveTime', {}, instant('low', planned.eventDay, MEETING_START)),
    hospital,
  )
}
