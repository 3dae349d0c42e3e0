import type { OneTime } from './one-time.ts'
import { DPI_BASE, type Launch } from './smart-server.ts'

/** What the browser is to do for a call: open an address, or post a form to it. */
export type Prepared = { address: string; fields?: Readonly<Record<string, string>> }

/** A way to call the DCC. */
export interface Door {
  key: string
  label: string
  /** Rejects with CallRefused when the DCC wants nothing of it. */
  prepare(launch: Launch): Promise<Prepared>
}

/** The DCC refused to prepare a call; `status` is its answer. */
export class CallRefused extends Error {
  readonly status: number
  constructor(status: number) {
    super(`the DCC refused the call: ${status}`)
    this.name = 'CallRefused'
    this.status = status
  }
}

/** By SMART: the DPI is the server, the DCC the app that it launches (smart-launch.md 4.2, C1). */
export function smartDoor(origin: string, launches: OneTime<Launch>): Door {
  return {
    key: 'smart',
    label: 'SMART on FHIR',
    async prepare(launch) {
      const asked = new URLSearchParams({ iss: `${origin}${DPI_BASE}/fhir`, launch: launches.put(launch) })
      return { address: `${origin}/launch?${asked}` }
    },
  }
}
