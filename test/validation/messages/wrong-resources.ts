import { documentBytes } from '../../french/cda/a-document.ts'
import { qualifiedPatient } from '../../french/patients.ts'
import { derived } from '../rules/derived.ts'

/** A wrong resource, and what the message about it must hold for its sender to correct it from the message alone. */
export type Wrong = {
  readonly id: string
  readonly resource: object
  readonly key: string
  readonly expression: string
  /** What the text says in both languages: what is wrong, what is expected. */
  readonly says: readonly string[]
  /** Where the rule is stated. */
  readonly source: RegExp
  /** What was found, where it is a value: never in the answer. */
  readonly hides?: readonly string[]
}

const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition'
const PROFILE = /^rule https:\/\/interop\.esante\.gouv\.fr\/ig\/fhir\/pdsm\/StructureDefinition\/pdsm-[a-z-]+#[A-Z]/
const R4 = /^rule http:\/\/hl7\.org\/fhir\//
const REFERENCE = /^rule reference\/[a-z-]+\.md \d/
// biome-ignore lint/suspicious/noExplicitAny: these resources are broken on purpose
type Loose = any

const { entry, submission } = derived(documentBytes())

function patient(change: (patient: Loose) => void): object {
  const copy: Loose = structuredClone(qualifiedPatient())
  change(copy)
  return copy
}

function document(change: (document: Loose) => void): object {
  const copy: Loose = structuredClone(entry)
  copy.meta = { profile: [`${PDSM}/pdsm-comprehensive-document-reference`] }
  change(copy)
  return JSON.parse(JSON.stringify(copy))
}

function list(change: (list: Loose) => void): object {
  const copy: Loose = structuredClone(submission)
  copy.meta = { profile: [`${PDSM}/pdsm-submissionset-comprehensive`] }
  change(copy)
  return copy
}

const CONFIDENTIALITY = 'https://editeur.example/confidentialite'

