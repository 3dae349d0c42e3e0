import { buildApp, listen, openRecord } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { attend } from './child.ts'

/** The server under test: the real application, over the record that the environment names. */
const config = loadConfig({ env: process.env, mode: 'demo' })
const record = await openRecord(config)
const server = await listen(buildApp(config, record), config)
attend(server, () => record.close())
