import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { openFileBlobs } from '../../src/store/blobs/files.ts'
import { isStoreError } from '../../src/store/errors.ts'
import { openStore } from '../../src/store/open.ts'
import { aContent, aDocument, anEvent, aPathway, aPatient } from './store-samples.ts'

/**
 * Writes documents into a store until it is killed, and prints one line for each as soon as it is acknowledged:
 * document, content, SHA-256 and size, separated by spaces. A store that is away for a moment is asked again.
 * Arguments: store, folder of the content.
 */
const WRITERS = 8
const [address = '', folder = ''] = process.argv.slice(2)
const store = await openStore(address)
const blobs = await openFileBlobs(folder)
const shared = Buffer.alloc(50_000, 'the same attachment in many documents')

async function writeDocument(bytes: Uint8Array): Promise<string> {
  const { sha256, sha1, size } = await blobs.put(bytes)
  const patient = aPatient()
  const content = aContent(patient.id, { sha256, sha1, size })
  const document = aDocument(patient.id, { contentId: content.id })
  await store.commit([patient, aPathway(patient.id), content, document, anEvent(patient.id)])
  return `${document.id} ${content.id} ${sha256} ${size}\n`
}

async function writeForEver(): Promise<never> {
  for (let count = 1; ; count += 1) {
    const size = 1000 + Math.floor(Math.random() * 199_000)
    try {
      writeSync(1, await writeDocument(count % 5 === 0 ? shared : randomBytes(size)))
    } catch (error) {
      if (!isStoreError(error, 'store.unavailable')) throw error
      await delay(20)
    }
  }
}

await Promise.all(Array.from({ length: WRITERS }, writeForEver))