/** Twenty mistakes that a DPI makes. */
export const WRONG: readonly Wrong[] = [
  {
    id: 'key of the INS',
    resource: patient((p) => {
      p.identifier[0].value = '284016322000211'
    }),
    key: 'INS-03.key',
    expression: 'Patient.identifier[0].value',
    says: ['97', 'modulo', '2A', 'INSi'],
    source: REFERENCE,
    hides: ['284016322000211'],
  },
  {
    id: 'INS without birth date',
    resource: patient((p) => {
      delete p.birthDate
    }),
    key: 'INS-02.birthDate',
    expression: 'Patient',
    says: ['birthDate', '-MM-'],
    source: REFERENCE,
  },
  {
    id: 'day that does not exist',
    resource: patient((p) => {
      p.birthDate = '1984-02-30'
    }),
    key: 'primitive.date',
    expression: 'Patient.birthDate',
    says: ['-MM-'],
    source: R4,
    hides: ['1984-02-30'],
  },
  {
    id: 'code outside of the set',
    resource: patient((p) => {
      p.gender = 'femme'
    }),
    key: 'binding.required',
    expression: 'Patient.gender',
    says: ['male, female, unknown', 'https://hl7.fr/ig/fhir/core/ValueSet/'],
    source: /^rule https:\/\/hl7\.fr\/ig\/fhir\/core\/StructureDefinition\/fr-core-patient(-ins)?#Patient\.gender$/,
    hides: ['femme'],
  },
  {
    id: 'invariant of FR Core',
    resource: patient((p) => {
      p.identifier.shift()
    }),
    key: 'inv.fr-core-1',
    expression: 'Patient',
    says: ['fr-core-patient-ins', 'VALI', 'official', 'INS-NIR'],
    source: /^rule https:\/\/hl7\.fr\/ig\/fhir\/core\/StructureDefinition\/fr-core-patient-ins$/,
  },
  {
    id: 'unknown code of a known system',
    resource: patient((p) => {
      p.extension[0].extension[0].valueCoding.code = 'VALIDE'
    }),
    key: 'coding.unknown-code',
    expression: 'Patient.extension[0].extension[0].value',
    says: ['https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'system'],
    source: R4,
    hides: ['VALIDE'],
  },
  {
    id: 'misspelt property',
    resource: patient((p) => {
      p.birthdate = p.birthDate
    }),
    key: 'element.misspelt',
    expression: 'Patient',
    says: ['birthdate', 'birthDate'],
    source: R4,
    hides: ['1984'],
  },
  {
    id: 'unknown property',
    resource: patient((p) => {
      p.nomNaissance = 'TESTFICTIF'
    }),
    key: 'element.unknown',
    expression: 'Patient',
    says: ['Patient', 'nomNaissance', 'extension'],
    source: R4,
    hides: ['TESTFICTIF'],
  },
  {
    id: 'object in place of an array',
    resource: patient((p) => {
      p.telecom = p.telecom[0]
    }),
    key: 'element.not-array',
    expression: 'Patient.telecom',
    says: ['JSON', '[ … ]'],
    source: /^rule https?:/,
  },
  {
    id: 'unknown modifier extension',
    resource: patient((p) => {
      p.modifierExtension = [{ url: 'https://editeur.example/negation', valueBoolean: true }]
    }),
    key: 'extension.modifier-unknown',
    expression: 'Patient.modifierExtension[0]',
    says: ['modifierExtension', 'url'],
    source: R4,
  },
  {
    id: 'no authenticator',
    resource: document((d) => {
      delete d.authenticator
    }),
    key: 'element.required',
    expression: 'DocumentReference',
    says: ['authenticator', '1'],
    source: PROFILE,
  },
  {
    id: 'type outside of the national set',
    resource: document((d) => {
      d.type.coding = [{ system: 'http://loinc.org', code: '99999-9' }]
    }),
    key: 'document.type-unlisted',
    expression: 'DocumentReference.type',
    says: ['JDV_J07', 'LOINC', '34794-8'],
    source: /^rule JDV_J07$/,
  },
  {
    id: 'class of another type',
    resource: document((d) => {
      d.category[0].coding = [{ system: d.category[0].coding[0].system, code: '44' }]
    }),
    key: 'document.type-class',
    expression: 'DocumentReference.category[0]',
    says: ['category', 'ASS_X04', '10 (Compte rendu)'],
    source: /^rule ASS_X04$/,
  },
  {
    id: 'display of another code',
    resource: document((d) => {
      d.type.coding[0].display = 'Fiche'
    }),
    key: 'coding.display',
    expression: 'DocumentReference.type.coding[0]',
    says: ['CR de réunion de concertation pluridisciplinaire', 'display'],
    source: R4,
  },
  {
    id: 'confidentiality of no known system',
    resource: document((d) => {
      d.securityLabel = [{ coding: [{ system: CONFIDENTIALITY, code: 'N' }] }]
    }),
    key: 'pdsm.constr-bind-securityLabel',
    expression: 'DocumentReference.securityLabel[0]',
    says: ['TRE_A08', 'TRE_A07', 'JDV_J08', 'N, R'],
    source: PROFILE,
  },
  {
    id: 'hash of other bytes',
    resource: document((d) => {
      const { url: _url, ...attachment } = d.content[0].attachment
      d.content[0].attachment = { ...attachment, data: 'SGVsbG8=', size: 5, hash: '2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }
    }),
    key: 'attachment.hash',
    expression: 'DocumentReference.content[0].attachment.hash',
    says: ['SHA-1', '20', 'base64'],
    source: REFERENCE,
    hides: ['SGVsbG8='],
  },
  {
    id: 'reference to no resource type',
    resource: document((d) => {
      d.custodian = { reference: 'Organisation/12' }
    }),
    key: 'reference.form',
    expression: 'DocumentReference.custodian',
    says: ['/id', 'urn:uuid:', '#id'],
    source: R4,
  },
  {
    id: 'reference that is not contained',
    resource: document((d) => {
      d.authenticator = { reference: 'Practitioner/12' }
    }),
    key: 'reference.aggregation',
    expression: 'DocumentReference.authenticator',
    says: ['contained', '#id'],
    source: PROFILE,
  },
  {
    id: 'slice that is missing',
    resource: list((l) => {
      l.extension = l.extension.filter(({ url }: Loose) => !url.endsWith('ihe-sourceId'))
    }),
    key: 'slice.min',
    expression: 'List.extension',
    says: ['sourceId', 'url = https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId', '1', '0'],
    source: PROFILE,
  },
  {
    id: 'transaction without request',
    resource: {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ fullUrl: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520', resource: { resourceType: 'Patient' } }],
    },
    key: 'transaction.request-missing',
    expression: 'Bundle.entry[0]',
    says: ['request', 'method', 'POST', 'url'],
    source: R4,
  },
]
