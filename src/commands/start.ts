import type { Server } from 'node:http'
import type { RequestHandler } from 'express'
import { buildApp, listen, loggerOf, type OpenRecord, openRecord, stop } from '../app.ts'
import { type Config, describeConfig } from '../config.ts'
import { RegistrationError } from '../smart/client-registration.ts'
import { readClients } from '../smart/clients.ts'
import { ProvidersError } from '../smart/psc/hospital-providers.ts'
import { providersOf } from '../smart/psc/providers.ts'
import { isStoreError } from '../store/errors.ts'
import { PackageError } from '../validation/definitions/tar.ts'

export { configured } from './configured.ts'

/** Opens the record and its rules, or prints why they cannot be opened and answers undefined. */
export async function opened(config: Config): Promise<OpenRecord | undefined> {
  try {
    const record = await openRecord(config)
    record.validator()
    if (config.clients !== undefined) readClients(config.clients)
    providersOf(config)
    return record
  } catch (error) {
    if (error instanceof PackageError) {
      process.stderr.write(`DCC_PACKAGES: ${error.message}\n`)
      return undefined
    }
    if (error instanceof RegistrationError) {
      process.stderr.write(`DCC_CLIENTS: ${error.message}\n`)
      return undefined
    }
    if (error instanceof ProvidersError) {
      process.stderr.write(`${error.setting}: ${error.message}\n`)
      return undefined
    }
    if (!isStoreError(error)) throw error
    process.stderr.write(`${error.key}: ${error.message}\n`)
    return undefined
  }
}

/** A server that listens, and the promise of its end by SIGINT or SIGTERM. */
export interface Running {
  server: Server
  stopped: Promise<number>
}

/** Starts the server over an open record, with what the demonstration serves besides; a signal stops it gracefully. */
export async function start(
  config: Config,
  record: OpenRecord,
  beside: readonly RequestHandler[] = [],
): Promise<Running> {
  const logger = loggerOf(config)
  logger.info({ settings: describeConfig(config).split('\n') }, 'start')
  const server = await listen(buildApp(config, record, logger, beside), config)
  const stopped = new Promise<number>((resolve) => {
    let stopping = false
    const end = (signal: string): void => {
      if (stopping) return
      stopping = true
      logger.info({ signal }, 'stopping')
      stop(server, record).then(
        () => resolve(0),
        () => resolve(1),
      )
    }
    process.on('SIGINT', () => end('SIGINT'))
    process.on('SIGTERM', () => end('SIGTERM'))
  })
  return { server, stopped }
}
