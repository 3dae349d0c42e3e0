import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import type { TestServer } from './server.ts'

/** A page as a browser would show it. */
export interface Shown {
  status: number
  /** Absolute, after redirects. */
  url: URL
  headers: Headers
  text: string
  /** The addresses that led here, the first one included. */
  trail: readonly URL[]
}

/** The fields of a form on a page, hidden ones and what is checked included. */
export interface PageForm {
  action: URL
  method: string
  fields: Record<string, string>
}

/** A browser without scripts: keeps cookies by origin, follows redirects, fills forms in. */
export interface Visitor {
  /** Goes to an address: absolute, or of the page before (of the public origin first). */
  get(address: string | URL, headers?: Readonly<Record<string, string>>): Promise<Shown>
  /** Posts form members, as a form of the page before would. */
  post(
    address: string | URL,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Shown>
  /** Sends the only form of the last page whose action ends so, with some members changed. */
  submit(action: string | RegExp, fields?: Readonly<Record<string, string>>): Promise<Shown>
  /** Sends the first such form. */
  submitFirst(action: string | RegExp, fields?: Readonly<Record<string, string>>): Promise<Shown>
  /** Follows the first link of the last page with this text. */
  follow(text: string): Promise<Shown>
  /** The cookies of an origin by name, to look at or to change. */
  cookies(origin?: string): Map<string, string>
  /** Whether redirects are followed; true at first. */
  following: boolean
}

const LONGEST_TRAIL = 12

/**
 * A visitor of a test server. Its public origin leads to the port that it listens on; other addresses are reached as
 * they are, on this machine only.
 */
export function aVisitor(server: Pick<TestServer, 'port' | 'config'>, cookie?: string): Visitor {
  const home = server.config.baseUrl
  const jars = new Map<string, Map<string, string>>()
  const jarOf = (origin: string): Map<string, string> => {
    const jar = jars.get(origin) ?? new Map<string, string>()
    jars.set(origin, jar)
    return jar
  }
  if (cookie !== undefined) keepCookies(jarOf(home), [cookie])
  let last: Shown | undefined

  const send = async (
    method: string,
    url: URL,
    body: string | undefined,
    more: Readonly<Record<string, string>>,
    from: URL | undefined,
    trail: readonly URL[],
  ): Promise<Shown> => {
    const jar = jarOf(url.origin)
    const headers: Record<string, string> = {
      accept: 'text/html',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      'sec-fetch-site': siteOf(from, url),
      ...(jar.size === 0 ? {} : { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') }),
      ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(body === undefined || from === undefined ? {} : { origin: from.origin }),
      ...more,
    }
    const target = url.origin === home ? new URL(`http://127.0.0.1:${server.port}${url.pathname}${url.search}`) : url
    assert.match(target.hostname, /^(127\.0\.0\.1|localhost)$/, `a visitor stays on this machine: ${target.hostname}`)
    const answer = await exchange(method, target, body, { ...headers, host: url.host })
    keepCookies(jar, answer.headers.getSetCookie())
    const shown: Shown = { ...answer, url, trail: [...trail, url] }
    const location = answer.headers.get('location')
    if (!visitor.following || location === null || answer.status < 300 || answer.status > 399) return shown
    assert.ok(trail.length < LONGEST_TRAIL, `redirected without end: ${shown.trail.map(({ pathname }) => pathname)}`)
    const keeps = answer.status === 307 || answer.status === 308
    return send(keeps ? method : 'GET', new URL(location, url), keeps ? body : undefined, more, url, shown.trail)
  }
  const go = async (
    method: string,
    address: string | URL,
    fields: Readonly<Record<string, string>> | undefined,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Shown> => {
    const url = new URL(address, last?.url ?? home)
    const body = fields === undefined ? undefined : new URLSearchParams(fields).toString()
    last = await send(method, url, body, headers, last?.url, [])
    return last
  }
  const formsNamed = (action: string | RegExp): PageForm[] => {
    assert.ok(last !== undefined, 'no page')
    return formsOf(last).filter(({ action: { pathname } }) =>
      typeof action === 'string' ? pathname.endsWith(action) : action.test(pathname),
    )
  }
  const sendForm = async (
    [form]: readonly PageForm[],
    fields: Readonly<Record<string, string>> = {},
  ): Promise<Shown> => {
    assert.ok(form !== undefined, 'no such form')
    const members = { ...form.fields, ...fields }
    if (form.method === 'POST') return go('POST', form.action, members)
    const address = new URL(form.action)
    address.search = new URLSearchParams(members).toString()
    return go('GET', address, undefined)
  }
  const visitor: Visitor = {
    following: true,
    get: (address, headers) => go('GET', address, undefined, headers),
    post: (address, fields, headers) => go('POST', address, fields, headers),
    submit(action, fields) {
      const forms = formsNamed(action)
      assert.equal(forms.length, 1, 'one such form')
      return sendForm(forms, fields)
    },
    submitFirst: (action, fields) => sendForm(formsNamed(action), fields),
    async follow(text) {
      assert.ok(last !== undefined, 'no page')
      const link = [...last.text.matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a>/g)].find(
        ([, , label = '']) => unescaped(label.replaceAll(/<[^>]*>/g, '')).trim() === text,
      )
      const href = attribute(link?.[1] ?? '', 'href')
      assert.ok(href !== undefined, `no link « ${text} »`)
      return go('GET', href, undefined)
    },
    cookies: (origin = home) => jarOf(origin),
  }
  return visitor
}

/** The forms of a page. */
export function formsOf({ text, url }: Pick<Shown, 'text' | 'url'>): PageForm[] {
  return [...text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head = '', body = '']) => ({
    action: new URL(attribute(head, 'action') ?? '', url),
    method: (attribute(head, 'method') ?? 'get').toUpperCase(),
    fields: Object.fromEntries(
      [...body.matchAll(/<input\b([^>]*)>/g)].flatMap(([, input = '']) => {
        const name = attribute(input, 'name')
        const chosen = !/type="(radio|checkbox)"/.test(input) || /\schecked\b/.test(input)
        return name === undefined || !chosen ? [] : [[name, attribute(input, 'value') ?? '']]
      }),
    ),
  }))
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
  return value === undefined ? undefined : unescaped(value)
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00a0' }

function unescaped(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name] ?? '')
}

function keepCookies(jar: Map<string, string>, lines: readonly string[]): void {
  for (const line of lines) {
    const [pair = '', ...attributes] = line.split(';')
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    if (attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute))) jar.delete(name)
    else jar.set(name, pair.slice(at + 1).trim())
  }
}

/** What a browser says of where a request comes from. */
function siteOf(from: URL | undefined, to: URL): string {
  if (from === undefined) return 'none'
  return from.origin === to.origin ? 'same-origin' : 'cross-site'
}

function exchange(
  method: string,
  url: URL,
  body: string | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<Pick<Shown, 'status' | 'headers' | 'text'>> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const received = new Headers()
        for (const [name, values] of Object.entries(response.headersDistinct)) {
          for (const value of values ?? []) received.append(name, value)
        }
        resolve({ status: response.statusCode ?? 0, headers: received, text: Buffer.concat(chunks).toString() })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
