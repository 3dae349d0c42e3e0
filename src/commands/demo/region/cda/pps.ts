/** Personalised care programme: CDA R2 level 3, template 1.2.250.1.213.1.1.1.26 version 2022.01. */
import type { Course, PlannedDocument } from '../course.ts'
import { entryIds } from '../document-id.ts'
import { NETWORK } from '../hospitals.ts'
import type { Random } from '../random.ts'
import { FICTION_NOTICE, revisionOf, writtenAt } from '../wording.ts'
import { asip, loinc } from './codes.ts'
import { booleanValue, coded, id, noTime, title } from './datatypes.ts'
import { entry, observation, problem, section } from './entries.ts'
import {
  CARE_TEAM_MEMBER,
  CORRESPONDENT,
  clinicalDocument,
  codedAct,
  encounter,
  functionCoded,
  mainAct,
  participant,
  participantOrganization,
  TREATING_PHYSICIAN,
} from './header.ts'
import { informants } from './informants.ts'
import { narrative, table } from './narrative.ts'
import { organizationContent } from './people.ts'
import { diagnosisSection } from './section-diagnosis.ts'
import { commentSection, discoverySection, phaseSection, statusSection } from './sections-disease.ts'
import { programmeSection, programmeStatus, referencedDocumentsSection, supportSection } from './sections-programme.ts'
import type { Writing } from './writing.ts'
import { element, fragment, text, type Xml } from './xml.ts'

/** Writes the programme; `random` only gives the identifiers of its entries. */
export function writeCareProgramme(course: Course, planned: PlannedDocument, random: Random): Uint8Array {
  const writing: Writing = { course, planned, nextId: entryIds(random) }
  const { coordinator } = course.team
  return clinicalDocument({
    patient: course.patient,
    planned,
    template: { root: '1.2.250.1.213.1.1.1.26', extension: '2022.01' },
    code: loinc('18776-5', 'Plan personnalisé de soins'),
    title: `Programme personnalisé de soins en cancérologie - ${course.tumour.meeting}`,
    author: coordinator,
    signatory: coordinator,
    informants: informants(course.relative),
    participants: participants(course, planned),
    acts: fragment([
      mainAct({ day: planned.day, minutes: planned.minutes }, coordinator),
      codedAct(course.tumour.topography),
    ]),
    encounter: encounter(
      id(planned.hospital.ippRoot, `VENUE-${planned.ipp.value}-${planned.day}`),
      coded('code', { system: 'ACT_CODE', code: 'AMB', display: 'Ambulatoire (hors établissement)' }),
      noTime('MSK'),
      planned.hospital,
    ),
    body: element(
      'structuredBody',
      {},
      commentSection(
        writing,
        'COMMENTAIRE SUR LE PATIENT',
        [FICTION_NOTICE, ...course.problems],
        asip('GEN-293', 'Commentaire sur le patient'),
      ),
      paediatricsSection(writing),
      diagnosisSection(writing),
      discoverySection(writing),
      phaseSection(writing),
      programmeSection(writing),
      supportSection(writing),
      statusSection(writing, programmeStatus(writing)),
      referencedDocumentsSection(writing),
      commentSection(
        writing,
        'INFORMATION SUR LES DONNÉES PERSONNELLES',
        [
          'Ce programme est conservé dans le dossier communicant de cancérologie de la région fictive.',
          revisionOf(planned) ?? `Remis en main propre à ${writtenAt(planned)}.`,
        ],
        asip('GEN-294', 'Information pour le patient'),
      ),
    ),
  })
}

function paediatricsSection({ planned, nextId }: Writing): Xml {
  return section(nextId, {
    templates: ['1.2.250.1.213.1.1.2.128', '1.3.6.1.4.1.19376.1.5.3.1.3.2', '1.3.6.1.4.1.19376.1.5.3.1.3.1'],
    code: loinc('42349-1', 'Raison de la recommandation'),
    title: title('PÉDIATRIE'),
    text: narrative(table('Pédiatrie', [{ label: 'Prise en charge pédiatrique', value: 'Non', anchor: 'pediatrie' }])),
    entries: [
      entry(
        observation(nextId, {
          code: asip('ORG-116', 'Pédiatrie'),
          anchor: 'pediatrie',
          time: noTime('NAV'),
          value: booleanValue(false),
        }),
      ),
      entry(problem(nextId, 'pediatrie', planned.day)),
    ],
  })
}

function participants(course: Course, planned: PlannedDocument): Xml {
  const { coordinator, requester, radiotherapist, treatingPhysician } = course.team
  const reference = asip('ORG-177', 'Etablissement de santé de référence')
  const member = functionCoded(CARE_TEAM_MEMBER, "Membre de l'équipe référente", reference)
  return fragment([
    participantOrganization(
      'RESP',
      element(
        'functionCode',
        { nullFlavor: 'NA' },
        element('originalText', {}, text('Établissement de référence')),
        coded('translation', reference),
      ),
      organizationContent(planned.hospital, true),
    ),
    participant('PRF', member, coordinator),
    participant('PRF', member, requester),
    participant('PRF', member, radiotherapist),
    participantOrganization(
      'PRF',
      functionCoded(
        CORRESPONDENT,
        'Coordination du parcours',
        asip('ORG-190', 'Centre de coordination de cancérologie (3C)'),
      ),
      element('name', {}, text(course.team.hospital.coordinationCentre.name)),
    ),
    participant('INF', functionCoded(TREATING_PHYSICIAN, 'Médecin traitant déclaré'), treatingPhysician),
    participantOrganization(
      'CON',
      functionCoded(CORRESPONDENT, 'Réseau régional', asip('ORG-191', 'Réseau régional de cancérologie (RRC)')),
      organizationContent(NETWORK, false),
    ),
  ])
}
