import { address, code, string } from '../datatypes.ts'
import type { SearchParameter } from '../model.ts'
import { hl7 } from './common.ts'

/** The address parameters; R4 gives those of persons and those of organisations other canonicals. */
export const addresses = (owner: 'individual' | 'Organization'): readonly SearchParameter[] => [
  {
    name: 'address',
    type: 'string',
    definition: hl7(`${owner}-address`),
    from: 'address',
    as: address,
    fr: 'Une partie quelconque de l’adresse.',
    en: 'Any part of the address.',
  },
  {
    name: 'address-city',
    type: 'string',
    definition: hl7(`${owner}-address-city`),
    from: 'address.city',
    as: string,
    fr: 'Ville.',
    en: 'City.',
  },
  {
    name: 'address-country',
    type: 'string',
    definition: hl7(`${owner}-address-country`),
    from: 'address.country',
    as: string,
    fr: 'Pays.',
    en: 'Country.',
  },
  {
    name: 'address-postalcode',
    type: 'string',
    definition: hl7(`${owner}-address-postalcode`),
    from: 'address.postalCode',
    as: string,
    fr: 'Code postal.',
    en: 'Postal code.',
  },
  {
    name: 'address-state',
    type: 'string',
    definition: hl7(`${owner}-address-state`),
    from: 'address.state',
    as: string,
    fr: 'Région ou État.',
    en: 'State or region.',
  },
  {
    name: 'address-use',
    type: 'token',
    definition: hl7(`${owner}-address-use`),
    from: 'address.use',
    as: code,
    codeSystem: 'http://hl7.org/fhir/address-use',
    fr: 'Usage de l’adresse.',
    en: 'Use of the address.',
  },
]
