/** OID of the code systems written in the documents. */
export const SYSTEMS = {
  LOINC: '2.16.840.1.113883.6.1',
  SNOMED: '2.16.840.1.113883.6.96',
  NCIT: '2.16.840.1.113883.3.26.1.1',
  CIM10: '2.16.840.1.113883.6.3',
  CIMO: '2.16.840.1.113883.6.43.1',
  TNM: '2.16.840.1.113883.15.6',
  ASIP: '1.2.250.1.213.1.1.4.322',
  PROFESSION: '1.2.250.1.213.1.1.4.5',
  PRACTICE_SETTING: '1.2.250.1.213.1.1.4.9',
  FACILITY_TYPE: '1.2.250.1.71.4.2.4',
  CARE_MODE: '1.2.250.1.213.3.3.13',
  CARE_TEAM: '1.2.250.1.213.1.6.1.107',
  CORRESPONDENT: '1.2.250.1.213.1.1.4.2.280',
  PARTICIPATION_FUNCTION: '2.16.840.1.113883.5.88',
  ROLE_CODE: '2.16.840.1.113883.5.111',
  ACT_CODE: '2.16.840.1.113883.5.4',
  ACT_PRIORITY: '2.16.840.1.113883.5.7',
  CONFIDENTIALITY: '2.16.840.1.113883.5.25',
  GENDER: '2.16.840.1.113883.5.1',
} as const satisfies Readonly<Record<string, string>>

/** A code of a code system with the display of the French value set it comes from. */
export interface Coded {
  readonly system: keyof typeof SYSTEMS
  readonly code: string
  readonly display: string
}

export const loinc = (code: string, display: string): Coded => ({ system: 'LOINC', code, display })
export const snomed = (code: string, display: string): Coded => ({ system: 'SNOMED', code, display })
export const ncit = (code: string, display: string): Coded => ({ system: 'NCIT', code, display })
export const cim10 = (code: string, display: string): Coded => ({ system: 'CIM10', code, display })
export const cimo = (code: string, display: string): Coded => ({ system: 'CIMO', code, display })
/** A code of the agency's own terminology TA_ASIP. */
export const asip = (code: string, display: string): Coded => ({ system: 'ASIP', code, display })
