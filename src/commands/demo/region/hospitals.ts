import { withLuhnKey } from './luhn-key.ts'
import { ofTown, townName } from './names.ts'
import { at } from './random.ts'

/** A postal address; the postal codes 99001-99033 are those of no French town. */
export interface PostalAddress {
  readonly houseNumber: string
  readonly streetName: string
  readonly postalCode: string
  readonly city: string
}

/** A place of care or an office of the fictitious region. */
export interface Organization extends PostalAddress {
  /** Geographic FINESS, nine digits, in the range 990000xxx that no department has. */
  readonly finess: string
  readonly name: string
  /** International form, in the range kept for works of fiction. */
  readonly phone: string
  readonly sector: 'ETABLISSEMENT' | 'AMBULATOIRE'
}

/** A hospital of the region, with the identity domain of its patient numbers (IPP). */
export interface Hospital extends Organization {
  /** Facility type, value set JDV_J02. */
  readonly facilityType: { readonly code: 'SA01' | 'SA04' | 'SA36'; readonly display: string }
  /** OID of the assigning authority of the IPP, without "urn:oid:". */
  readonly ippRoot: string
  readonly coordinationCentre: CoordinationCentre
}

/** A cancer coordination centre (3C), which organises the multidisciplinary meetings of several hospitals. */
export interface CoordinationCentre {
  readonly name: string
  /** National identifier of the meeting organiser, extension under 1.2.250.1.161.1.20.2.1. */
  readonly id: string
}

const PUBLIC = { code: 'SA01', display: 'Etablissement public de santé' } as const
const PRIVATE = { code: 'SA04', display: 'Etablissement privé non PSPH' } as const
const CANCER = { code: 'SA36', display: 'Centre anti-cancer' } as const

/** The regional cancer network (DSRC), custodian of every document; `id` is under 1.2.250.1.161.1.20.1.1. */
export const NETWORK: Organization & { readonly id: string } = {
  ...organization(900, 'DSRC FICTIF', 0, 'ETABLISSEMENT'),
  id: '9901',
}

/** The coordination centres of the region. */
export const COORDINATION_CENTRES: readonly CoordinationCentre[] = ['NORD', 'SUD', 'EST', 'OUEST', 'CENTRE'].map(
  (side, position) => ({ name: `3C FICTIF ${side}`, id: `9901${String(position + 1).padStart(2, '0')}` }),
)

/** The 33 hospitals of the region, in a fixed order. */
export const HOSPITALS: readonly Hospital[] = Array.from({ length: 33 }, (_, position) => hospital(position))

/** The primary care centre of the town of a hospital. */
export const PRIMARY_CARE: readonly Organization[] = HOSPITALS.map((nearby, position) =>
  organization(position + 101, `MAISON DE SANTE FICTIVE ${ofTown(nearby.city)}`, position, 'AMBULATOIRE'),
)

function hospital(position: number): Hospital {
  const { facilityType, prefix } = kind(position)
  return {
    ...organization(position + 1, `${prefix} ${ofTown(townName(position))}`, position, 'ETABLISSEMENT'),
    facilityType,
    // The identity domains are numbered on their own, 990000001 to 990000033: they are not FINESS numbers.
    ippRoot: `1.2.250.1.71.4.2.2.${990_000_001 + position}`,
    coordinationCentre: at(COORDINATION_CENTRES, position % COORDINATION_CENTRES.length),
  }
}

function kind(position: number): { facilityType: Hospital['facilityType']; prefix: string } {
  if (position === 0) return { facilityType: PUBLIC, prefix: 'CHU FICTIF' }
  if (position === 1) return { facilityType: CANCER, prefix: 'CENTRE ANTICANCEREUX FICTIF' }
  if (position % 4 === 3) return { facilityType: PRIVATE, prefix: 'CLINIQUE FICTIVE' }
  return { facilityType: PUBLIC, prefix: 'CH FICTIF' }
}

function organization(rank: number, name: string, town: number, sector: Organization['sector']): Organization {
  return {
    finess: withLuhnKey(`99000${String(rank).padStart(3, '0')}`),
    name,
    houseNumber: String(1 + (rank % 40)),
    streetName: 'rue de la Fiction',
    postalCode: `99${String(town + 1).padStart(3, '0')}`,
    city: townName(town),
    phone: `+3319900${String(rank).padStart(4, '0')}`,
    sector,
  }
}
