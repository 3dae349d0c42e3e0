import { randomBytes } from 'node:crypto'
import type { Professional } from '../dcc/professional.ts'
import type { AuthorizationStore } from '../store/authorization.ts'
import { hashOf } from './secrets.ts'

/** Seconds without a request after which a session ends, and after which it ends in any case (smart-launch.md 3.2). */
export const SESSION_IDLE = 1800
export const SESSION_LONGEST = 4 * 3600

/** How long the id before a renewal is still believed, in seconds: requests of another tab are on their way. */
const GRACE = 10
/** Least time between two notes that a session is in use, in seconds. */
const NOTED = 60

/** A professional who has signed in with a browser. */
export interface Session {
  /** Names the session inside the server: not what the browser holds. */
  uid: string
  professional: Professional
  /** The identity provider: `psc`, or the id of a hospital's. */
  provider: string
  /** Seconds since 1970. */
  signedInAt: number
  seenAt: number
  /** To be in every form of the session. */
  csrf: string
  /** Shown to the provider at logout. */
  idToken: string | undefined
}

/** The sessions of browsers. What the browser holds is stored as a hash. */
export interface Sessions {
  /** Opens a session; the secret is for the cookie. */
  open(facts: Pick<Session, 'professional' | 'provider' | 'idToken'>): Promise<{ secret: string; session: Session }>
  /** The session of a cookie; undefined when it is unknown, idle for too long, too old or closed. */
  find(secret: string | undefined): Promise<Session | undefined>
  /** A new secret for the same session (at a launch); the old one ends within seconds. */
  renew(session: Session, secret: string): Promise<string>
  /** Whether the session of a uid still goes on. */
  isOpen(uid: string): Promise<boolean>
  /** Ends a session, whatever its secret is by now. */
  close(session: Pick<Session, 'uid' | 'signedInAt'>): Promise<void>
}

const MODEL = 'WebSession'
/** Marks what a session that was closed may not come back from. */
const CLOSED = 'WebSessionClosed'

/** The sessions of a store; `now` in milliseconds since 1970. */
export function openSessions(store: AuthorizationStore, now: () => number): Sessions {
  const seconds = () => Math.floor(now() / 1000)
  const keep = async (secret: string, session: Session): Promise<void> => {
    const expiresAt = Math.min(session.seenAt + SESSION_IDLE, session.signedInAt + SESSION_LONGEST)
    await store.put({ model: MODEL, id: hashOf(secret), payload: JSON.stringify(session), uid: session.uid, expiresAt })
  }
  return {
    async open(facts) {
      const secret = newSecret()
      const at = seconds()
      const session = { ...facts, uid: newSecret(), csrf: newSecret(), signedInAt: at, seenAt: at }
      await keep(secret, session)
      return { secret, session }
    },
    async find(secret) {
      if (secret === undefined || !SECRET.test(secret)) return undefined
      const record = await store.find(MODEL, hashOf(secret), seconds())
      if (record === undefined) return undefined
      const session: Session = JSON.parse(record.payload)
      if ((await store.find(CLOSED, session.uid, seconds())) !== undefined) return undefined
      const { consumedAt: renewedAt } = record
      if (renewedAt !== undefined && renewedAt + GRACE <= seconds()) return undefined
      if (renewedAt === undefined && session.seenAt + NOTED <= seconds())
        await keep(secret, { ...session, seenAt: seconds() })
      return session
    },
    async renew(session, secret) {
      const next = newSecret()
      await keep(next, { ...session, seenAt: seconds() })
      await store.consume(MODEL, hashOf(secret), seconds())
      return next
    },
    async isOpen(uid) {
      if ((await store.find(CLOSED, uid, seconds())) !== undefined) return false
      return (await store.findByUid(MODEL, uid, seconds())) !== undefined
    },
    async close(session) {
      const expiresAt = session.signedInAt + SESSION_LONGEST
      await store.insert({ model: CLOSED, id: session.uid, payload: '{}', expiresAt })
    },
  }
}

/** 256 random bits for a cookie, a handle or a name that nobody may guess. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What a secret looks like: nothing else is looked up. */
export const SECRET = /^[A-Za-z0-9_-]{43}$/
