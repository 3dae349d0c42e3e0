import { nationalIdOf } from '../../dcc/entitlement/administration.ts'
import { INS_AUTHORITIES } from '../../french/ins.ts'
import type { DccStore } from '../../store/store.ts'

/** What an act says, by name: options of a command line, or a row of a file. */
export type Fields = Readonly<Record<string, string | undefined>>

/** An act that is not written right: `message` names the field and holds no value. */
export class FieldError extends Error {}

/** An act that was understood and cannot be done; `message` holds no identity. */
export class ActError extends Error {}

/** The national id of the professional: `rpps` (11 digits), or `professional` as the identity provider writes it. */
export function professionalOf({ rpps, professional }: Fields): string {
  const id = nationalIdOf(rpps === undefined ? { nationalId: professional } : { rpps })
  if (id === undefined || (rpps !== undefined && professional !== undefined)) {
    throw new FieldError('rpps (11 digits) or professional (national id) is required, one of the two')
  }
  return id
}

/** The record of the patient: by `patient` (id), `ins` (matricule), or `identifier` (`system|value`). */
export async function patientOf(
  store: DccStore,
  insDomain: 'production' | 'test',
  { patient, ins, identifier }: Fields,
): Promise<string> {
  if ([patient, ins, identifier].filter((one) => one !== undefined).length !== 1) {
    throw new FieldError('patient (id), ins (matricule) or identifier (system|value) is required, one of the three')
  }
  if (patient !== undefined) return known(await store.patient(patient))
  if (identifier !== undefined) {
    const [system = '', value = '', ...rest] = identifier.split('|')
    if (system === '' || value === '' || rest.length > 0) throw new FieldError('identifier is written system|value')
    return known(await store.patientHolding({ system, value }))
  }
  for (const authority of INS_AUTHORITIES) {
    if (authority.domain !== insDomain) continue
    const found = await store.patientHolding({ system: authority.system, value: ins ?? '' })
    if (found !== undefined) return known(found)
  }
  return known(undefined)
}

function known(found: { id: string; state: string } | undefined): string {
  if (found === undefined || found.state === 'deleted') throw new ActError('the patient is not known')
  return found.id
}

/** One of the values that a field may have; the first one when it is not given. */
export function oneOf<T extends string>(name: string, value: string | undefined, allowed: readonly [T, ...T[]]): T {
  const found = value === undefined ? allowed[0] : allowed.find((one) => one === value)
  if (found === undefined) throw new FieldError(`${name} is one of ${allowed.join(', ')}`)
  return found
}

/** An instant given as a date (its beginning, UTC) or a date with time and zone; undefined when it is not given. */
export function instantOf(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const isWritten = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(value)
  const instant = new Date(value)
  if (!isWritten || Number.isNaN(instant.getTime()))
    throw new FieldError(`${name} is a date, or a date with time and zone`)
  return instant.toISOString()
}

/** A structure as it is kept, `system|value`; '' for any. */
export function structureOf(value: string | undefined): string {
  if (value === undefined || value === '') return ''
  const [system = '', code = '', ...rest] = value.split('|')
  if (system === '' || code === '' || rest.length > 0) throw new FieldError('structure is written system|value')
  return value
}
