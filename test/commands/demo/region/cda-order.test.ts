import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '@xmldom/xmldom'
import { DOCUMENTS, nodesOf } from './a-region.ts'

/** Order of the children in the CDA R2 schema (POCD_MT000040), for the elements the region writes. */
const ORDER: Readonly<Record<string, string>> = {
  ClinicalDocument:
    'realmCode typeId templateId id code title effectiveTime confidentialityCode languageCode setId versionNumber recordTarget author informant custodian legalAuthenticator participant inFulfillmentOf documentationOf relatedDocument componentOf component',
  patientRole: 'id addr telecom patient',
  patient: 'name administrativeGenderCode birthTime birthplace',
  author: 'functionCode time assignedAuthor',
  assignedAuthor: 'id code addr telecom assignedPerson representedOrganization',
  assignedEntity: 'id code addr telecom assignedPerson representedOrganization',
  associatedEntity: 'id code addr telecom associatedPerson scopingOrganization',
  relatedEntity: 'code addr telecom effectiveTime relatedPerson',
  representedOrganization: 'id name telecom addr standardIndustryClassCode',
  scopingOrganization: 'id name telecom addr standardIndustryClassCode',
  representedCustodianOrganization: 'id name telecom addr',
  legalAuthenticator: 'time signatureCode assignedEntity',
  participant: 'functionCode time associatedEntity',
  functionCode: 'originalText translation',
  order: 'id code priorityCode',
  serviceEvent: 'id code effectiveTime performer',
  encompassingEncounter: 'id code effectiveTime location',
  healthCareFacility: 'id code location',
  location: 'healthCareFacility name addr',
  section: 'templateId id code title text entry component',
  observation:
    'templateId id code text statusCode effectiveTime priorityCode value interpretationCode targetSiteCode performer author entryRelationship',
  procedure: 'templateId id code text statusCode effectiveTime priorityCode performer entryRelationship',
  act: 'templateId id code text statusCode effectiveTime performer entryRelationship reference',
  organizer: 'templateId id code statusCode effectiveTime component',
  code: 'originalText qualifier translation',
  targetSiteCode: 'originalText qualifier translation',
  value: 'originalText qualifier translation',
  qualifier: 'name value',
  externalDocument: 'id code text setId versionNumber',
  table: 'thead tbody',
}

/** Elements that the schema lets in any order, or that hold one kind of child. */
const UNORDERED = new Set(
  'addr name text paragraph thead tbody tr td th content recordTarget birthplace place custodian assignedCustodian informant relatedPerson assignedPerson associatedPerson inFulfillmentOf documentationOf performer effectiveTime relatedDocument parentDocument componentOf component structuredBody nonXMLBody entry entryRelationship originalText reference interpretationCode priorityCode'.split(
    ' ',
  ),
)

test('the children of every element come in the order of the CDA schema', () => {
  for (const { fileName, root } of DOCUMENTS.slice(0, 40)) {
    for (const node of nodesOf('//c:*[*]', root)) {
      const order = ORDER[node.nodeName]?.split(' ')
      if (order === undefined) {
        assert.ok(UNORDERED.has(node.nodeName), `${fileName}: ${node.nodeName} has no order here`)
        continue
      }
      const places = childNames(node).map((name) => order.indexOf(name))
      assert.ok(!places.includes(-1), `${fileName}: ${node.nodeName} holds ${childNames(node).join(' ')}`)
      assert.deepEqual(
        places,
        places.toSorted((one, other) => one - other),
        `${fileName}: ${node.nodeName}`,
      )
    }
  }
})

function childNames(node: Node): string[] {
  return [...node.childNodes].filter((child) => child.nodeType === 1).map((child) => child.nodeName)
}
