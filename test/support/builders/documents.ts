import { createHash, randomUUID } from 'node:crypto'
import type {
  Binary,
  DocumentReference,
  List,
  Organization,
  Patient,
  Practitioner,
  PractitionerRole,
  Reference,
} from '@medplum/fhirtypes'
import { anOrganization, aPractitioner } from './directories.ts'
import { next } from './sequence.ts'
import { MHD, NOS, PDSM } from './urls.ts'

/** Bytes with what a DocumentReference says of them. */
export interface Content {
  bytes: Buffer
  contentType: string
  size: number
  /** Base64 of the SHA-1 (MHD, ihe.md P-21). */
  hash: string
}

/** A content; each one is different unless its bytes are given. */
export function aContent(bytes: string | Uint8Array = `%PDF-1.7 ${next()}`, contentType = 'application/pdf'): Content {
  const buffer = Buffer.from(bytes)
  const hash = createHash('sha1').update(buffer).digest('base64')
  return { bytes: buffer, contentType, size: buffer.length, hash }
}

/** The Binary of a content, of the patient that `securityContext` names. */
export function aBinary({ bytes, contentType }: Content, securityContext?: string): Binary {
  return {
    resourceType: 'Binary',
    contentType,
    ...(securityContext === undefined ? {} : { securityContext: { reference: securityContext } }),
    data: bytes.toString('base64'),
  }
}

/** A document of cancer care (a fiche RCP) unless it is made `ordinary`. */
export function aDocument(subject: string | Reference<Patient>): DocumentBuilder {
  return new DocumentBuilder(pdsmDocument(typeof subject === 'string' ? { reference: subject } : subject, next()))
}

/** Makes a PDSm DocumentReference step by step; every step gives a new builder. */
export class DocumentBuilder {
  private readonly document: DocumentReference

  constructor(document: DocumentReference) {
    this.document = document
  }

  /** The content is at `url`: a Binary of the server or of the same Bundle. */
  at(url: string, content?: Content): DocumentBuilder {
    const facts = content && { contentType: content.contentType, size: content.size, hash: content.hash }
    return this.attached({ url, ...facts })
  }

  /** The content is inline, as ITI-105 sends it. */
  inline({ bytes, contentType, size, hash }: Content): DocumentBuilder {
    return this.attached({ data: bytes.toString('base64'), contentType, size, hash })
  }

  /** A consultation report: no document of cancer care by itself. */
  ordinary(): DocumentBuilder {
    const coding = [
      { system: 'http://loinc.org', code: '11488-4', display: 'CR ou fiche de consultation ou de visite' },
    ]
    return this.with({ type: { coding } })
  }

  replacing(reference: string): DocumentBuilder {
    return this.with({ relatesTo: [{ code: 'replaces', target: { reference } }] })
  }

  with(elements: Partial<DocumentReference>): DocumentBuilder {
    return new DocumentBuilder({ ...this.document, ...elements })
  }

  build(): DocumentReference {
    return withoutUnnamed(structuredClone(this.document))
  }

  private attached(changes: NonNullable<DocumentReference['content']>[number]['attachment']): DocumentBuilder {
    const [content] = this.document.content ?? []
    return this.with({ content: [{ ...content, attachment: { ...content?.attachment, ...changes } }] })
  }
}

/** Leaves out contained resources that nothing names any more (R4 invariant dom-3). */
export function withoutUnnamed(document: DocumentReference): DocumentReference {
  const { contained, ...rest } = document
  const text = JSON.stringify(document)
  const named = contained?.filter(({ id }) => text.includes(`"#${id}"`)) ?? []
  return named.length === 0 ? rest : { ...rest, contained: named }
}

/** A unique id of the world of OIDs: UUIDs have their arc there. */
export function uniqueOid(): string {
  return `urn:oid:2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`
}

