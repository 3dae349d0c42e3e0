import { createServer } from 'node:http'
import { attend, chosenPort } from './child.ts'
import { FIXED_HEADERS, FIXED_TEXT } from './fixed-text.ts'

/** The ceiling of the platform: node:http with a fixed text and nothing else. */
const server = createServer((_request, response) => {
  response.writeHead(200, FIXED_HEADERS)
  response.end(FIXED_TEXT)
})
server.listen(chosenPort(), '127.0.0.1', () => attend(server, async () => undefined))
