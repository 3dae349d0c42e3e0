import { INS_AUTHORITIES, insAuthority } from '../../french/ins.ts'
import { found, type Rule } from './model.ts'
import { isObject, type Json, objectOf, textOf } from './read.ts'

const SOURCE = 'reference/identity-fr.md 1.6'
/** A matricule without its key: what identifies the person. */
const NUMBER_LENGTH = 13
/** Where `url` is no address to call: it names an extension, or repeats what the caller asked. */
const NAMING: readonly string[] = ['extension', 'modifierExtension', 'link']
/** Deeper identifiers than those of contained resources are not those of the subject. */
const MAX_DEPTH = 8

/**
 * INS-12: no matricule where addresses are made: in the id of a resource, nor in an absolute address, which every proxy
 * on the way writes to its log. Searches by INS are for `POST _search`. The numbers are those of the resource itself, and
 * whatever follows the OID of the INS in an address.
 */
export const insInAddresses: Rule = {
  members: ['id', 'url', 'fullUrl', 'reference'],
  looksAt: (value) => typeof value === 'string' && mayHoldNumber(value) && LIKE_A_NUMBER.test(value),
  check: (visit, _context, member) => {
    const { node, path } = visit
    const text = textOf(node[member]) ?? ''
    const place = `${visit.at()}.${member}`
    if (member === 'id') {
      const reveals = path.length === visit.resourceDepth && numbersOf(node).some((number) => text.includes(number))
      return reveals ? [found('INS-12.id', 'error', place, SOURCE)] : []
    }
    const isAddress = /^https?:/i.test(text) && !NAMING.some((name) => path.at(-2) === name)
    // The address of an entry is that of the resource in it.
    const subject = member === 'fullUrl' ? objectOf(node.resource) : visit.resource
    return isAddress && holdsIns(text, subject) ? [found('INS-12.address', 'error', place, SOURCE)] : []
  },
}

/** Something of the length and letters of a matricule. */
const LIKE_A_NUMBER = /[0-9]{6}[0-9AB][0-9]{6}/

/** Whether one of each 13 characters is of a matricule: most addresses are seen to hold none without a pattern. */
function mayHoldNumber(text: string): boolean {
  for (let at = NUMBER_LENGTH - 1; at < text.length; at += NUMBER_LENGTH) {
    const c = text.charCodeAt(at)
    if ((c >= 0x30 && c <= 0x39) || c === 0x41 || c === 0x42) return true
  }
  return false
}

function holdsIns(address: string, resource: Json): boolean {
  const plain = address.replace(/%7c/gi, '|').replace(/%3a/gi, ':')
  return SEARCH_BY_INS.test(plain) || numbersOf(resource).some((number) => address.includes(number))
}

/** `urn:oid:1.2.250.1.213.1.4.8|2840…` in the query of an address. */
const SEARCH_BY_INS = new RegExp(`(?:${INS_AUTHORITIES.map(({ oid }) => oid.replaceAll('.', '\\.')).join('|')})\\|`)

/** Numbers by resource, collected once. */
const NUMBERS = new WeakMap<Json, readonly string[]>()

/** The INS of a resource and of those that it contains, without their keys. */
function numbersOf(resource: Json): readonly string[] {
  const known = NUMBERS.get(resource)
  if (known !== undefined) return known
  const numbers: string[] = []
  const collect = (value: unknown, depth: number): void => {
    if (depth > MAX_DEPTH) return
    if (Array.isArray(value)) for (const item of value) collect(item, depth + 1)
    else if (isObject(value)) {
      const [system, number] = [textOf(value.system), textOf(value.value)]
      if (system !== undefined && number !== undefined && insAuthority(system) !== undefined) {
        if (number.length >= NUMBER_LENGTH) numbers.push(number.slice(0, NUMBER_LENGTH))
      }
      for (const name in value) if (name !== 'entry') collect(value[name], depth + 1)
    }
  }
  collect(resource, 0)
  NUMBERS.set(resource, numbers)
  return numbers
}
