import { isObject } from './json.ts'
import { CodesBySystem } from './memberships.ts'
import { referenceForm } from './references.ts'
import type { Check, Compiler } from './types.ts'

/** Rules of a data type that its definition does not state (validation.md sections 6, 8 and 11). */
export function typeRule(compiler: Compiler, type: string): Check | undefined {
  switch (type) {
    case 'Coding':
      return codingRule(compiler)
    case 'Identifier':
      return identifierRule
    case 'Attachment':
      return attachmentRule
    case 'Reference':
      return referenceForm(compiler)
    default:
      return undefined
  }
}

/** Codes and displays that the terminology has are remembered, with one display a code; what it cannot tell is not. */
function codingRule({ terminology }: Compiler): Check {
  const right = new CodesBySystem<string>()
  const bare = new CodesBySystem<true>()
  return (value, run, depth) => {
    if (!isObject(value)) return
    const { system, code, display } = value
    if (typeof code !== 'string') return
    if (typeof system !== 'string') {
      if (system === undefined && run.codesRefused === 0) run.report(depth, 'warning', 'coding.system-missing')
      return
    }
    const isBare = typeof display !== 'string'
    if (isBare ? bare.get(system, code) === true : right.get(system, code) === display) return
    if (system.includes('/ValueSet/')) return run.report(depth, 'error', 'coding.system-value-set')
    const known = terminology.knows(system, code)
    if (known === false) {
      if (run.codesRefused === 0) run.report(depth, 'error', 'coding.unknown-code', { system })
      return
    }
    if (isBare) {
      if (known === true) bare.set(system, code, true)
      return
    }
    const isDisplay = terminology.displays(system, code, display)
    if (isDisplay === false) {
      const expected = terminology.displayOf?.(system, code) ?? code
      return run.report(depth, 'warning', 'coding.display', { expected })
    }
    if (isDisplay === true && known === true && display.length <= LONGEST) right.set(system, code, display)
  }
}

/** Characters of a display that is remembered. */
const LONGEST = 256

const identifierRule: Check = (value, run, depth) => {
  if (!isObject(value) || typeof value.system !== 'string') return
  const { system } = value
  if (system === 'urn:ietf:rfc:3986') {
    if (typeof value.value === 'string' && !/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(value.value)) {
      run.report(depth, 'error', 'identifier.uri')
    }
  } else if (system.startsWith('urn:oid:') && !isOid(system)) {
    run.report(depth, 'error', 'identifier.oid')
  }
}

/** `urn:oid:` and numbers without leading zeros between points, as `^urn:oid:[0-2](\.(0|[1-9]\d*))+$` has them. */
function isOid(system: string): boolean {
  const { length } = system
  if (length < 11 || !(system.charCodeAt(8) >= ZERO && system.charCodeAt(8) <= TWO)) return false
  for (let at = 9; at < length; ) {
    if (system.charCodeAt(at) !== POINT) return false
    const start = at + 1
    for (at = start; at < length && isDigit(system.charCodeAt(at)); at += 1);
    if (at === start || (at > start + 1 && system.charCodeAt(start) === ZERO)) return false
  }
  return true
}

const [ZERO, TWO, NINE, POINT] = [0x30, 0x32, 0x39, 0x2e]

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE
}

/** Size and hash of the content are rules of src/validation/rules, which find it in a bundle as well. */
const attachmentRule: Check = (value, run, depth) => {
  if (isObject(value) && value.data !== undefined && value.url !== undefined) {
    run.report(depth, 'warning', 'attachment.both')
  }
}
