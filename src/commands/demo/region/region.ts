import { parseDay } from './calendar.ts'
import { careTeams } from './care-team.ts'
import { writePathologyReport } from './cda/cr-acp.ts'
import { writeMeetingSheet } from './cda/frcp.ts'
import { writeCareProgramme } from './cda/pps.ts'
import { type Course, courseAt, type DocumentKind, type PlannedDocument } from './course.ts'
import { HOSPITALS, type Hospital } from './hospitals.ts'
import { MOST_PATIENTS, type PatientIdentity } from './identity.ts'
import { buildProfessionals, type Professional } from './professionals.ts'
import { type Random, randomFor } from './random.ts'

export type { DocumentKind } from './course.ts'
export type { Hospital } from './hospitals.ts'
export type { PatientIdentity } from './identity.ts'
export type { Professional } from './professionals.ts'

/** A document as a hospital would send it: a file name without identity, and the bytes of the CDA file. */
export interface GeneratedDocument {
  readonly fileName: string
  readonly mediaType: 'text/xml'
  readonly bytes: Uint8Array
  readonly kind: DocumentKind
}

/** A fictitious patient with its documents, in the order in which they must be imported. */
export interface GeneratedPatient {
  readonly index: number
  readonly identity: PatientIdentity
  /** The professionals named in the documents. */
  readonly careTeam: readonly Professional[]
  readonly documents: readonly GeneratedDocument[]
}

/** A fictitious region. `patients` can be walked through as many times as needed; nothing is kept. */
export interface GeneratedRegion {
  readonly hospitals: readonly Hospital[]
  readonly professionals: readonly Professional[]
  readonly patients: Iterable<GeneratedPatient>
}

/**
 * Generates a fictitious region: 33 hospitals, 198 professionals, and patients with two to eight cancer documents each.
 * The same options always give the same bytes. Index 0 is the baseline patient B0. Every document is older than `today`
 * (YYYY-MM-DD). Throws RangeError on a date of another form, or on more patients than INS numbers can tell apart.
 */
export function generateRegion(options: { patients: number; seed: number; today: string }): GeneratedRegion {
  const { patients, seed } = options
  const today = parseDay(options.today)
  if (patients > MOST_PATIENTS) throw new RangeError(`at most ${MOST_PATIENTS} patients can be generated`)
  const professionals = buildProfessionals(seed)
  const drawTeam = careTeams(professionals)
  return {
    hospitals: HOSPITALS,
    professionals,
    patients: {
      *[Symbol.iterator]() {
        for (let index = 0; index < patients; index += 1)
          yield writePatient(courseAt(index, seed, today, drawTeam), seed)
      },
    },
  }
}

const WRITERS: Readonly<
  Record<DocumentKind, (course: Course, planned: PlannedDocument, random: Random) => Uint8Array>
> = { FRCP: writeMeetingSheet, PPS: writeCareProgramme, CRACP: writePathologyReport }

const STREAM = 4

function writePatient(course: Course, seed: number): GeneratedPatient {
  const random = randomFor(seed, STREAM, course.index)
  return {
    index: course.index,
    identity: course.patient,
    careTeam: course.members,
    documents: course.documents.map((planned, position) => ({
      fileName: fileName(course.index, position, planned.kind),
      mediaType: 'text/xml',
      bytes: WRITERS[planned.kind](course, planned, random),
      kind: planned.kind,
    })),
  }
}

/** "000012-03-frcp.xml": neither a name nor a date, and the alphabetical order is the order of import. */
function fileName(index: number, position: number, kind: DocumentKind): string {
  return `${String(index).padStart(7, '0')}-${String(position + 1).padStart(2, '0')}-${kind.toLowerCase()}.xml`
}
