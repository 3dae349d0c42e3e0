import { createServer } from 'node:http'
import { attend, chosenPort } from './child.ts'
import { FIXED_PAGE, FIXED_TEXT } from './fixed-text.ts'

/** The ceiling of the platform: node:http with fixed texts and nothing else. */
const server = createServer((request, response) => {
  const { bytes, headers } = request.url === '/fixed-page' ? FIXED_PAGE : FIXED_TEXT
  response.writeHead(200, headers)
  response.end(bytes)
})
server.listen(chosenPort(), '127.0.0.1', () => attend(server, async () => undefined))
