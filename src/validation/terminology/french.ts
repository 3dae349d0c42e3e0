import { FORMAT_OF_MEDIA_TYPE, FORMAT_OF_TEMPLATE, UNSTRUCTURED_TEMPLATE } from '../../french/ass-a11.ts'
import { CLASS_BY_CHOICE, CLASS_OF_TYPE } from '../../french/ass-x04.ts'
import { type CodeTable, findCode } from '../../french/code-table.ts'
import {
  CONFIDENTIALITY_CODES,
  DOCUMENT_CLASSES,
  FACILITY_TYPES,
  PRACTICE_SETTINGS,
} from '../../french/document-codes.ts'
import { DOCUMENT_FORMATS } from '../../french/document-formats.ts'
import { DOCUMENT_TYPES } from '../../french/document-types.ts'
import { TRE_A11 } from '../../french/oids.ts'
import type { ConceptMap, MapGroup, MapTarget, TerminologyResource, ValueSet } from './resources.ts'

const NOS = 'https://mos.esante.gouv.fr/NOS'

const ANS = 'Agence du Numérique en Santé, nomenclatures published for free reuse.'

/** The notice that LOINC asks for; its codes are those that JDV_J07 lists, under the displays of the ANS. */
const LOINC_NOTICE =
  'Contains LOINC codes: LOINC (http://loinc.org) is copyright Regenstrief Institute, Inc. and the LOINC Committee, available at no cost under the licence at http://loinc.org/license.'

/** Class of a type that ASS_X04 forgets (src/french/ass-x04.ts): ours, hence a map of its own. */
export const CLASS_BY_CHOICE_MAP = 'urn:dcc:concept-map:class-by-choice'

/** The value sets and maps of src/french, as resources: the tables stay the only place where their codes are written. */
export function frenchResources(): readonly TerminologyResource[] {
  return [...VALUE_SETS.map(valueSetOf), ...conceptMaps()]
}

interface Row {
  name: string
  oid: string
  version: string
  table: CodeTable
  notice?: string
}

/** Versions and OIDs are those of the tables' own documentation. */
const VALUE_SETS: readonly Row[] = [
  { name: 'J02-XdsHealthcareFacilityTypeCode', oid: '466', version: '20260223120000', table: FACILITY_TYPES },
  { name: 'J04-XdsPracticeSettingCode', oid: '467', version: '20240927120000', table: PRACTICE_SETTINGS },
  { name: 'J06-XdsClassCode', oid: '462', version: '20230922120000', table: DOCUMENT_CLASSES },
  {
    name: 'J07-XdsTypeCode',
    oid: '471',
    version: '20260629120000',
    table: DOCUMENT_TYPES,
    notice: LOINC_NOTICE,
  },
  { name: 'J08-XdsConfidentialityCode', oid: '463', version: '20200424120000', table: CONFIDENTIALITY_CODES },
  { name: 'J10-XdsFormatCode', oid: '465', version: '20260629120000', table: DOCUMENT_FORMATS },
]

function valueSetOf({ name, oid, version, table, notice }: Row): ValueSet {
  return {
    resourceType: 'ValueSet',
    ...nationalHead('JDV', name),
    version,
    identifiers: [`urn:oid:1.2.250.1.213.1.1.5.${oid}`],
    copyright: notice === undefined ? ANS : `${ANS} ${notice}`,
    includes: Object.entries(table).map(([system, codes]) => ({
      system,
      concepts: Object.entries(codes).map(([code, display]) => ({ code, display })),
      filters: [],
      valueSets: [],
    })),
    excludes: [],
    defined: true,
  }
}

/** Address, id and name of a national resource: `JDV_J07-XdsTypeCode-CISIS` and its spellings. */
function nationalHead(kind: 'JDV' | 'ASS', name: string) {
  const id = `${kind}-${name}-CISIS`
  return {
    id,
    url: `${NOS}/${kind}_${name}-CISIS/FHIR/${id}`,
    name: id.replaceAll('-', '_'),
    status: 'active',
  }
}

function conceptMaps(): readonly ConceptMap[] {
  const types = nationalHead('JDV', 'J07-XdsTypeCode').url
  const classes = nationalHead('JDV', 'J06-XdsClassCode').url
  const typeToClass = { resourceType: 'ConceptMap', identifiers: [], source: types, target: classes } as const
  return [
    {
      ...typeToClass,
      ...nationalHead('ASS', 'X04-CorrespondanceType-Classe'),
      copyright: `${ANS} ${LOINC_NOTICE}`,
      groups: groupsOf(CLASS_OF_TYPE, DOCUMENT_CLASSES),
    },
    {
      ...typeToClass,
      id: 'class-by-choice',
      url: CLASS_BY_CHOICE_MAP,
      name: 'ClassByChoice',
      status: 'active',
      copyright: LOINC_NOTICE,
      groups: groupsOf(CLASS_BY_CHOICE, DOCUMENT_CLASSES),
    },
    {
      resourceType: 'ConceptMap',
      ...nationalHead('ASS', 'A11-CorresModeleCDA-XdsFormatCode'),
      identifiers: [],
      source: 'https://smt.esante.gouv.fr/fhir/ValueSet/jdv-modele-document-cda-cisis',
      target: nationalHead('JDV', 'J10-XdsFormatCode').url,
      copyright: ANS,
      groups: [...structuredGroups(), unstructuredGroup()],
    },
  ]
}

/** One group for each pair of a source system and a target system. */
function groupsOf(map: CodeTable, targets: CodeTable): MapGroup[] {
  return Object.entries(map).flatMap(([source, codes]) => {
    const groups = new Map<string, Map<string, readonly MapTarget[]>>()
    for (const [from, to] of Object.entries(codes)) {
      const target = findCode(targets, to)
      if (target === undefined) continue
      const elements = groups.get(target.system) ?? new Map<string, readonly MapTarget[]>()
      groups.set(target.system, elements.set(from, [{ ...targetOf(target), equivalence: 'equivalent' }]))
    }
    return [...groups].map(([target, elements]) => ({ source, target, elements }))
  })
}

/** Templates of structured documents (TRE_R220) to formats. */
function structuredGroups(): MapGroup[] {
  return Object.entries<Readonly<Record<string, string>>>(FORMAT_OF_TEMPLATE).map(([target, formats]) => ({
    source: `${NOS}/TRE_R220-ModeleDocumentCDAStructure/FHIR/TRE-R220-ModeleDocumentCDAStructure`,
    target,
    elements: new Map(
      Object.entries(formats).map(([template, code]) => [
        template,
        [{ ...targetOf(findCode(DOCUMENT_FORMATS, code, target) ?? { code }), equivalence: 'equivalent' }],
      ]),
    ),
  }))
}

/** The template of unstructured documents (TRE_R221): its format depends on the media type of the body. */
function unstructuredGroup(): MapGroup {
  const targets = Object.values(FORMAT_OF_MEDIA_TYPE).map((code) => ({
    ...targetOf(findCode(DOCUMENT_FORMATS, code, TRE_A11) ?? { code }),
    equivalence: 'narrower',
  }))
  return {
    source: `${NOS}/TRE_R221-ModeleDocumentCDANonStructure/FHIR/TRE-R221-ModeleDocumentCDANonStructure`,
    target: TRE_A11,
    elements: new Map([[UNSTRUCTURED_TEMPLATE, targets]]),
  }
}

function targetOf({ code, display }: { code: string; display?: string }): { code: string; display?: string } {
  return display === undefined ? { code } : { code, display }
}
