import { createHash, randomUUID } from 'node:crypto'
import type {
  Binary,
  Bundle,
  BundleEntry,
  DocumentReference,
  Identifier,
  List,
  Organization,
  Parameters,
  Patient,
  Practitioner,
  PractitionerRole,
  Reference,
  Resource,
} from '@medplum/fhirtypes'
import { matriculeKey } from '../../src/french/ins.ts'

/**
 * Resources for stories over HTTP, valid by FR Core and PDSm and all fictitious. Each call gives another person or
 * document: identifiers are never repeated within a test process.
 */

const FR_CORE = 'https://hl7.fr/ig/fhir/core'
const NOS = 'https://mos.esante.gouv.fr/NOS'
const MHD = 'https://profiles.ihe.net/ITI/MHD'
const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm'
const V2_0203 = 'http://terminology.hl7.org/CodeSystem/v2-0203'
/** Official test identifiers (identity-fr.md 1.5). */
export const INS_TEST = 'urn:oid:1.2.250.1.213.1.4.10'
/** The hospital that numbers its own patients. */
export const IPP = 'urn:oid:1.2.250.1.71.4.2.2.990000001'

let last = 0
const next = (): number => {
  last += 1
  return last
}

/** A person; without `qualified` a local identity with an IPP and no INS. */
export function aPatient(): PatientBuilder {
  return new PatientBuilder(next())
}

/** Makes a Patient step by step; every step gives a new builder. */
export class PatientBuilder {
  readonly ins: string
  readonly ipp: string
  private readonly number: number
  private readonly patient: Patient

  constructor(number: number, patient?: Patient) {
    this.number = number
    this.ins = fictitiousMatricule(number)
    this.ipp = `IPP-${String(number).padStart(6, '0')}`
    this.patient = patient ?? localPatient(number, this.ipp)
  }

  /** Baseline B0 of identity-fr.md 4.2 with an INS of its own: an identity that may be sent with its INS. */
  qualified(): PatientBuilder {
    const [name, ...names] = this.patient.name ?? []
    return this.with({
      meta: { profile: [`${FR_CORE}/StructureDefinition/fr-core-patient-ins`] },
      extension: [reliability(), birthPlace()],
      identifier: [officialIns(this.ins), ...(this.patient.identifier ?? [])],
      name: [{ ...name, extension: [givenList('LUCIE ANNE')] }, ...names],
    })
  }

  named(family: string, given?: string): PatientBuilder {
    const [official, ...others] = this.patient.name ?? []
    return this.with({ name: [{ ...official, family, ...(given === undefined ? {} : { given: [given] }) }, ...others] })
  }

  born(birthDate: string): PatientBuilder {
    return this.with({ birthDate })
  }

  with(elements: Partial<Patient>): PatientBuilder {
    return new PatientBuilder(this.number, { ...this.patient, ...elements })
  }

  build(): Patient {
    return structuredClone(this.patient)
  }
}

/** A matricule of the test domain with the right key: women born in January of 1930 and later, in Mazoires. */
export function fictitiousMatricule(number: number): string {
  const year = String(30 + Math.floor(number / 999)).padStart(2, '0')
  const order = String(1 + (number % 999)).padStart(3, '0')
  const body = `2${year}0163220${order}`
  return `${body}${matriculeKey(body)}`
}

function localPatient(number: number, ipp: string): Patient {
  return {
    resourceType: 'Patient',
    meta: { profile: [`${FR_CORE}/StructureDefinition/fr-core-patient`] },
    identifier: [
      {
        use: 'usual',
        type: { coding: [{ system: V2_0203, code: 'PI', display: 'Patient internal identifier' }] },
        system: IPP,
        value: ipp,
      },
    ],
    active: true,
    name: [
      { use: 'official', family: 'TESTFICTIF', given: ['LUCIE'] },
      { use: 'usual', family: 'DUPONT-ESSAI', given: ['LULU'], prefix: ['MME'] },
    ],
    telecom: [{ system: 'phone', value: '+33100000000' }],
    gender: 'female',
    birthDate: `19${String(30 + Math.floor(number / 999)).padStart(2, '0')}-01-15`,
  }
}

function officialIns(value: string): Identifier {
  return {
    use: 'official',
    type: { coding: [{ system: `${FR_CORE}/CodeSystem/fr-core-cs-v2-0203`, code: 'INS-NIR-TEST' }] },
    system: INS_TEST,
    value,
  }
}

function reliability() {
  const coding = (name: string, code: string) => ({ system: `${FR_CORE}/CodeSystem/fr-core-cs-${name}`, code })
  return {
    url: `${FR_CORE}/StructureDefinition/fr-core-identity-reliability`,
    extension: [
      { url: 'identityStatus', valueCoding: coding('v2-0445', 'VALI') },
      { url: 'methodCollection', valueCoding: coding('method-collection', 'INSI') },
      { url: 'dateCollection', valueDate: '2026-10-01' },
      { url: 'validationDate', valueDate: '2026-10-01' },
      { url: 'validationMode', valueCoding: coding('mode-validation-identity', 'CN') },
    ],
  }
}

function birthPlace() {
  const system = `${NOS}/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM`
  return {
    url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
    valueAddress: {
      extension: [
        { url: `${FR_CORE}/StructureDefinition/fr-core-address-insee-code`, valueCoding: { system, code: '63220' } },
      ],
      city: 'Mazoires',
      country: 'FRA',
    },
  }
}

