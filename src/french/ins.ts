/** Release of FR Core whose rules apply; they disagree on the use of an INS-NIA. */
export type FrCoreVersion = '2.2.0' | '2.1.0'

/** Where an INS may be used: real patients, or test and demonstration. */
export type InsDomain = 'production' | 'test'

/** An assigning authority of the INS and how FR Core expresses it. */
export type InsAuthority = {
  readonly oid: string
  readonly system: string
  readonly domain: InsDomain
  /** Code of Identifier.type in fr-core-cs-v2-0203. */
  readonly typeCode: 'INS-NIR' | 'INS-NIA' | 'INS-NIR-TEST' | 'INS-NIR-DEMO'
  /** Legal values of Identifier.use; the first one is that of a current INS. */
  readonly uses: { readonly [version in FrCoreVersion]: readonly ('official' | 'old' | 'temp')[] }
}

const ONLY_OFFICIAL = { '2.2.0': ['official'], '2.1.0': ['official'] } as const

/** The four assigning authorities, by OID. Source: reference/identity-fr.md 1.5, 2.2 and 2.9 (FR Core 2.2.0 and 2.1.0). */
export const INS_AUTHORITIES: readonly InsAuthority[] = [
  {
    oid: '1.2.250.1.213.1.4.8',
    system: 'urn:oid:1.2.250.1.213.1.4.8',
    domain: 'production',
    typeCode: 'INS-NIR',
    uses: { '2.2.0': ['official', 'old'], '2.1.0': ['official'] },
  },
  {
    oid: '1.2.250.1.213.1.4.9',
    system: 'urn:oid:1.2.250.1.213.1.4.9',
    domain: 'production',
    typeCode: 'INS-NIA',
    uses: { '2.2.0': ['official', 'old'], '2.1.0': ['temp'] },
  },
  {
    oid: '1.2.250.1.213.1.4.10',
    system: 'urn:oid:1.2.250.1.213.1.4.10',
    domain: 'test',
    typeCode: 'INS-NIR-TEST',
    uses: ONLY_OFFICIAL,
  },
  {
    oid: '1.2.250.1.213.1.4.11',
    system: 'urn:oid:1.2.250.1.213.1.4.11',
    domain: 'test',
    typeCode: 'INS-NIR-DEMO',
    uses: ONLY_OFFICIAL,
  },
]

/** FHIR systems of the INS, production then test. */
export const INS_SYSTEMS: readonly string[] = INS_AUTHORITIES.map(({ system }) => system)

/** OIDs of the INS-C, the obsolete identifier computed from the Vitale card (production, test, demonstration). */
export const INS_C_OIDS: readonly string[] = ['1.2.250.1.213.1.4.2', '1.2.250.1.213.1.4.6', '1.2.250.1.213.1.4.7']

/** OIDs of the social-security number (NSS) used for billing: it repeats the matricule and never leaves the server. */
export const NSS_OIDS: readonly string[] = ['1.2.250.1.213.1.4.13', '1.2.250.1.213.1.4.14']

/** The INS authority of an identifier system, written `urn:oid:` or as a bare OID; undefined when it is no INS. */
export function insAuthority(system: string | undefined): InsAuthority | undefined {
  if (system === undefined) return undefined
  return BY_SYSTEM.get(system) ?? BY_OID.get(system.trim().replace(/^urn:oid:/i, ''))
}

const BY_SYSTEM: ReadonlyMap<string, InsAuthority> = new Map(INS_AUTHORITIES.map((one) => [one.system, one]))
const BY_OID: ReadonlyMap<string, InsAuthority> = new Map(INS_AUTHORITIES.map((one) => [one.oid, one]))

/** What is wrong with a matricule; `reason` says which control failed. */
export type MatriculeIssue = {
  readonly key: 'INS-03'
  readonly severity: 'error' | 'warning'
  readonly reason: 'length' | 'format' | 'provisional' | 'key'
}

const NIR = /^[12]\d{2}(0[1-9]|1[0-2]|[2-9]\d)(\d{2}|2A|2B)\d{6}(0[1-9]|[1-8]\d|9[0-7])$/

/**
 * Controls of a matricule (rule INS-03): 15 characters, format, key. The key is only advisory for the test and demonstration OIDs .10
 * and .11; a waiting number (.9) that begins with 3, 4, 7 or 8 is only unusual. `oid` is bare or `urn:oid:`.
 * Source: reference/identity-fr.md 1.2 to 1.4 (CNAM format and key).
 */
export function checkMatricule(value: string, oid: string): MatriculeIssue[] {
  const authority = insAuthority(oid)
  if (value.length !== 15) return [{ key: 'INS-03', severity: 'error', reason: 'length' }]
  const issues: MatriculeIssue[] = []
  const provisional = authority?.typeCode === 'INS-NIA' && /^[3478]/.test(value)
  if (provisional) issues.push({ key: 'INS-03', severity: 'warning', reason: 'provisional' })
  if (!NIR.test(provisional ? `1${value.slice(1)}` : value)) {
    return [...issues, { key: 'INS-03', severity: 'error', reason: 'format' }]
  }
  if (matriculeKey(value.slice(0, 13)) !== value.slice(13)) {
    issues.push({ key: 'INS-03', severity: authority?.domain === 'test' ? 'warning' : 'error', reason: 'key' })
  }
  return issues
}

/** Key (two digits) of the 13 first characters of a matricule; undefined when they are not a number, Corsica's 2A and 2B aside. */
export function matriculeKey(number: string): string | undefined {
  const digits = number.slice(0, 5) + number.slice(5, 7).replace('2A', '19').replace('2B', '18') + number.slice(7)
  if (!/^\d{13}$/.test(digits)) return undefined
  return String(97 - (Number(digits) % 97)).padStart(2, '0')
}
