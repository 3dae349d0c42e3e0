import { createServer, type Server } from 'node:http'
import { after, before } from 'node:test'
import type { Patient } from '@medplum/fhirtypes'
import express from 'express'
import { pino } from 'pino'
import { addToCareTeam, grantHabilitation } from '../../src/dcc/entitlement/administration.ts'
import type { Habilitation } from '../../src/dcc/entitlement/model.ts'
import { openEntitlements } from '../../src/dcc/entitlement/open.ts'
import type { Professional } from '../../src/dcc/professional.ts'
import { openTraces } from '../../src/dcc/traces-store.ts'
import { requestId } from '../../src/http/request-id.ts'
import { securityHeaders } from '../../src/http/security-headers.ts'
import type { CallOutcome, Calls } from '../../src/smart/call/calls.ts'
import { SmartError } from '../../src/smart/errors.ts'
import { openAuthorization } from '../../src/smart/open.ts'
import { openPageContexts, type PageContext } from '../../src/smart/page-contexts.ts'
import { openSignIn } from '../../src/smart/psc/sign-in.ts'
import { newSecret, openSessions } from '../../src/smart/sessions.ts'
import { assets } from '../../src/web/assets.ts'
import { unknownPage } from '../../src/web/error-page.ts'
import { web } from '../../src/web/open.ts'
import type { WebOptions } from '../../src/web/visit.ts'
import { freePort } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { ONCOLOGIST, type SignedIn, signedIn } from '../support/signed-in.ts'
import { aVisitor, type Visitor } from '../support/visitor.ts'

/** All pages over a record that a story fills by FHIR, with calls that a story makes up. */
export interface PagesServer {
  origin: string
  port: number
  /** Open to everybody: arranges what a story needs. */
  record: TestServer
  options: WebOptions
  calls: ToldCalls
  /** Somebody who has signed in and may use the DCC. */
  habilitated(facts?: { professional?: Professional; reach?: Habilitation['reach'] }): Promise<Guest>
  /** A stored patient, in the care of these professionals. */
  patient(resource: Patient, ...carers: readonly Professional[]): Promise<string>
  /** A call of a session, and the context of its page. */
  call(guest: Guest, facts: Partial<CallOutcome> & Pick<CallOutcome, 'resolution'>): Promise<Called>
}

/** A professional with a browser. */
export interface Guest extends SignedIn {
  visitor: Visitor
}

export interface Called {
  id: string
  context: PageContext
}

/** Calls as a story tells them, and what pages asked of them. */
export interface ToldCalls extends Calls {
  outcomes: Map<string, CallOutcome>
  asked: { method: string; id: string; with: unknown }[]
  /** Where decisions lead. */
  leadsTo: string
}

/** The DPI of these stories. */
export const DPI = {
  id: 'dpi-chu',
  name: 'DPI du CHU Fictif',
  frameOrigins: ['https://dpi.example.test'],
  returnUrl: 'https://dpi.example.test/retour',
}

