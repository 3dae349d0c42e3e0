import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, before } from 'node:test'
import type { Bundle, BundleEntry, DocumentReference, Patient } from '@medplum/fhirtypes'
import {
  aBinary,
  aContent,
  aDocument,
  aPatient,
  aSubmissionSet,
  aTransaction,
  type Content,
  creating,
  INS_TEST,
  IPP,
  superseding,
  urnUuid,
} from '../../support/builders.ts'
import { startServer, type TestServer } from '../../support/server.ts'

/**
 * What a hospital does with a fiche RCP, told by clients that are not ours: it feeds the patient, publishes the fiche,
 * replaces it, finds it by the INS and reads it back.
 */
export interface Story {
  /** The person as the hospital knows them, with a qualified identity. */
  patient: Patient
  /** What the conditional update of the identity feed asks for. */
  feed: { identifier: string }
  /** The INS as a search asks for it. */
  ins: string
  /** The bytes of the two editions of the fiche. */
  first: Content
  second: Content
}

/** A story with a person and contents of its own; the bytes are no valid UTF-8, as those of a real PDF. */
export function aStory(): Story {
  const builder = aPatient().qualified()
  const edition = (number: number) =>
    aContent(Buffer.concat([Buffer.from(`%PDF-1.7 ${builder.ins} ${number}\n`), Buffer.from([0xe2, 0xff, 0x00, 0x0d])]))
  return {
    patient: builder.build(),
    feed: { identifier: `${IPP}|${builder.ipp}` },
    ins: `${INS_TEST}|${builder.ins}`,
    first: edition(1),
    second: edition(2),
  }
}

/** The ITI-65 bundle of a fiche; `replaces` is the document that it takes the place of. */
export function provideFiche(subject: string, content: Content, replaces?: string): Bundle {
  const [binary, fiche] = [urnUuid(), urnUuid()]
  const document = aDocument(subject).at(binary, content)
  const entries: BundleEntry[] = [
    creating(aSubmissionSet(subject, [fiche])),
    creating((replaces === undefined ? document : document.replacing(replaces)).build(), fiche),
    creating(aBinary(content), binary),
    ...(replaces === undefined ? [] : [superseding(replaces)]),
  ]
  const profile =
    'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-provide-document-bundle'
  return { ...aTransaction(...entries), meta: { profile: [profile] } }
}

/** The address that the answer of a provide bundle gives to its document: the second entry, as it was sent. */
export function ficheIn(answer: Bundle): string {
  assert.equal(answer.type, 'transaction-response')
  const [, fiche] = answer.entry ?? []
  assert.match(fiche?.response?.status ?? '', /^201/)
  const reference = /DocumentReference\/[^/]+/.exec(fiche?.response?.location ?? '')?.[0]
  assert.ok(reference !== undefined, 'the entry of the document says where it is')
  return reference
}

/** The only document of a searchset, with the facts of its content checked against the bytes that were published. */
export function onlyFiche(found: Bundle, content: Content): { fiche: DocumentReference; url: string } {
  assert.equal(found.type, 'searchset')
  assert.equal(found.total, 1)
  const [entry] = found.entry ?? []
  const fiche = entry?.resource
  assert.ok(fiche?.resourceType === 'DocumentReference')
  const { url, hash, size, contentType } = fiche.content?.[0]?.attachment ?? {}
  assert.ok(url !== undefined)
  assert.deepEqual([hash, size, contentType], [content.hash, content.size, content.contentType])
  return { fiche, url }
}

/** A server whose public address is the one that it listens on: clients follow the addresses that it gives. */
export function reachableServer(): () => TestServer {
  let server: TestServer | undefined
  before(async () => {
    const port = await freePort()
    server = await startServer({ config: { port, baseUrl: `http://127.0.0.1:${port}`, validation: 'strict' } })
  })
  after(() => server?.stop())
  return () => {
    assert.ok(server !== undefined)
    return server
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      assert.ok(typeof address === 'object' && address !== null)
      probe.close(() => resolve(address.port))
    })
  })
}
