import { DOMParser, type Document, type Node } from '@xmldom/xmldom'
import xpath from 'xpath'
import {
  type DocumentKind,
  type GeneratedPatient,
  generateRegion,
} from '../../../../src/commands/demo/region/region.ts'

/** Day of the tests: nothing may be dated on it or after. */
export const TODAY = '2026-10-05'

/** A region small enough to be looked at document by document. */
export const PATIENTS: readonly GeneratedPatient[] = [
  ...generateRegion({ patients: 40, seed: 7, today: TODAY }).patients,
]

/** A document of the region, parsed when it is first looked at; `fileName` names it in failures. */
export interface ParsedDocument {
  readonly fileName: string
  readonly kind: DocumentKind
  readonly patient: GeneratedPatient
  readonly root: Document
}

/** Every document of the region, in the order of import. */
export const DOCUMENTS: readonly ParsedDocument[] = PATIENTS.flatMap((patient) =>
  patient.documents.map(({ fileName, kind, bytes }) => {
    let parsed: Document | undefined
    return {
      fileName,
      kind,
      patient,
      get root() {
        parsed ??= parse(bytes)
        return parsed
      },
    }
  }),
)

/** The documents of one kind. */
export function documentsOf(kind: DocumentKind): readonly ParsedDocument[] {
  return DOCUMENTS.filter((document) => document.kind === kind)
}

/** Parses strictly: any error or warning of the parser fails. */
export function parse(bytes: Uint8Array): Document {
  const onError = (level: string, message: string): never => {
    throw new Error(`${level}: ${message}`)
  }
  return new DOMParser({ onError }).parseFromString(new TextDecoder('utf-8', { fatal: true }).decode(bytes), 'text/xml')
}

// xpath declares the nodes of a browser; those of xmldom have all that it uses.
const select: (expression: string, from: never) => unknown = xpath.useNamespaces({
  c: 'urn:hl7-org:v3',
  cda: 'urn:hl7-org:v3',
  hl7: 'urn:hl7-org:v3',
  sdtc: 'urn:hl7-org:sdtc',
  'ps3-20': 'urn:dicom-org:ps3-20',
  lab: 'urn:oid:1.3.6.1.4.1.19376.1.3.2',
  pharm: 'urn:ihe:pharm',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
})

/** The result of an XPath 1.0 expression as a string, from a document or from a node. */
export function textAt(expression: string, from: Node): string {
  return String(evaluated(`string(${expression})`, from))
}

/** How many nodes an expression selects. */
export function countOf(expression: string, from: Node): number {
  return Number(evaluated(`count(${expression})`, from))
}

/** Whether an expression is true. */
export function holds(expression: string, from: Node): boolean {
  return evaluated(`boolean(${expression})`, from) === true
}

/** The nodes an expression selects. */
export function nodesOf(expression: string, from: Node): Node[] {
  const found = evaluated(expression, from)
  return Array.isArray(found) ? found : []
}

/** The values of the attributes an expression selects. */
export function attributesOf(expression: string, from: Node): string[] {
  return nodesOf(expression, from).map((node) => node.nodeValue ?? '')
}

function evaluated(expression: string, from: Node): unknown {
  return select(expression, from as never)
}
