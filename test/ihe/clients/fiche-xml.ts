import type { Content } from '../../support/builders.ts'

/**
 * What a hospital that speaks XML sends, written by hand: a patient and the ITI-65 bundle of a fiche RCP. Nothing of ours
 * makes this text, so that our reading of XML is held against another hand's writing of it.
 */

const FHIR = 'http://hl7.org/fhir'
const FR_CORE = 'https://hl7.fr/ig/fhir/core'
const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm'
const MHD = 'https://profiles.ihe.net/ITI/MHD'
const NOS = 'https://mos.esante.gouv.fr/NOS'

/** A person with a local identity. */
export function patientXml({ ipp, ippSystem }: { ipp: string; ippSystem: string }): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<Patient xmlns="${FHIR}">
  <meta><profile value="${FR_CORE}/StructureDefinition/fr-core-patient"/></meta>
  <identifier>
    <use value="usual"/>
    <type><coding><system value="http://terminology.hl7.org/CodeSystem/v2-0203"/><code value="PI"/></coding></type>
    <system value="${ippSystem}"/>
    <value value="${ipp}"/>
  </identifier>
  <active value="true"/>
  <name><use value="official"/><family value="TESTFICTIF"/><given value="ÉLISE"/></name>
  <gender value="female"/>
  <birthDate value="1961-01-15"/>
</Patient>`
}

/** What a fiche says in a bundle. */
export interface FicheXml {
  subject: string
  content: Content
  /** Unique ids of the document and of the submission, OIDs as `urn:oid:`. */
  uniqueId: string
  submissionId: string
  sourceId?: string
  replaces?: string
}

/** The bundle of a fiche; with `replaces`, the PATCH entry too. */
export function provideXml(fiche: FicheXml): string {
  const { subject, submissionId, replaces } = fiche
  return `<?xml version="1.0" encoding="UTF-8"?>
<Bundle xmlns="${FHIR}">
  <meta><profile value="${PDSM}/StructureDefinition/pdsm-comprehensive-provide-document-bundle"/></meta>
  <type value="transaction"/>
  <entry>
    <fullUrl value="urn:uuid:3d1a4f0e-0c5b-4c56-8a3e-5b0f6a2d7c01"/>
    <resource>${submissionXml(subject, submissionId)}</resource>
    <request><method value="POST"/><url value="List"/></request>
  </entry>
  <entry>
    <fullUrl value="urn:uuid:3d1a4f0e-0c5b-4c56-8a3e-5b0f6a2d7c02"/>
    <resource>${documentXml(fiche)}</resource>
    <request><method value="POST"/><url value="DocumentReference"/></request>
  </entry>
  <entry>
    <fullUrl value="urn:uuid:3d1a4f0e-0c5b-4c56-8a3e-5b0f6a2d7c03"/>
    <resource><Binary>
      <contentType value="${fiche.content.contentType}"/>
      <data value="${fiche.content.bytes.toString('base64')}"/>
    </Binary></resource>
    <request><method value="POST"/><url value="Binary"/></request>
  </entry>${replaces === undefined ? '' : patchXml(replaces)}
