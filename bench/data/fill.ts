import { publishDocument } from '../../src/dcc/documents.ts'
import { registerPatient } from '../../src/dcc/patients.ts'
import { type DccContext, UnitOfWork } from '../../src/dcc/unit-of-work.ts'
import type { BlobFacts } from '../../src/store/blobs/blobs.ts'
import { contentAt, DISTINCT_CONTENTS } from './blobs.ts'
import { type BenchDocument, documentsAt } from './documents.ts'
import { patientIdAt } from './ids.ts'
import { patientAt } from './patients.ts'

/** Patients in one commit, and commits on their way at once: enough for the writer to have work while others build. */
const BATCH = 50
const CONCURRENCY = 4

/** What a bulk load did. */
export interface Filled {
  patients: number
  documents: number
  seconds: number
}

/**
 * Fills an empty record with the data set of so many patients, through the domain: identity rules, unique identifiers,
 * pathways, checks of the content, search values and events are those of any client. Only the commits are larger.
 */
export async function fill(dcc: DccContext, patients: number, onStep: (done: number) => void): Promise<Filled> {
  const startedAt = performance.now()
  const contents: BlobFacts[] = []
  for (let number = 0; number <= DISTINCT_CONTENTS; number += 1) contents.push(await dcc.blobs.put(contentAt(number)))
  let next = 0
  let done = 0
  let documents = 0
  const worker = async (): Promise<void> => {
    while (next < patients) {
      const [first, end] = [next, Math.min(next + BATCH, patients)]
      next = end
      const published = await fillBatch(dcc, first, end, contents)
      documents += published
      done += end - first
      onStep(done)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
  await dcc.store.analyze()
  return { patients, documents, seconds: (performance.now() - startedAt) / 1000 }
}

async function fillBatch(dcc: DccContext, first: number, end: number, contents: readonly BlobFacts[]): Promise<number> {
  const unit = new UnitOfWork(dcc)
  let documents = 0
  for (let index = first; index < end; index += 1) {
    const id = patientIdAt(index)
    const registration = { id, pathwayOrigin: 'bench', takenIdentifier: 'refuse' } as const
    await registerPatient(unit, patientAt(index), registration)
    for (const document of documentsAt(index)) {
      await addDocument(unit, id, document, contents)
      documents += 1
    }
  }
  await unit.commit()
  return documents
}

/** The content's row names bytes that are there already: the same hundreds of contents serve all documents. */
async function addDocument(
  unit: UnitOfWork,
  patientId: string,
  { id, binaryId, content, resource }: BenchDocument,
  contents: readonly BlobFacts[],
): Promise<void> {
  const facts = contents[content]
  if (facts === undefined) throw new RangeError('no such content')
  const contentType = 'application/pdf'
  unit.add({
    kind: 'put-content',
    id: binaryId,
    expectedVersion: undefined,
    updatedAt: unit.startedAt,
    method: 'POST',
    contentType,
    ...facts,
  })
  unit.contents.set(binaryId, { id: binaryId, contentType, ...facts })
  await publishDocument(unit, resource, { id, patientId, unknownTarget: 'refuse' })
}
