/** Where the profiles and code systems of the stories are published. */
export const FR_CORE = 'https://hl7.fr/ig/fhir/core'
export const NOS = 'https://mos.esante.gouv.fr/NOS'
export const MHD = 'https://profiles.ihe.net/ITI/MHD'
export const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm'
