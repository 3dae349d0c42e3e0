import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openRecord } from '../../src/app.ts'
import { configOf, productionEnv, startProcess } from '../support/process.ts'

const folder = await mkdtemp(join(tmpdir(), 'dcc-stopped-'))
after(() => rm(folder, { recursive: true, force: true }))

const CLIENTS = 20

/** As a proxy in front keeps its connections: a post that is cut off on one of them is not sent again. */
test('a server that is stopped answers every request that was sent on a connection it had', async () => {
  const env = productionEnv(`sqlite:${join(folder, 'dcc.sqlite')}`, folder)
  const record = await openRecord(configOf(env))
  const server = await startProcess(env, record)
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  const outcomes: string[] = []
  const post = () =>
    new Promise<string>((resolve) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const where = { host: '127.0.0.1', port: server.port, path: '/oidc/token', method: 'POST', headers, agent }
      const sent = request(where, (answer) => {
        answer.once('error', () => resolve('answer broken off')).once('end', () => resolve(`${answer.statusCode}`))
        answer.resume()
      })
      sent.once('error', () => resolve(sent.reusedSocket ? 'cut off' : 'not let in'))
      sent.end('grant_type=none')
    })
  const clients = Array.from({ length: CLIENTS }, async () => {
    for (;;) {
      const outcome = await post()
      outcomes.push(outcome)
      if (outcome === 'not let in') return
      await delay(Math.random() * 10)
    }
  })
  await delay(500)
  await server.stop()
  await Promise.all(clients)
  await record.close()
  assert.equal(server.exitCode(), 0)
  assert.deepEqual([...new Set(outcomes)].sort(), ['400', 'not let in'])
})