function pdsmDocument(subject: Reference<Patient>, number: number): DocumentReference {
  const coded = (system: string, code: string, display: string) => ({
    coding: [{ system: `${NOS}/${system}`, code, display }],
  })
  const minute = String(number % 60).padStart(2, '0')
  return {
    resourceType: 'DocumentReference',
    meta: { profile: [`${PDSM}/StructureDefinition/pdsm-comprehensive-document-reference`] },
    contained: [
      contained({ ...aPractitioner(), id: 'praticien' }),
      contained({ ...anOrganization(), id: 'etablissement' }),
      contained({
        resourceType: 'PractitionerRole',
        id: 'auteur',
        practitioner: { reference: '#praticien' },
        organization: { reference: '#etablissement' },
      }),
      contained({ resourceType: 'Patient', id: 'patient', name: [{ family: 'TESTFICTIF', given: ['LUCIE'] }] }),
    ],
    masterIdentifier: {
      use: 'usual',
      type: { coding: [{ system: `${MHD}/CodeSystem/IHE.MHD.MHDIdentifierType`, code: 'uniqueId' }] },
      system: 'urn:ietf:rfc:3986',
      value: uniqueOid(),
    },
    identifier: [{ use: 'official', system: 'urn:ietf:rfc:3986', value: `urn:uuid:${randomUUID()}` }],
    status: 'current',
    type: {
      coding: [
        { system: 'http://loinc.org', code: '34794-8', display: 'CR de réunion de concertation pluridisciplinaire' },
      ],
    },
    category: [coded('TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument', '10', 'Compte rendu')],
    subject,
    date: `2026-03-${String(1 + (Math.floor(number / 60) % 28)).padStart(2, '0')}T10:${minute}:00.000Z`,
    author: [{ reference: '#auteur' }],
    authenticator: { reference: '#praticien' },
    custodian: { reference: '#etablissement' },
    description: 'Document fictif',
    securityLabel: [coded('TRE_A08-HL7Confidentiality/FHIR/TRE-A08-HL7Confidentiality', 'N', 'Normal')],
    content: [
      {
        attachment: {
          contentType: 'application/pdf',
          language: 'fr-FR',
          title: 'Fiche RCP fictive',
          creation: `2026-02-01T09:${minute}:00+01:00`,
        },
        format: {
          system: `${NOS}/TRE_A11-IheFormatCode/FHIR/TRE-A11-IheFormatCode`,
          code: 'urn:ihe:iti:xds-sd:pdf:2008',
        },
      },
    ],
    context: {
      period: { start: '2026-02-01T08:00:00+01:00' },
      facilityType: coded(
        'TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite',
        'SA01',
        'Etablissement Public de santé',
      ),
      practiceSetting: coded(
        'TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice',
        'ETABLISSEMENT',
        'Etablissement de santé',
      ),
      sourcePatientInfo: { reference: '#patient' },
    },
  }
}

/** R4 types list what may be contained; a resource without meta always may. */
function contained<T extends Practitioner | PractitionerRole | Organization | Patient>({
  meta: _meta,
  ...resource
}: T) {
  return resource
}

const TRE_R209 = 'https://mos.esante.gouv.fr/NOS/TRE_R209-TypeActivite/FHIR/TRE-R209-TypeActivite'

/** A PDSm submission set of documents. */
export function aSubmissionSet(subject: string, items: readonly string[]): List {
  return {
    resourceType: 'List',
    meta: { profile: [`${PDSM}/StructureDefinition/pdsm-submissionset-comprehensive`] },
    contained: [{ resourceType: 'PractitionerRole', id: 'source', practitioner: { display: 'Auteur fictif' } }],
    extension: [
      {
        url: `${MHD}/StructureDefinition/ihe-designationType`,
        valueCodeableConcept: { coding: [{ system: TRE_R209, code: '07' }] },
      },
      {
        url: `${MHD}/StructureDefinition/ihe-sourceId`,
        valueIdentifier: { system: 'urn:ietf:rfc:3986', value: 'urn:oid:1.2.250.1.999.1' },
      },
    ],
    identifier: [
      { use: 'usual', system: 'urn:ietf:rfc:3986', value: uniqueOid() },
      { use: 'official', system: 'urn:ietf:rfc:3986', value: `urn:uuid:${randomUUID()}` },
    ],
    status: 'current',
    mode: 'working',
    title: 'Lot de soumission fictif',
    code: { coding: [{ system: `${MHD}/CodeSystem/MHDlistTypes`, code: 'submissionset' }] },
    subject: { reference: subject },
    date: '2026-03-01T10:00:00.000Z',
    source: { reference: '#source' },
    ...(items.length === 0 ? {} : { entry: items.map((reference) => ({ item: { reference } })) }),
  }
}

/** A list of somebody's, neither submission set nor folder. */
export function aWorkingList(subject: string, items: readonly string[]): List {
  return {
    resourceType: 'List',
    status: 'current',
    mode: 'working',
    title: 'Liste fictive',
    subject: { reference: subject },
    ...(items.length === 0 ? {} : { entry: items.map((reference) => ({ item: { reference } })) }),
  }
}