</Bundle>`
}

function submissionXml(subject: string, uniqueId: string): string {
  return `<List>
      <meta><profile value="${PDSM}/StructureDefinition/pdsm-submissionset-comprehensive"/></meta>
      <contained><PractitionerRole><id value="source"/><practitioner><display value="Auteur fictif"/></practitioner></PractitionerRole></contained>
      <extension url="${MHD}/StructureDefinition/ihe-designationType"><valueCodeableConcept><coding><system value="${NOS}/TRE_R209-TypeActivite/FHIR/TRE-R209-TypeActivite"/><code value="07"/></coding></valueCodeableConcept></extension>
      <extension url="${MHD}/StructureDefinition/ihe-sourceId"><valueIdentifier><system value="urn:ietf:rfc:3986"/><value value="urn:oid:1.2.250.1.999.1"/></valueIdentifier></extension>
      <identifier><use value="usual"/><system value="urn:ietf:rfc:3986"/><value value="${uniqueId}"/></identifier>
      <status value="current"/>
      <mode value="working"/>
      <code><coding><system value="${MHD}/CodeSystem/MHDlistTypes"/><code value="submissionset"/></coding></code>
      <subject><reference value="${subject}"/></subject>
      <date value="2026-03-01T10:00:00.000Z"/>
      <source><reference value="#source"/></source>
      <entry><item><reference value="urn:uuid:3d1a4f0e-0c5b-4c56-8a3e-5b0f6a2d7c02"/></item></entry>
    </List>`
}

function documentXml({ subject, content, uniqueId, replaces }: FicheXml): string {
  return `<DocumentReference>
      <meta><profile value="${PDSM}/StructureDefinition/pdsm-comprehensive-document-reference"/></meta>
      <contained><Practitioner><id value="praticien"/><name><family value="Auteur"/><given value="Noémie"/></name></Practitioner></contained>
      <contained><Organization><id value="etablissement"/><name value="Hôpital d'essai &amp; fils"/></Organization></contained>
      <contained><PractitionerRole><id value="auteur"/><practitioner><reference value="#praticien"/></practitioner><organization><reference value="#etablissement"/></organization></PractitionerRole></contained>
      <contained><Patient><id value="patient"/><name><family value="TESTFICTIF"/><given value="ÉLISE"/></name></Patient></contained>
      <masterIdentifier>
        <use value="usual"/>
        <type><coding><system value="${MHD}/CodeSystem/IHE.MHD.MHDIdentifierType"/><code value="uniqueId"/></coding></type>
        <system value="urn:ietf:rfc:3986"/>
        <value value="${uniqueId}"/>
      </masterIdentifier>
      <status value="current"/>
      <type><coding><system value="http://loinc.org"/><code value="34794-8"/></coding></type>
      <category><coding><system value="${NOS}/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument"/><code value="10"/></coding></category>
      <subject><reference value="${subject}"/></subject>
      <date value="2026-03-01T10:00:00.000Z"/>
      <author><reference value="#auteur"/></author>
      <authenticator><reference value="#praticien"/></authenticator>
      <custodian><reference value="#etablissement"/></custodian>${
        replaces === undefined
          ? ''
          : `
      <relatesTo><code value="replaces"/><target><reference value="${replaces}"/></target></relatesTo>`
      }
      <description value="Fiche « RCP » &lt;fictive&gt;"/>
      <securityLabel><coding><system value="${NOS}/TRE_A08-HL7Confidentiality/FHIR/TRE-A08-HL7Confidentiality"/><code value="N"/></coding></securityLabel>
      <content>
        <attachment>
          <contentType value="${content.contentType}"/>
          <language value="fr-FR"/>
          <url value="urn:uuid:3d1a4f0e-0c5b-4c56-8a3e-5b0f6a2d7c03"/>
          <size value="${content.size}"/>
          <hash value="${content.hash}"/>
          <title value="Fiche RCP"/>
          <creation value="2026-02-01T09:00:00+01:00"/>
        </attachment>
        <format><system value="${NOS}/TRE_A11-IheFormatCode/FHIR/TRE-A11-IheFormatCode"/><code value="urn:ihe:iti:xds-sd:pdf:2008"/></format>
      </content>
      <context>
        <period><start value="2026-02-01T08:00:00+01:00"/></period>
        <facilityType><coding><system value="${NOS}/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite"/><code value="SA01"/></coding></facilityType>
        <practiceSetting><coding><system value="${NOS}/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice"/><code value="ETABLISSEMENT"/></coding></practiceSetting>
        <sourcePatientInfo><reference value="#patient"/></sourcePatientInfo>
      </context>
    </DocumentReference>`
}

function patchXml(replaces: string): string {
  return `
  <entry>
    <fullUrl value="urn:uuid:3d1a4f0e-0c5b-4c56-8a3e-5b0f6a2d7c04"/>
    <resource><Parameters><parameter>
      <name value="operation"/>
      <part><name value="type"/><valueCode value="replace"/></part>
      <part><name value="path"/><valueString value="DocumentReference.status"/></part>
      <part><name value="value"/><valueCode value="superseded"/></part>
    </parameter></Parameters></resource>
    <request><method value="PATCH"/><url value="${replaces}"/></request>
  </entry>`
}
