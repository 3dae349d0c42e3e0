import type { Parameters, Resource } from '@medplum/fhirtypes'
import type { ImportedDocument } from '../../dcc/import-cda.ts'
import { UnitOfWork } from '../../dcc/unit-of-work.ts'
import { CdaError } from '../../french/cda/errors.ts'
import { generateMetadata as generate } from '../../ihe/iti-106.ts'
import { FhirError } from '../errors.ts'
import type { FhirContext, FhirResponse } from '../exchange.ts'
import { relativeTo } from '../references.ts'
import { binaryPatient } from '../write.ts'
import { type Operation, type OperationCall, resourceResponse } from './operation.ts'

/** DocumentReference/$generate-metadata (IHE MHD, ITI-106): the rules are in src/ihe/iti-106.ts. */
export const GENERATE_METADATA: Operation = {
  code: 'generate-metadata',
  type: 'DocumentReference',
  levels: ['type'],
  definition: 'https://profiles.ihe.net/ITI/MHD/OperationDefinition/generate-metadata',
  affectsState: true,
  parameters: { document: { type: 'resource' } },
  documentation:
    'One CDA R2 document (level 1 or 3, self-presenting or not) in a Binary: stored, with the DocumentReference and ' +
    'the submission set that its header gives. Its patient must be known. The same document again answers the same.',
  run: generateMetadata,
}

const EXPRESSION = 'Parameters.parameter[0].resource'

async function generateMetadata({ context, arguments: given }: OperationCall): Promise<FhirResponse> {
  const document = given.one('resource', 'document')
  if (document === undefined) throw new FhirError('operation.parameter-missing', { detail: { name: 'document' } })
  const { documentReference } = await read(context, document)
  // MHD-106-08
  const answer: Parameters = {
    resourceType: 'Parameters',
    parameter: [{ name: 'DocumentReference', valueReference: { reference: documentReference } }],
  }
  return resourceResponse(answer)
}

async function read(context: FhirContext, document: Resource): Promise<ImportedDocument> {
  const patientId = await namedPatient(context, document)
  try {
    return await generate(context.dcc, { document, expression: EXPRESSION, patientId })
  } catch (error) {
    throw error instanceof CdaError ? refusal(error) : error
  }
}

/** Whom the sender names beside the document. */
async function namedPatient({ dcc, baseUrl }: FhirContext, document: Resource): Promise<string | undefined> {
  if (document.resourceType !== 'Binary' || document.securityContext === undefined) return undefined
  const { reference, ...rest } = document.securityContext
  const own = reference === undefined ? rest : { ...rest, reference: relativeTo(baseUrl)(reference) }
  return binaryPatient(new UnitOfWork(dcc), own)
}

function refusal({ key, detail: { path = '', trait = '' } }: CdaError): FhirError {
  return new FhirError(key, { expression: EXPRESSION, detail: { path, trait } })
}
