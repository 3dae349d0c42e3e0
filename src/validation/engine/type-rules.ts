import { isObject } from './json.ts'
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

function codingRule({ terminology }: Compiler): Check {
  return (value, run, depth) => {
    if (!isObject(value)) return
    const { system, code, display } = value
    if (typeof code !== 'string') return
    if (typeof system !== 'string') {
      if (system === undefined && run.codesRefused === 0) run.report(depth, 'warning', 'coding.system-missing')
      return
    }
    if (system.includes('/ValueSet/')) return run.report(depth, 'error', 'coding.system-value-set')
    const known = terminology.knows(system, code)
    if (known === false) {
      if (run.codesRefused === 0) run.report(depth, 'error', 'coding.unknown-code')
      return
    }
    if (typeof display === 'string' && terminology.displays(system, code, display) === false) {
      run.report(depth, 'warning', 'coding.display')
    }
  }
}

const identifierRule: Check = (value, run, depth) => {
  if (!isObject(value) || typeof value.system !== 'string') return
  const { system } = value
  if (system === 'urn:ietf:rfc:3986') {
    if (typeof value.value === 'string' && !/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(value.value)) {
      run.report(depth, 'error', 'identifier.uri')
    }
  } else if (system.startsWith('urn:oid:') && !/^urn:oid:[0-2](\.(0|[1-9]\d*))+$/.test(system)) {
    run.report(depth, 'error', 'identifier.oid')
  }
}

/** Size and hash of the content are rules of src/validation/rules, which find it in a bundle as well. */
const attachmentRule: Check = (value, run, depth) => {
  if (isObject(value) && value.data !== undefined && value.url !== undefined) {
    run.report(depth, 'warning', 'attachment.both')
  }
}
