import type { Binary, Resource } from '@medplum/fhirtypes'
import { DccError } from '../dcc/errors.ts'
import { type ImportedDocument, importCda } from '../dcc/import-cda.ts'
import { bytesOfData } from '../dcc/set-aside.ts'
import type { DccContext } from '../dcc/unit-of-work.ts'

/** The document of a Generate Metadata request, and whom the sender says that it is about. */
export interface GenerateMetadata {
  document: Resource
  /** Where the document stands in the request, for messages. */
  expression: string
  /** Id of the patient of Binary.securityContext, when there is one. */
  patientId: string | undefined
}

/**
 * ITI-106 Generate Metadata (reference/ihe.md 2.9): a CDA document of level 1 or 3 says its own metadata. It is stored
 * byte for byte with the DocumentReference and the submission set that its header gives, as the import command does;
 * the same document again answers with what is there. Its patient must be known: a document sent over the network
 * registers nobody. Throws DccError and CdaError; nothing is then stored.
 */
export async function generateMetadata(context: DccContext, request: GenerateMetadata): Promise<ImportedDocument> {
  const binary = binaryOf(request)
  const bytes = structuredBytes(binary, request.expression)
  // MHD-106-04, -05, -06, -07, -09: one unit of work stores all of it, or nothing.
  return importCda(context, bytes, { unknown: 'refuse', expected: request.patientId })
}

/** MHD-106-02: a Binary; FHIR documents are an option of MHD that is not claimed (FHIRDocumentNotSupported). */
function binaryOf({ document, expression }: GenerateMetadata): Binary {
  if (document.resourceType === 'Bundle') throw new DccError('document.fhir-document', { expression })
  if (document.resourceType !== 'Binary') throw new DccError('document.not-structured', { expression })
  return document
}

/** MHD-106-03, -04: bytes that their content type says to be XML; whether they are a CDA, the reader tells. */
function structuredBytes({ contentType = '', data }: Binary, expression: string): Uint8Array {
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase()
  if (FHIR_DOCUMENT.test(type))
    throw new DccError('document.fhir-document', { expression: `${expression}.contentType` })
  if (!XML.test(type)) throw new DccError('document.not-structured', { expression: `${expression}.contentType` })
  if (data === undefined) throw new DccError('document.not-structured', { expression: `${expression}.data` })
  return bytesOfData(data)
}

const FHIR_DOCUMENT = /^application\/fhir\+(json|xml)$/
/** What CDA documents are sent as: plain XML, a style sheet that holds one, XML of any vendor. */
const XML = /^(text\/xml|application\/([\w.-]+\+)?xml)$/
