import type { Address, ContactPoint } from '@medplum/fhirtypes'
import type { CdaAddress, CdaTelecom } from '../cda/patient.ts'
import { present } from '../present.ts'

const SYSTEMS: Readonly<Record<string, NonNullable<ContactPoint['system']>>> = {
  tel: 'phone',
  mailto: 'email',
  fax: 'fax',
  http: 'url',
  https: 'url',
}
const TELECOM_USES: Readonly<Record<string, NonNullable<ContactPoint['use']>>> = {
  H: 'home',
  HP: 'home',
  HV: 'home',
  WP: 'work',
  DIR: 'work',
  PUB: 'work',
  MC: 'mobile',
  TMP: 'temp',
}
const ADDRESS_USES: Readonly<Record<string, NonNullable<Address['use']>>> = {
  H: 'home',
  HP: 'home',
  HV: 'home',
  WP: 'work',
  DIR: 'work',
  PUB: 'work',
  TMP: 'temp',
}

/** FR Core contact point of a CDA telecom: system and value are mandatory there, and the scheme of the URI tells the system. */
export function contactPointOf({ value, use }: CdaTelecom): ContactPoint[] {
  const [, scheme, rest] = /^([a-z]+):(.+)$/i.exec(value) ?? []
  const system = scheme === undefined ? bareSystem(value) : SYSTEMS[scheme.toLowerCase()]
  if (system === undefined) return []
  const text = system === 'url' || rest === undefined ? value : rest
  return [present({ system, value: text.trim(), use: use === undefined ? undefined : TELECOM_USES[use] })]
}

/** FR Core address of a CDA address; France is written as its ISO 3166 code of three letters. */
export function addressOf({ use, lines, postalCode, city, country }: CdaAddress): Address {
  return present({
    use: use === undefined ? undefined : ADDRESS_USES[use],
    line: [...lines],
    city,
    postalCode,
    country: country !== undefined && /^(france|fra?)$/i.test(country) ? 'FRA' : country,
  })
}

function bareSystem(value: string): ContactPoint['system'] {
  if (value.includes('@')) return 'email'
  return /\d/.test(value) ? 'phone' : undefined
}
