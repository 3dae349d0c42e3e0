import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { after } from 'node:test'
import { aStory, ficheIn, provideFiche } from '../../ihe/clients/story.ts'
import { freePort } from '../../support/browser.ts'
import type { Content } from '../../support/builders.ts'
import type { TestServer } from '../../support/server.ts'
import { type Clinician, systemToken } from '../apps.ts'
import { bearer } from '../server.ts'

/** What the stories of independent clients have in common: a fiche RCP to read, and an app that a browser comes to. */

/** A fiche that is there for the patient of a clinician: its reference and its content. */
export interface Fiche {
  reference: string
  content: Content
}

/** Publishes a fiche RCP for the patient, as the back end of a hospital does. */
export async function aFiche(server: TestServer, { patientId }: Pick<Clinician, 'patientId'>): Promise<Fiche> {
  const { first } = aStory()
  const bundle = provideFiche(`Patient/${patientId}`, first)
  const answer = await server.post('', bundle, bearer(await systemToken(server)))
  assert.equal(answer.status, 200, answer.text)
  return { reference: ficheIn(answer.resource('Bundle')), content: first }
}

/** An app on a server of its own: `visit` answers the requests of browsers; its origin is given. */
export async function anAppServer(
  visit: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<string> {
  const port = await freePort()
  const server = createServer((request, response) => {
    visit(request, response).catch((error: unknown) => {
      response.statusCode = 500
      response.end(error instanceof Error ? (error.stack ?? error.message) : String(error))
    })
  }).listen(port, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${port}`
}
