import type { Element } from '@xmldom/xmldom'
import type { InstanceIdentifier } from '../oids.ts'
import {
  attribute,
  type CodedValue,
  child,
  children,
  codedValue,
  descend,
  identifiers,
  isKnown,
  required,
  requiredCode,
  textOf,
} from './dom.ts'
import { CdaError } from './errors.ts'
import { dateTimeOf } from './time.ts'

/** The main documented act: when (timestamps as written) and in which practice setting. */
export type CdaService = {
  readonly start: string
  readonly end?: string | undefined
  readonly practiceSetting: CodedValue
}

/** Everything said of the documented acts. */
export type CdaServices = {
  readonly service: CdaService
  /** Codes of every documented act, in order. */
  readonly events: readonly CodedValue[]
  /** DICOM studies that an imaging report documents (UIDs). */
  readonly studyInstanceUids: readonly string[]
}

/** The encounter during which the document was made. */
export type CdaEncounter = {
  readonly ids: readonly InstanceIdentifier[]
  readonly code?: CodedValue | undefined
  readonly facilityType: CodedValue
  readonly facilityName?: string | undefined
}

/** The orders that the document fulfils. */
export type CdaOrders = {
  readonly orders: readonly InstanceIdentifier[]
  readonly accessionNumbers: readonly InstanceIdentifier[]
}

const ROOT = 'ClinicalDocument'
const EVENT = `${ROOT}/documentationOf/serviceEvent`
const IMAGING_TYPE = '18748-4'
const DICOM_NAMESPACE = 'urn:dicom-org:ps3-20'

/**
 * Reads the documented acts. The first act that has a start and a performer gives the period and the practice setting.
 * Throws `cda.missing` or `cda.invalid` naming the path. Source: reference/documents-fr.md 3.1.
 */
export function readServices(clinicalDocument: Element, typeCode: string): CdaServices {
  required(clinicalDocument, 'documentationOf/serviceEvent', ROOT)
  const events = children(clinicalDocument, 'documentationOf')
    .flatMap((documentation) => children(documentation, 'serviceEvent'))
    .filter(isKnown)
  const main = events.find(
    (event) => descend(event, 'effectiveTime/low') !== undefined && child(event, 'performer') !== undefined,
  )
  if (main === undefined) {
    const withStart = events.some((event) => descend(event, 'effectiveTime/low') !== undefined)
    throw new CdaError('cda.missing', { path: `${EVENT}/${withStart ? 'performer' : 'effectiveTime/low'}` })
  }
  return {
    service: readService(main),
    events: events.flatMap((event) => codedValue(child(event, 'code')) ?? []),
    studyInstanceUids: typeCode === IMAGING_TYPE ? studies(events) : [],
  }
}

/** Reads the encompassing encounter. Throws `cda.missing` naming the path. */
export function readEncounter(clinicalDocument: Element): CdaEncounter {
  const at = `${ROOT}/componentOf/encompassingEncounter`
  const encounter = required(clinicalDocument, 'componentOf/encompassingEncounter', ROOT)
  return {
    ids: identifiers(encounter),
    code: codedValue(child(encounter, 'code')),
    facilityType: requiredCode(encounter, 'location/healthCareFacility/code', at),
    facilityName: textOf(descend(encounter, 'location/healthCareFacility/location/name')),
  }
}

/** Reads the orders and the DICOM accession numbers. */
export function readOrders(clinicalDocument: Element): CdaOrders {
  const orders = children(clinicalDocument, 'inFulfillmentOf').flatMap((fulfilment) => children(fulfilment, 'order'))
  return {
    orders: orders.flatMap((order) => identifiers(order)),
    accessionNumbers: orders.flatMap((order) => identifiers(order, 'accessionNumber', DICOM_NAMESPACE)),
  }
}

function readService(event: Element): CdaService {
  const start = timestamp(event, 'low')
  if (start === undefined) throw new CdaError('cda.missing', { path: `${EVENT}/effectiveTime/low/@value` })
  const path = 'performer/assignedEntity/representedOrganization/standardIndustryClassCode'
  return { start, end: timestamp(event, 'high'), practiceSetting: requiredCode(event, path, EVENT) }
}

function timestamp(event: Element, bound: 'low' | 'high'): string | undefined {
  const value = attribute(descend(event, `effectiveTime/${bound}`), 'value')
  if (value !== undefined && dateTimeOf(value) === undefined) {
    throw new CdaError('cda.invalid', { path: `${EVENT}/effectiveTime/${bound}/@value` })
  }
  return value
}

/** In an imaging report the id of an act is the Study Instance UID: an OID without extension. */
function studies(events: readonly Element[]): string[] {
  const ids = events.flatMap((event) => identifiers(event))
  return [...new Set(ids.filter(({ extension }) => extension === null).map(({ root }) => root))]
}
