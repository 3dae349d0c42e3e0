import type { SearchableType, SearchQuery } from '../../store/store.ts'
import type { SearchParameter } from './model.ts'
import { EVERY_TYPE } from './parameters/common.ts'
import { DOCUMENT_REFERENCE } from './parameters/document-reference.ts'
import { LIST } from './parameters/list.ts'
import { ORGANIZATION } from './parameters/organization.ts'
import { PATIENT } from './parameters/patient.ts'
import { PRACTITIONER, PRACTITIONER_ROLE } from './parameters/practitioner.ts'

/** Every search parameter of every searchable type: index, query grammar and CapabilityStatement read this table. */
export const SEARCH_PARAMETERS: Readonly<Record<SearchableType, readonly SearchParameter[]>> = {
  Patient: [...EVERY_TYPE, ...PATIENT],
  DocumentReference: [...EVERY_TYPE, ...DOCUMENT_REFERENCE],
  List: [...EVERY_TYPE, ...LIST],
  Practitioner: [...EVERY_TYPE, ...PRACTITIONER],
  PractitionerRole: [...EVERY_TYPE, ...PRACTITIONER_ROLE],
  Organization: [...EVERY_TYPE, ...ORGANIZATION],
}

/** The parameters that clients may use: what the CapabilityStatement lists. */
export function publicParameters(type: SearchableType): readonly SearchParameter[] {
  return SEARCH_PARAMETERS[type].filter(({ internal }) => internal !== true)
}

/** A parameter by the name that clients use, or undefined. */
export function parameterOf(type: SearchableType, name: string): SearchParameter | undefined {
  return BY_NAME[type].get(SPELLINGS[name] ?? name)
}

/** Order of a search that names none: documents and lists newest first, the others by id. */
export const DEFAULT_SORT: Readonly<Record<SearchableType, SearchQuery['sort']>> = {
  Patient: { key: '_id', descending: false },
  DocumentReference: { key: 'date', descending: true },
  List: { key: 'date', descending: true },
  Practitioner: { key: '_id', descending: false },
  PractitionerRole: { key: '_id', descending: false },
  Organization: { key: '_id', descending: false },
}

/** As the CapabilityStatements of MHD and PDSm print them (ihe.md 2.5, documents-fr.md 1.10). */
const SPELLINGS: Readonly<Record<string, string>> = {
  _lastupdated: '_lastUpdated',
  DesignationType: 'designationType',
  SourceId: 'sourceId',
  PDSm_isArchived: 'isArchived',
  PDSm_authorOrg: 'authorOrg',
  'PDSm_DocumentReference_period-start': 'period-start',
  'PDSm_DocumentReference_period-end': 'period-end',
}

const byName = (type: SearchableType): ReadonlyMap<string, SearchParameter> =>
  new Map(publicParameters(type).map((parameter) => [parameter.name, parameter]))

const BY_NAME: Readonly<Record<SearchableType, ReadonlyMap<string, SearchParameter>>> = {
  Patient: byName('Patient'),
  DocumentReference: byName('DocumentReference'),
  List: byName('List'),
  Practitioner: byName('Practitioner'),
  PractitionerRole: byName('PractitionerRole'),
  Organization: byName('Organization'),
}
