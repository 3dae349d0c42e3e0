/** A reference as it is written (references.html#literal; validation.md R1). */
export type ReferenceForm =
  | { kind: 'contained' }
  | { kind: 'relative'; type: string }
  | { kind: 'absolute'; type: string | undefined }
  | { kind: 'urn' }
  /** `Patient?identifier=…`, which a transaction resolves. */
  | { kind: 'conditional'; type: string }

/** Reads the form of a reference; undefined when it has none of them. The last one is kept: each is asked for again. */
export function readReference(reference: string): ReferenceForm | undefined {
  if (reference === last) return form
  if (reference.length > LONGEST) return formOf(reference)
  form = formOf(reference)
  last = reference
  return form
}

/** Characters of a reference that is kept. */
const LONGEST = 256

let last: string | undefined
let form: ReferenceForm | undefined

/** The first character says which forms are left. */
function formOf(reference: string): ReferenceForm | undefined {
  const first = reference.charCodeAt(0)
  if (first === HASH) return CONTAINED
  if (first === SMALL_U && URN.test(reference)) return URN_FORM
  if (first >= CAPITAL_A && first <= CAPITAL_Z) {
    const relative = RELATIVE.exec(reference)
    if (relative?.[1] !== undefined) return { kind: 'relative', type: relative[1] }
    const conditional = CONDITIONAL.exec(reference)
    if (conditional?.[1] !== undefined) return { kind: 'conditional', type: conditional[1] }
  }
  return ABSOLUTE.test(reference) ? { kind: 'absolute', type: restfulType(reference) } : undefined
}

const [HASH, SMALL_U, CAPITAL_A, CAPITAL_Z] = [0x23, 0x75, 0x41, 0x5a]

/** Resource type that a literal names, undefined when it names none. */
export function literalType(reference: string): string | undefined {
  const form = readReference(reference)
  return form === undefined || form.kind === 'contained' || form.kind === 'urn' ? undefined : form.type
}

/** Type of an absolute URL that ends as an instance of a RESTful server does. */
function restfulType(url: string): string | undefined {
  return /^https?:/.test(url) ? RESTFUL.exec(url)?.[1] : undefined
}

const CONTAINED: ReferenceForm = { kind: 'contained' }
const URN_FORM: ReferenceForm = { kind: 'urn' }
const RELATIVE = /^([A-Z][A-Za-z]{1,63})\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?(?:#\S+)?$/
const CONDITIONAL = /^([A-Z][A-Za-z]{1,63})\?\S+$/
const RESTFUL = /\/([A-Z][A-Za-z]{1,63})\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/
const URN = /^urn:(uuid:[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|oid:[0-2](\.(0|[1-9]\d*))+)$/
