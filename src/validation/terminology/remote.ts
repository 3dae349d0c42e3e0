import { newLru } from './lru.ts'

/** Whether a code of a system is in a value set: all that a remote terminology server is told. */
export interface MembershipQuestion {
  valueSet: string
  system: string
  code: string
}

/** A terminology server elsewhere, asked what cannot be told offline (validation.md sections 6 and 13). */
export interface RemoteTerminology {
  /** Asks each question once; what the server does not know has no answer. Throws nothing. */
  ask(questions: readonly MembershipQuestion[]): Promise<RemoteAnswers>
}

/** What came back. */
export interface RemoteAnswers {
  of(question: MembershipQuestion): boolean | undefined
  /** Some question could not be put: the server did not answer, not in time, or not as FHIR has it. */
  failed: boolean
}

/** What asking may cost; times in milliseconds. */
export interface RemoteLimits {
  concurrency: number
  /** Of one question, and of all questions of one `ask`. */
  timeout: number
  overall: number
  /** Questions of one `ask`; the others count as failed. */
  questions: number
  /** Answers remembered. */
  remembered: number
}

const LIMITS: RemoteLimits = { concurrency: 4, timeout: 3_000, overall: 5_000, questions: 200, remembered: 10_000 }

/** A client of the server at `base` (absolute FHIR base URL), by `ValueSet/$validate-code`. */
export function newRemoteTerminology(base: string, limits: Partial<RemoteLimits> = {}): RemoteTerminology {
  const { concurrency, timeout, overall, questions: most, remembered } = { ...LIMITS, ...limits }
  const address = `${base.replace(/\/+$/, '')}/ValueSet/$validate-code`
  const known = newLru<boolean>(remembered)
  return {
    async ask(questions) {
      const answers = new Map<string, boolean>()
      const open = new Map<string, MembershipQuestion>()
      for (const question of questions) {
        const answer = known.get(keyOf(question))
        if (answer === undefined && isAskable(question)) open.set(keyOf(question), question)
        else if (answer !== undefined) answers.set(keyOf(question), answer)
      }
      const waiting = [...open].slice(0, most)
      let failed = open.size > most
      const end = AbortSignal.timeout(overall)
      const work = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const [key, question] = next
          const answer = await answerTo(address, question, AbortSignal.any([end, AbortSignal.timeout(timeout)]))
          if (answer === 'failed') failed = true
          else if (answer !== 'unknown') {
            known.set(key, answer)
            answers.set(key, answer)
          }
        }
      }
      await Promise.all(Array.from({ length: Math.min(concurrency, waiting.length) }, work))
      return { of: (question) => answers.get(keyOf(question)), failed }
    },
  }
}

/** A code with its system, as codes are written: other texts, which may say anything of anybody, stay here. */
function isAskable({ system, code }: MembershipQuestion): boolean {
  return /^[a-z][a-z0-9+.-]*:\S{1,255}$/i.test(system) && /^\S{1,64}$/.test(code)
}

function keyOf({ valueSet, system, code }: MembershipQuestion): string {
  return JSON.stringify([valueSet, system, code])
}

type Answer = boolean | 'unknown' | 'failed'

async function answerTo(address: string, question: MembershipQuestion, signal: AbortSignal): Promise<Answer> {
  try {
    // Who is told to ask elsewhere was not told so by the configuration.
    const response = await fetch(address, {
      method: 'POST',
      headers: HEADERS,
      body: bodyOf(question),
      signal,
      redirect: 'error',
    })
    const text = await boundedText(response)
    if (response.status === 404 || response.status === 422) return 'unknown'
    return response.status === 200 ? resultOf(JSON.parse(text)) : 'failed'
  } catch {
    return 'failed'
  }
}

const HEADERS = { 'Content-Type': 'application/fhir+json', Accept: 'application/fhir+json' }

function bodyOf({ valueSet, system, code }: MembershipQuestion): string {
  return JSON.stringify({
    resourceType: 'Parameters',
    parameter: [
      { name: 'url', valueUri: valueSet },
      { name: 'system', valueUri: system },
      { name: 'code', valueCode: code },
    ],
  })
}

/** An answer is a few lines; whoever sends more is not listened to. */
const LONGEST = 256 * 1024

async function boundedText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > LONGEST) throw new Error('too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function resultOf(json: unknown): Answer {
  const { resourceType, parameter } = Object(json)
  if (resourceType !== 'Parameters' || !Array.isArray(parameter)) return 'failed'
  const result: unknown = parameter.map(Object).find(({ name }) => name === 'result')?.valueBoolean
  return typeof result === 'boolean' ? result : 'failed'
}