function givenList(valueString: string) {
  return { url: `${FR_CORE}/StructureDefinition/fr-core-patient-birth-list-given-name`, valueString }
}

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
    return structuredClone(this.document)
  }

  private attached(changes: NonNullable<DocumentReference['content']>[number]['attachment']): DocumentBuilder {
    const [content] = this.document.content ?? []
    return this.with({ content: [{ ...content, attachment: { ...content?.attachment, ...changes } }] })
  }
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

/** A professional with an RPPS of its own. */
export function aPractitioner(): Practitioner {
  const number = next()
  return {
    resourceType: 'Practitioner',
    meta: { profile: [`${FR_CORE}/StructureDefinition/fr-core-practitioner`] },
    identifier: [
      {
        use: 'official',
        type: { coding: [{ system: `${FR_CORE}/CodeSystem/fr-core-cs-v2-0203`, code: 'RPPS' }] },
        system: 'https://rpps.esante.gouv.fr',
        value: `9900${String(number).padStart(7, '0')}`,
      },
    ],
    active: true,
    name: [{ use: 'official', family: 'MEDECIN-FICTIF', given: [`Camille${number}`] }],
  }
}

/** A hospital with a FINESS of its own. */
export function anOrganization(): Organization {
  const number = next()
  return {
    resourceType: 'Organization',
    meta: { profile: [`${FR_CORE}/StructureDefinition/fr-core-organization`] },
    identifier: [
      {
        use: 'official',
        type: { coding: [{ system: `${FR_CORE}/CodeSystem/fr-core-cs-v2-0203`, code: 'FINEG' }] },
        system: 'https://finess.esante.gouv.fr',
        value: `99${String(number).padStart(7, '0')}`,
      },
    ],
    active: true,
    name: `Hôpital fictif ${number}`,
  }
}

/** A situation of exercise. */
export function aRole(practitioner: string, organization: string): PractitionerRole {
  return {
    resourceType: 'PractitionerRole',
    meta: { profile: [`${FR_CORE}/StructureDefinition/fr-core-practitioner-role`] },
    identifier: [{ system: 'urn:oid:1.2.250.1.71.4.2.99', value: `R${next()}` }],
    active: true,
    practitioner: { reference: practitioner },
    organization: { reference: organization },
  }
}

/** A PDSm submission set of documents. */
export function aSubmissionSet(subject: string, items: readonly string[]): List {
  return {
    resourceType: 'List',
    meta: { profile: [`${PDSM}/StructureDefinition/pdsm-submissionset-comprehensive`] },
    contained: [{ resourceType: 'PractitionerRole', id: 'source', practitioner: { display: 'Auteur fictif' } }],
    extension: [
      {
        url: `${MHD}/StructureDefinition/ihe-designationType`,
        valueCodeableConcept: { coding: [{ system: 'http://loinc.org', code: '34794-8' }] },
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

/** A fullUrl that another entry may refer to. */
export function urnUuid(): string {
  return `urn:uuid:${randomUUID()}`
}

/** A Bundle of requests that are done together or not at all. */
export function aTransaction(...entry: BundleEntry[]): Bundle {
  return { resourceType: 'Bundle', type: 'transaction', entry }
}

/** A Bundle of requests that are done each on its own. */
export function aBatch(...entry: BundleEntry[]): Bundle {
  return { resourceType: 'Bundle', type: 'batch', entry }
}

/** An entry that creates a resource. */
export function creating(resource: Resource, fullUrl = urnUuid(), ifNoneExist?: string): BundleEntry {
  const request = { method: 'POST', url: resource.resourceType, ...(ifNoneExist === undefined ? {} : { ifNoneExist }) }
  return { fullUrl, resource, request: request as NonNullable<BundleEntry['request']> }
}

/** An entry that puts a resource at an address or criteria. */
export function putting(url: string, resource: Resource): BundleEntry {
  return { fullUrl: urnUuid(), resource, request: { method: 'PUT', url } }
}

/** The entry by which MHD supersedes what a new document replaces (MHD-65-07). */
export function superseding(url: string): BundleEntry {
  return { fullUrl: urnUuid(), resource: aStatusPatch('superseded'), request: { method: 'PATCH', url } }
}

/** IHE.MHD.Patch.Parameters: replaces the status of a document. */
export function aStatusPatch(status: string): Parameters {
  return aFhirPathPatch([
    { name: 'type', valueCode: 'replace' },
    { name: 'path', valueString: 'DocumentReference.status' },
    { name: 'value', valueCode: status },
  ])
}

/** A FHIRPath Patch of these operations, each given by its parts. */
export function aFhirPathPatch(...operations: NonNullable<Parameters['parameter']>[]): Parameters {
  return { resourceType: 'Parameters', parameter: operations.map((part) => ({ name: 'operation', part })) }
}

/** What a PDSm source sends (ITI-65): documents with their contents and the submission set that lists them. */
export function aProvideBundle(subject: string, count = 1): Bundle {
  const documents = Array.from({ length: count }, () => {
    const content = aContent()
    const binary = creating(aBinary(content))
    return {
      binary,
      document: creating(
        aDocument(subject)
          .at(binary.fullUrl ?? '', content)
          .build(),
      ),
    }
  })
  const items = documents.map(({ document }) => document.fullUrl ?? '')
  return {
    ...aTransaction(
      creating(aSubmissionSet(subject, items)),
      ...documents.map(({ document }) => document),
      ...documents.map(({ binary }) => binary),
    ),
    meta: { profile: [`${PDSM}/StructureDefinition/pdsm-comprehensive-provide-document-bundle`] },
  }
}
