import { BlockList, isIP } from 'node:net'

/** The formats that the schemas of the table name, for ajv. */
export const FORMATS: Readonly<Record<string, (value: string) => boolean>> = {
  host: (value) => (isIP(value) !== 0 ? !value.includes('%') : HOST_NAME.test(value)),
  origin: isOrigin,
  path: isPath,
  terminologyServer: isTerminologyServer,
  psc: (value) => /^(production|sandbox|off)$/.test(value) || isIssuer(value),
  store: (value) =>
    value.startsWith('sqlite:') ? isPath(value.slice(7)) && value !== 'sqlite::memory:' : isPostgresUrl(value),
  blobs: (value) => value.startsWith('file:') && isPath(value.slice(5)),
}

/** A host as it stands in a URL that can be opened: brackets around IPv6, loopback for "all addresses". */
export function hostInUrl(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (isIP(host) !== 6) return host
  return `[${host === '::' ? '::1' : host}]`
}

/** Whether only this machine can reach a server that listens on this host. */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true
  const version = isIP(host)
  return version !== 0 && LOOPBACK.check(host, version === 6 ? 'ipv6' : 'ipv4')
}

const LABEL = '[a-z0-9]([a-z0-9-]*[a-z0-9])?'
/** Not ending in a number: URLs would read that as an IPv4 address. */
const HOST_NAME = new RegExp(`^(?!.*(^|\\.)\\d+$)${LABEL}(\\.${LABEL})*$`, 'i')

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

function isOrigin(value: string): boolean {
  if (!/^https?:\/\/[^/?#@\\\s]+\/?$/i.test(value) || !isPath(value) || !URL.canParse(value)) return false
  const url = new URL(value)
  return url.pathname === '/' && url.host !== ''
}

/** Codes of patients go there: encrypted, unless they stay on this machine. */
function isTerminologyServer(value: string): boolean {
  if (!/^https?:\/\/[^\s?#@\\]+$/i.test(value) || !isPath(value) || !URL.canParse(value)) return false
  const { protocol, hostname } = new URL(value)
  return protocol === 'https:' || isLoopback(hostname.replace(/^\[|\]$/g, ''))
}

/** Who signs in is told there: encrypted, unless it stays on this machine. */
function isIssuer(value: string): boolean {
  return isTerminologyServer(value) && !value.endsWith('/')
}

function isPostgresUrl(value: string): boolean {
  return /^postgres(ql)?:\/\/\S+$/.test(value) && URL.canParse(value)
}

/** A path is one line without control characters. */
function isPath(value: string): boolean {
  return /^\P{Cc}+$/u.test(value)
}
