/** A fictitious fiche RCP in PDF (CDA level 1), version 2, that replaces version 1. Tests change it by text replacement. */
export const A_DOCUMENT = `<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:d="urn:dicom-org:ps3-20">
  <realmCode code="FR"/>
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="2.16.840.1.113883.2.8.2.1"/>
  <templateId root="1.2.250.1.213.1.1.1.1"/>
  <templateId root="1.3.6.1.4.1.19376.1.2.20"/>
  <id root="2.25.1988034244"/>
  <code code="34794-8" codeSystem="2.16.840.1.113883.6.1" displayName="autre libellé"/>
  <title>  FRCP DSRC ESSAI /
     3C ESSAI / Sein </title>
  <effectiveTime value="20260712174500"/>
  <confidentialityCode code="R" codeSystem="2.16.840.1.113883.5.25"/>
  <languageCode code="fr-FR"/>
  <setId root="1.2.250.1.999.1" extension="77"/>
  <versionNumber value="2"/>
  <recordTarget><patientRole>
    <id root="1.2.250.1.213.1.4.10" extension="284016322000210"/>
    <id root="1.2.250.1.999.77.1" extension="IPP-778812"/>
    <addr use="H"><houseNumber>3</houseNumber><streetName>rue des Essais</streetName><postalCode>49000</postalCode><city>VILLE-ESSAI</city><country>France</country></addr>
    <telecom value="tel:0100000000" use="MC"/>
    <telecom value="mailto:284016322000210@patient.mssante.fr"/>
    <telecom nullFlavor="NAV"/>
    <patient>
      <name><prefix>MME</prefix>
        <family qualifier="BR">TESTFICTIF</family><given>LUCIE ANNE</given><given qualifier="BR">LUCIE</given>
        <family qualifier="CL">DUPONT-ESSAI</family><given qualifier="CL">LULU</given>
      </name>
      <administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>
      <birthTime value="19840115"/>
      <birthplace><place><addr><county>63220</county><city>Mazoires</city></addr></place></birthplace>
    </patient>
  </patientRole></recordTarget>
  <author>
    <functionCode nullFlavor="NA"><originalText>Coordonnateur</originalText></functionCode>
    <time value="20260712174500+0200"/>
    <assignedAuthor>
      <id root="1.2.250.1.71.4.2.1" extension="810000000017"/>
      <code code="G15_10/SM36" codeSystem="1.2.250.1.213.1.1.4.5" displayName="Médecin - Oncologie, opt médicale (SM)"/>
      <assignedPerson><name><prefix>M</prefix><given>Alix </given><family>EXEMPLE</family><suffix>DR</suffix></name></assignedPerson>
      <representedOrganization><id root="1.2.250.1.71.4.2.2" extension="1990000010"/><name>CH ESSAI</name></representedOrganization>
    </assignedAuthor>
  </author>
  <author>
    <time value="20260712174500+0200"/>
    <assignedAuthor>
      <id root="1.2.250.1.999.5" extension="APP"/>
      <assignedAuthoringDevice><manufacturerModelName>DCC ESSAI</manufacturerModelName><softwareName>Editeur</softwareName></assignedAuthoringDevice>
      <representedOrganization><id root="1.2.250.1.71.4.2.2" extension="1990000028"/><name>DSRC ESSAI</name></representedOrganization>
    </assignedAuthor>
  </author>
  <custodian><assignedCustodian><representedCustodianOrganization>
    <id root="1.2.250.1.71.4.2.2" extension="1990000028"/><name>DSRC ESSAI</name>
  </representedCustodianOrganization></assignedCustodian></custodian>
  <legalAuthenticator>
    <time value="20260712174500+0200"/><signatureCode code="S"/>
    <assignedEntity><id root="1.2.250.1.71.4.2.1" extension="810000000017"/>
      <assignedPerson><name><prefix>M</prefix><given>Alix</given><family>EXEMPLE</family><suffix>DR</suffix></name></assignedPerson>
    </assignedEntity>
  </legalAuthenticator>
  <inFulfillmentOf><order><id root="1.2.250.1.999.8" extension="ORD-1"/><d:accessionNumber root="1.2.250.1.999.9" extension="ACC-1"/></order></inFulfillmentOf>
  <documentationOf><serviceEvent>
    <code code="39" codeSystem="1.2.250.1.213.3.3.13" displayName="Réunion de Concertation Pluridisciplinaire (RCP)"/>
    <effectiveTime><low value="20260712171100+0200"/><high value="20260712173000+0200"/></effectiveTime>
    <performer typeCode="PRF"><assignedEntity>
      <id root="1.2.250.1.71.4.2.1" extension="810000000017"/>
      <representedOrganization><id root="1.2.250.1.71.4.2.2" extension="1990000010"/>
        <standardIndustryClassCode code="ETABLISSEMENT" codeSystem="1.2.250.1.213.1.1.4.9" displayName="x"/>
      </representedOrganization>
    </assignedEntity></performer>
  </serviceEvent></documentationOf>
  <documentationOf><serviceEvent><code code="C50.2" codeSystem="2.16.840.1.113883.6.3" displayName="Tumeur maligne">
    <translation code="QEQK004" codeSystem="1.2.250.1.213.2.5"/>
    <translation code="MG" codeSystem="1.2.840.10008.2.16.4"><qualifier><name code="121139" codeSystem="1.2.840.10008.2.16.4"/></qualifier></translation>
  </code></serviceEvent></documentationOf>
  <relatedDocument typeCode="RPLC"><parentDocument><id root="90E1C8EC-F951-4B26-A305-A34848818DD6"/></parentDocument></relatedDocument>
  <componentOf><encompassingEncounter>
    <id root="1.2.250.1.161.1.20.3.1" extension="27999001"/>
    <code code="VR" codeSystem="2.16.840.1.113883.5.4"/>
    <effectiveTime><low value="20260712171100+0200"/></effectiveTime>
    <location><healthCareFacility>
      <code code="SA36" codeSystem="1.2.250.1.71.4.2.4"/>
      <location><name>CLCC ESSAI</name></location>
    </healthCareFacility></location>
  </encompassingEncounter></componentOf>
  <component><nonXMLBody><text mediaType="application/pdf" representation="B64">JVBERi0x
LjcK</text></nonXMLBody></component>
</ClinicalDocument>
`

/** The bytes of a document: the one above with pieces of text replaced. Each piece must be there, or the test proves nothing. */
export function documentBytes(
  ...changes: readonly (readonly [piece: string | RegExp, replacement: string])[]
): Uint8Array {
  const text = changes.reduce((changed, [piece, replacement]) => {
    const next = changed.replace(piece, replacement)
    if (next === changed) throw new Error(`nothing to replace: ${piece}`)
    return next
  }, A_DOCUMENT)
  return new TextEncoder().encode(text)
}

/** The structured (level 3) form of the document, with the status that its body states. */
export function structuredBytes(
  status: string,
  ...changes: readonly (readonly [string | RegExp, string])[]
): Uint8Array {
  const body =
    '<structuredBody><component><section><entry><observation>' +
    '<code code="GEN-065" codeSystem="1.2.250.1.213.1.1.4.322"/>' +
    `<value code="${status}" codeSystem="2.16.840.1.113883.6.96"/>` +
    '</observation></entry></section></component></structuredBody>'
  return documentBytes(
    [/<nonXMLBody>[\s\S]*<\/nonXMLBody>/, body],
    ['1.3.6.1.4.1.19376.1.2.20', '1.2.250.1.213.1.1.1.8'],
    ...changes,
  )
}