/** Starts it for the stories of a file. */
export function pagesServer(): () => PagesServer {
  let running: PagesServer | undefined
  let close = async () => {}
  before(async () => {
    const record = await startServer()
    close = () => record.stop()
    const port = await freePort()
    const { dcc } = record.record
    const store = dcc.store.authorization
    const now = () => dcc.now().getTime()
    const calls = toldCalls()
    const contexts = openPageContexts(store, now)
    const origin = `http://127.0.0.1:${port}`
    const sessions = openSessions(store, now)
    const [entitlements, traces] = [openEntitlements(dcc), openTraces(dcc)]
    const { authorizations: authorization } = openAuthorization({
      ...{ origin, dataDir: record.config.dataDir, clientsFile: undefined, store, entitlements, traces, record: dcc },
      ...{ cookieKey: 'a cookie key of these stories', exchange: undefined, report: () => {} },
    })
    const options: WebOptions = {
      origin,
      authorization,
      dcc,
      sessions,
      signIn: openSignIn({ origin, providers: [], store, sessions, now, report: () => {} }),
      contexts,
      entitlements,
      traces,
      calls,
      demo: true,
      now,
    }
    const app = express()
    app.set('etag', false)
    app.use(requestId, securityHeaders, assets(), web(options, pino({ level: 'silent' })), unknownPage)
    const server: Server = createServer(app).listen(port, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    running = {
      origin,
      port,
      record,
      options,
      calls,
      async habilitated({ professional = ONCOLOGIST, reach = 'care-team' } = {}) {
        const { nationalId } = professional
        await grantHabilitation(dcc, { nationalId, profile: 'clinician', reach })
        const guest = await signedIn({ record: record.record }, professional)
        const config = { ...record.config, baseUrl: origin }
        const visitor = aVisitor({ port, config }, guest.cookie)
        // A form is sent from a page of ours, and browsers say so.
        await visitor.get('/conformance')
        return { ...guest, visitor }
      },
      async patient(resource, ...carers) {
        const { id: patientId } = await record.create(resource)
        for (const { nationalId } of carers) await addToCareTeam(dcc, { patientId, nationalId })
        return patientId
      },
      async call({ session }, facts) {
        const id = newSecret()
        calls.outcomes.set(id, { ...CALLED, id, sessionUid: session.uid, ...facts })
        const context = await contexts.open({
          sessionUid: session.uid,
          origin: 'call',
          patientId: undefined,
          draftId: id,
          dpi: DPI,
          intent: undefined,
          unqualified: false,
        })
        return { id, context }
      },
    }
    close = async () => {
      server.closeAllConnections()
      server.close()
      await record.stop()
    }
  })
  after(() => close())
  return () => {
    if (running === undefined) throw new Error('The server is there only while stories run')
    return running
  }
}

const CALLED: Omit<CallOutcome, 'id' | 'sessionUid' | 'resolution'> = {
  identity: {
    ins: undefined,
    ipp: { system: 'urn:oid:1.2.250.1.71.4.2.2.990000001', value: 'IPP-9000' },
    traits: { birthFamily: 'INCONNU-FICTIF', firstGiven: 'PAUL', gender: 'male', birthDate: '1964-07-02' },
    usedFamily: undefined,
    usedGiven: undefined,
    corrected: [],
  },
  insUse: 'none',
  dpi: DPI,
  origin: 'call',
  intent: undefined,
  declined: [],
  requestId: 'reference-of-the-call',
  expiresAt: Number.MAX_SAFE_INTEGER,
}

function toldCalls(): ToldCalls {
  const outcomes: ToldCalls['outcomes'] = new Map()
  const asked: ToldCalls['asked'] = []
  const outcome = async (id: string, sessionUid: string): Promise<CallOutcome> => {
    const found = outcomes.get(id)
    if (found?.sessionUid !== sessionUid) throw new SmartError('draft.gone')
    return found
  }
  const decided = async (method: string, id: string, sessionUid: string, given: unknown) => {
    const { resolution } = await outcome(id, sessionUid)
    asked.push({ method, id, with: given })
    const { leadsTo: address } = calls
    const nobody = { patientId: undefined, draftId: undefined, dpi: DPI, intent: undefined, unqualified: false }
    const context = { ...nobody, id: '', sessionUid, origin: 'call', patientId: address.split('/')[2] } as const
    return { kind: method === 'confirm' ? 'match' : resolution.kind, context, address } as const
  }
  const calls: ToldCalls = {
    outcomes,
    asked,
    leadsTo: '/patients/opened',
    outcome,
    async draft(id, sessionUid) {
      const found = await outcome(id, sessionUid)
      const { resolution } = found
      if (resolution.kind !== 'unknown') throw new SmartError('draft.gone')
      return { ...found, resolution }
    },
    async confirmDraft({ session }, id, form) {
      const opened = await decided('confirm', id, session.uid, form)
      outcomes.delete(id)
      return opened
    },
    async cancelDraft({ session }, id) {
      await decided('cancel', id, session.uid, undefined)
      outcomes.delete(id)
    },
    choose: ({ session }, id, patientId, verified) =>
      decided('choose', id, session.uid, verified ? { patientId, verified } : patientId),
    async emergency({ session }, id, reason) {
      const { resolution } = await outcome(id, session.uid)
      const isKnown = resolution.kind === 'not-entitled' && resolution.patientId !== undefined
      return isKnown ? decided('emergency', id, session.uid, reason) : undefined
    },
  }
  return calls
}
