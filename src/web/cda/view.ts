import type { Patient } from '@medplum/fhirtypes'
import type { ParsedCda } from '../../french/cda/parse.ts'
import type { CdaPatient } from '../../french/cda/patient.ts'
import {
  embeddedImages,
  type Part,
  type ReadableHeader,
  type ReadableSection,
  readableHeader,
  readableSections,
} from '../../french/cda/readable.ts'
import { patientOfHeader } from '../../french/fr-core/patient.ts'
import { insOf } from '../../french/identity.ts'
import { insAuthority } from '../../french/ins.ts'
import { sameTraits, type TraitName, traitsOfPatient } from '../../french/traits.ts'
import { type IdentityView, identityView, TRAIT_LABELS } from '../identity-view.ts'
import type { Html } from './html.ts'
import { isBlank, type Narrative, newNarrative } from './narrative.ts'

/** A structured document as its page shows it. */
export interface CdaView {
  header: ReadableHeader
  /** Who had which part, in words. */
  people: readonly { part: string; name: string; profession: string; organization: string }[]
  /** Who it is about, as the document says; undefined when it does not say. */
  identity: IdentityView | undefined
  sections: readonly SectionView[]
  /** The first sections have a place in the table of contents. */
  contents: readonly { id: string; title: string }[]
}

/** A section of it: headings of sections within sections are deeper. */
export interface SectionView {
  id: string
  /** Level of the heading, 3 to 6. */
  level: number
  /** '' when it has none: its text goes on below the section before. */
  title: string
  /** The narrative; undefined when the section has none of its own. */
  html: Html | undefined
}

/** How the identity in a document stands to that of the record. */
export type Likeness = { kind: 'same' } | { kind: 'unknown' } | { kind: 'different'; traits: readonly string[] }

/** Shows a parsed document; images of it are at `imageAddress` of their number. */
export function cdaView({ clinicalDocument }: ParsedCda, imageAddress: (index: number) => string): CdaView {
  const header = readableHeader(clinicalDocument)
  const images = new Map(embeddedImages(clinicalDocument).map(({ id }, index) => [id, imageAddress(index)]))
  const narrative = newNarrative({ imageAddress: (id) => images.get(id) })
  const sections = readableSections(clinicalDocument).flatMap((section, index) =>
    sectionViews(section, narrative, `section-${index + 1}`, FIRST_LEVEL),
  )
  const top = sections.filter(({ level, title }) => level === FIRST_LEVEL && title !== '')
  return {
    header,
    people: header.people.map(({ part, name = '', profession = '', organization = '' }) => ({
      part: PART_LABELS[part],
      name,
      profession,
      organization,
    })),
    identity: header.patient && identityOf(header.patient),
    sections,
    contents: top.length < FEWEST_CONTENTS ? [] : top.map(({ id, title }) => ({ id, title })),
  }
}

/** Compares who a document says it is about with the patient of the record: strict traits, and the INS where both have one. */
export function likenessOf(header: ReadableHeader, record: Patient): Likeness {
  const written = header.patient
  const patient = written && patientOf(written)
  if (written === undefined || patient === undefined) return { kind: 'unknown' }
  const traits: string[] = sameTraits(traitsOfPatient(patient), traitsOfPatient(record)).map(labelOf)
  const number = written.ids.find(({ root }) => insAuthority(root) !== undefined)?.extension
  const known = insOf(record)?.value
  if (number !== undefined && number !== null && known !== undefined && number !== known) traits.push('Matricule INS')
  return traits.length === 0 ? { kind: 'same' } : { kind: 'different', traits }
}

const FIRST_LEVEL = 3
const DEEPEST_LEVEL = 6
/** Fewer sections are seen at a glance. */
const FEWEST_CONTENTS = 4

const PART_LABELS: Readonly<Record<Part, string>> = {
  author: 'Auteur',
  legalAuthenticator: 'Responsable, signataire',
  authenticator: 'Validé par',
  performer: 'Acte réalisé par',
  informant: 'Informateur',
  recipient: 'Destinataire',
  other: 'Participant',
}

function sectionViews(
  { title, narrative: block, sections }: ReadableSection,
  narrative: Narrative,
  id: string,
  level: number,
): SectionView[] {
  const html = block === undefined || isBlank(block) ? undefined : narrative.render(block)
  const own: SectionView = { id, level: Math.min(level, DEEPEST_LEVEL), title: title ?? '', html }
  return [own, ...sections.flatMap((one, index) => sectionViews(one, narrative, `${id}-${index + 1}`, level + 1))]
}

function identityOf(patient: CdaPatient): IdentityView | undefined {
  const resource = patientOf(patient)
  return resource && identityView(resource)
}

/** Undefined when an INS goes without its traits: there is nothing to compare. */
function patientOf(patient: CdaPatient): Patient | undefined {
  try {
    return patientOfHeader({ patient })
  } catch {
    return undefined
  }
}

function labelOf(trait: TraitName): string {
  return TRAIT_LABELS[trait]
}
