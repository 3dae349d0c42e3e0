import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { DocumentReference, Patient } from '@medplum/fhirtypes'
import { addToCareTeam, grantHabilitation } from '../../../src/dcc/entitlement/administration.ts'
import { importCda } from '../../../src/dcc/import-cda.ts'
import type { Professional } from '../../../src/dcc/professional.ts'
import { openPageContexts, type PageContext } from '../../../src/smart/page-contexts.ts'
import { aBackEnd, anAssertion, askToken, bearer, type TokenAnswer } from '../../smart/server.ts'
import { freePort } from '../../support/browser.ts'
import { aBinary, aContent, aDocument, aPatient, type Content, type DocumentBuilder } from '../../support/builders.ts'
import { type ServerOptions, startServer, type TestServer } from '../../support/server.ts'
import { ONCOLOGIST, type SignedIn, signedIn } from '../../support/signed-in.ts'
import { aVisitor, type Visitor } from '../../support/visitor.ts'

/** A server that people sign in to, and what stories of sheets arrange on it. */
export interface SheetStories {
  server: TestServer
  /** Who has signed in and may use the DCC, with a browser. */
  doctor: Reader
  reader(professional: Professional): Promise<Reader>
  /** A stored patient with a pathway, in the care of the doctor. */
  patient(resource?: Patient): Promise<string>
  /** Publishes a document of a patient, a PDF unless another content is given; gives its id. */
  publish(
    patientId: string,
    change?: (document: DocumentBuilder) => DocumentBuilder,
    content?: Content,
  ): Promise<string>
  /** Imports CDA documents; gives the ids of the document and its patient, who is in the care of the doctor. */
  imported(bytes: Uint8Array): Promise<{ documentId: string; patientId: string }>
  /** A context of the doctor's session. */
  context(facts: Partial<PageContext>): Promise<PageContext>
  /** Sends FHIR as a back end that may do everything. */
  fhir(method: string, target: string, body?: object): Promise<unknown>
}

/** A professional with a browser. */
export interface Reader extends SignedIn {
  visitor: Visitor
}

/** Starts it for the stories of a file. */
export function sheetStories(options: ServerOptions = {}): () => SheetStories {
  let running: SheetStories | undefined
  before(async () => {
    running = await openStories(options)
  })
  after(() => running?.server.stop())
  return () => {
    assert.ok(running !== undefined, 'The server is there only while stories run')
    return running
  }
}

/** A type of JDV_J07. */
export function ofType(code: string, display?: string): Partial<DocumentReference> {
  return { type: { coding: [{ system: 'http://loinc.org', code, ...(display === undefined ? {} : { display }) }] } }
}

/** A document written at a time, with a title. */
export function written(document: DocumentBuilder, creation: string, title: string): DocumentBuilder {
  const [content] = document.build().content ?? []
  const attachment = { ...content?.attachment, creation, title }
  return document.with({
    content: [{ ...content, attachment }],
    context: { ...document.build().context, period: { start: creation } },
  })
}

async function openStories(options: ServerOptions): Promise<SheetStories> {
  const port = await freePort()
  // Browsers believe a Secure cookie of this machine without TLS.
  const config = { auth: 'on', port, baseUrl: `http://127.0.0.1:${port}`, ...options.config } as const
  const server = await startServer({ ...options, config })
  const { dcc } = server.record
  const backEnd = await aBackEnd(server)
  const granted = await askToken(server, await anAssertion(backEnd, { aud: `${config.baseUrl}/oidc/token` }))
  const authorization = bearer((granted.json() as TokenAnswer).access_token)
  const fhir = async (method: string, target: string, body?: object): Promise<unknown> => {
    const answer = await server.send(method, target, body, authorization)
    assert.ok(answer.status < 300, `${method} ${target}: ${answer.text}`)
    return answer.text === '' ? undefined : answer.json()
  }
  const idOf = (resource: unknown): string => (resource as { id: string }).id
  const reader = async (professional: Professional): Promise<Reader> => {
    await grantHabilitation(dcc, { nationalId: professional.nationalId, profile: 'clinician', reach: 'care-team' })
    const somebody = await signedIn(server, professional)
    return { ...somebody, visitor: aVisitor(server, somebody.cookie) }
  }
  const doctor = await reader(ONCOLOGIST)
  const care = (patientId: string) => addToCareTeam(dcc, { patientId, nationalId: ONCOLOGIST.nationalId })
  const contexts = openPageContexts(dcc.store.authorization, () => dcc.now().getTime())
  return {
    server,
    doctor,
    reader,
    fhir,
    async patient(resource = aPatient().qualified().build()) {
      const id = idOf(await fhir('POST', 'Patient', resource))
      await care(id)
      return id
    },
    async publish(patientId, change = (document) => document, content = aContent()) {
      const binary = idOf(await fhir('POST', 'Binary', aBinary(content, `Patient/${patientId}`)))
      const document = change(aDocument(`Patient/${patientId}`))
        .at(`Binary/${binary}`, content)
        .build()
      return idOf(await fhir('POST', 'DocumentReference', document))
    },
    async imported(bytes) {
      const { documentReference, patient } = await importCda(dcc, bytes)
      const patientId = patient.slice('Patient/'.length)
      await care(patientId)
      return { documentId: documentReference.slice('DocumentReference/'.length), patientId }
    },
    context: (facts) =>
      contexts.open({
        sessionUid: doctor.session.uid,
        origin: 'call',
        patientId: undefined,
        draftId: undefined,
        dpi: undefined,
        intent: undefined,
        unqualified: false,
        ...facts,
      }),
  }
}
