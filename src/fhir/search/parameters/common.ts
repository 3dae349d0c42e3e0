import { contactPoint } from '../datatypes.ts'
import { at, objectOf } from '../elements.ts'
import type { SearchParameter, Selector } from '../model.ts'
import { contactKey } from '../text.ts'

/** Canonical of a search parameter of FHIR R4. */
export const hl7 = (id: string): string => `http://hl7.org/fhir/SearchParameter/${id}`
/** Canonical of a search parameter of IHE MHD. */
export const mhd = (id: string): string => `https://profiles.ihe.net/ITI/MHD/SearchParameter/${id}`
/** Canonical of a search parameter of PDSm. */
export const pdsm = (id: string): string => `https://interop.esante.gouv.fr/ig/fhir/pdsm/SearchParameter/${id}`
/** A search parameter that this product defines: relative to the FHIR base. */
export const own = (id: string): string => `SearchParameter/${id}`

/** Url of an extension of IHE MHD. */
export const mhdExtension = (id: string): string => `https://profiles.ihe.net/ITI/MHD/StructureDefinition/${id}`
/** Url of an extension of PDSm. */
export const pdsmExtension = (id: string): string =>
  `https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/${id}`

/** Implicit code system of boolean elements. */
export const BOOLEAN = 'http://terminology.hl7.org/CodeSystem/special-values'

/** Parameters that every type has; the store answers them from its columns. */
export const EVERY_TYPE: readonly SearchParameter[] = [
  {
    name: '_id',
    type: 'token',
    definition: hl7('Resource-id'),
    sortKey: '_id',
    fr: 'Identifiant technique de la ressource.',
    en: 'Id of the resource.',
  },
  {
    name: '_lastUpdated',
    type: 'date',
    definition: hl7('Resource-lastUpdated'),
    sortKey: '_lastUpdated',
    fr: 'Date de la dernière modification sur ce serveur.',
    en: 'When the resource last changed on this server.',
  },
]

const telecom = (system: string): Selector => {
  const contacts = at('telecom')
  return (resource, visit) => contacts(resource, (value) => objectOf(value)?.system === system && visit(value))
}

/** telecom, email and phone, the same for every type that has a telecom element. */
export const CONTACTS: readonly SearchParameter[] = [
  {
    name: 'telecom',
    type: 'token',
    definition: hl7('individual-telecom'),
    from: 'telecom',
    as: contactPoint,
    key: contactKey,
    fr: 'Coordonnée de télécommunication, sans égard à la ponctuation.',
    en: 'Contact point of any kind, whatever its punctuation.',
  },
  {
    name: 'email',
    type: 'token',
    definition: hl7('individual-email'),
    from: telecom('email'),
    as: contactPoint,
    key: contactKey,
    fr: 'Adresse électronique.',
    en: 'E-mail address.',
  },
  {
    name: 'phone',
    type: 'token',
    definition: hl7('individual-phone'),
    from: telecom('phone'),
    as: contactPoint,
    key: contactKey,
    fr: 'Numéro de téléphone.',
    en: 'Phone number.',
  },
]
