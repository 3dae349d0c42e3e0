import { createServer } from 'node:http'
import express, { type Request, type Response } from 'express'
import { attend, chosenPort } from './child.ts'
import { FIXED_HEADERS, FIXED_TEXT } from './fixed-text.ts'

/** The ceiling of the framework: Express with one route that answers a fixed text. */
const app = express()
app.disable('x-powered-by')
app.set('etag', false)
app.get('/fixed', (_request: Request, response: Response) => {
  response.set(FIXED_HEADERS)
  response.end(FIXED_TEXT)
})
const server = createServer(app)
server.listen(chosenPort(), '127.0.0.1', () => attend(server, async () => undefined))
