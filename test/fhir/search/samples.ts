/** Realistic resources of the region, fictitious, that between them hold every searchable element. */

const TRE = 'https://mos.esante.gouv.fr/NOS'
const MHD = 'https://profiles.ihe.net/ITI/MHD'
const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition'
const URI = 'urn:ietf:rfc:3986'

const role = {
  resourceType: 'PractitionerRole',
  id: 'role',
  practitioner: { reference: '#doctor' },
  organization: { reference: '#hospital' },
}
const doctor = {
  resourceType: 'Practitioner',
  id: 'doctor',
  identifier: [{ system: 'https://rpps.esante.gouv.fr', value: '10101201234' }],
  name: [{ family: 'Leclerc-Dupré', given: ['Sophie'] }],
}
const hospital = {
  resourceType: 'Organization',
  id: 'hospital',
  identifier: [{ system: 'urn:oid:1.2.250.1.71.4.2.2', value: '1750100125' }],
  name: 'CHU de test',
}

/** A meeting sheet that replaces two others, one of them known by its identifier only. */
export const meetingSheet = {
  resourceType: 'DocumentReference',
  id: 'p1.d1',
  contained: [
    role,
    doctor,
    hospital,
    {
      resourceType: 'PractitionerRole',
      id: 'outside',
      practitioner: { reference: 'Practitioner/dr9' },
      organization: { reference: 'Organization/org9' },
    },
  ],
  extension: [{ url: `${PDSM}/pdsm-ext-is-archived`, valueBoolean: true }],
  masterIdentifier: { system: URI, value: 'urn:oid:1.2.3.4' },
  identifier: [{ use: 'official', system: URI, value: 'urn:uuid:0c287d32-01e3-4d87-9953-9fcc9404eb21' }],
  status: 'current',
  type: { coding: [{ system: 'http://loinc.org', code: '55107-7' }] },
  category: [{ coding: [{ system: `${TRE}/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument`, code: '10' }] }],
  subject: {
    reference: 'Patient/p1',
    identifier: { system: 'urn:oid:1.2.250.1.213.1.4.10', value: '284016322000210' },
  },
  date: '2025-04-29T12:00:00+02:00',
  author: [{ reference: '#role' }, { reference: '#outside' }, { reference: 'PractitionerRole/r7' }],
  authenticator: { reference: 'Practitioner/dr7' },
  custodian: { reference: 'Organization/org7' },
  relatesTo: [
    { code: 'replaces', target: { reference: 'DocumentReference/p1.d0' } },
    { code: 'replaces', target: { identifier: { system: URI, value: 'urn:oid:1.2.3.9' } } },
    { code: 'appends', target: { identifier: { system: URI, value: 'urn:oid:1.2.3.8' } } },
  ],
  description: 'Réunion de concertation pluridisciplinaire d’oncologie',
  securityLabel: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }] }],
  content: [
    {
      attachment: {
        contentType: 'application/pdf',
        language: 'fr-FR',
        url: 'Binary/p1.b1',
        creation: '2025-04-25T09:30:00+02:00',
      },
      format: { system: `${TRE}/TRE_A06/FHIR/TRE-A06`, code: 'urn:asip:ci-sis:cancer-frcp:2022' },
    },
  ],
  context: {
    encounter: [{ reference: 'Encounter/e1', identifier: { system: 'urn:oid:1.2.250.1.99', value: 'VENUE-1' } }],
    event: [{ coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'C50.9' }] }],
    period: { start: '2025-04-20T08:00:00+02:00', end: '2025-04-25' },
    facilityType: { coding: [{ system: `${TRE}/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite`, code: 'SA01' }] },
    practiceSetting: {
      coding: [{ system: `${TRE}/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice`, code: 'ETABLISSEMENT' }],
    },
    related: [{ identifier: { system: 'urn:oid:1.2.250.1.98', value: 'ORDER-1' } }],
  },
}

/** A submission set of that sheet. */
export const submissionSet = {
  resourceType: 'List',
  id: 'p1.l1',
  contained: [
    role,
    doctor,
    hospital,
    {
      resourceType: 'PractitionerRole',
      id: 'outside',
      practitioner: { reference: 'Practitioner/dr9' },
      organization: { reference: 'Organization/org9' },
    },
  ],
  extension: [
    {
      url: `${MHD}/StructureDefinition/ihe-designationType`,
      valueCodeableConcept: {
        coding: [{ system: `${TRE}/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite`, code: 'SA05' }],
      },
    },
    { url: `${MHD}/StructureDefinition/ihe-sourceId`, valueIdentifier: { value: 'urn:oid:1.2.250.1.7' } },
    { url: `${MHD}/StructureDefinition/ihe-intendedRecipient`, valueReference: { reference: 'Organization/org5' } },
    { url: `${PDSM}/pdsm-ext-is-archived`, valueBoolean: false },
  ],
  identifier: [{ system: URI, value: 'urn:oid:1.2.3.5' }],
  status: 'retired',
  mode: 'working',
  title: 'Lot de soumission de la RCP',
  code: { coding: [{ system: `${MHD.replace('https:', 'http:')}/CodeSystem/MHDlistTypes`, code: 'submissionset' }] },
  subject: { reference: 'Patient/p1' },
  date: '2025-04-30',
  source: {
    reference: '#role',
    extension: [
      { url: `${MHD}/StructureDefinition/ihe-authorOrg`, valueReference: { reference: 'Organization/org6' } },
    ],
  },
  entry: [{ item: { reference: 'DocumentReference/p1.d1' } }],
}

/** Adds what the baseline patient B0 lacks: an address, contacts, a death, links. */
export const patientAdditions = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName', valueString: 'Lefèvre' }],
  telecom: [{ system: 'email', value: 'Lucie.Testfictif@Example.TEST' }],
  address: [
    {
      use: 'home',
      line: ['1 rue de l’Église'],
      city: 'Clermont-Ferrand',
      postalCode: '63000',
      state: 'Auvergne-Rhône-Alpes',
      country: 'FRA',
    },
  ],
  deceasedDateTime: '2025-12-24',
  generalPractitioner: [{ reference: 'Practitioner/gp1' }],
  managingOrganization: { reference: 'Organization/org1' },
  link: [{ type: 'replaces', other: { reference: 'Patient/p0' } }],
}

export const practitioner = {
  ...doctor,
  id: 'dr1',
  active: true,
  gender: 'female',
  telecom: [
    { system: 'email', value: 'sophie@mssante.test' },
    { system: 'phone', value: '01 00 00 00 01' },
  ],
  address: patientAdditions.address,
}

export const practitionerRole = {
  resourceType: 'PractitionerRole',
  id: 'r1',
  active: false,
  identifier: [{ system: 'https://rppsrang.esante.gouv.fr', value: '10101201234-1' }],
  practitioner: { reference: 'Practitioner/dr1' },
  organization: { reference: 'Organization/org1' },
  code: [{ coding: [{ system: `${TRE}/TRE_R21-Fonction/FHIR/TRE-R21-Fonction`, code: 'FON-05' }] }],
  specialty: [
    { coding: [{ system: `${TRE}/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale`, code: 'SM40' }] },
  ],
  telecom: practitioner.telecom,
}

export const organization = {
  ...hospital,
  id: 'org1',
  active: true,
  alias: ['Hôpital Nord'],
  type: [{ coding: [{ system: 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-3307', code: 'LEGAL-ENTITY' }] }],
  address: patientAdditions.address,
  partOf: { reference: 'Organization/org0' },
}
