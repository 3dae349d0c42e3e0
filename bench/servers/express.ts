import { createServer } from 'node:http'
import express, { type Request, type Response } from 'express'
import { attend, chosenPort } from './child.ts'
import { FIXED_PAGE, FIXED_TEXT } from './fixed-text.ts'

/** The ceiling of the framework: Express with routes that answer fixed texts. */
const app = express()
app.disable('x-powered-by')
app.set('etag', false)
for (const [path, { bytes, headers }] of Object.entries({ '/fixed': FIXED_TEXT, '/fixed-page': FIXED_PAGE })) {
  app.get(path, (_request: Request, response: Response) => {
    response.set(headers)
    response.end(bytes)
  })
}
const server = createServer(app)
server.listen(chosenPort(), '127.0.0.1', () => attend(server, async () => undefined))
