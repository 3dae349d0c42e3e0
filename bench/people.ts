/** What people wait for, who have signed in: measured one by one, with the aims of the issue of SMART. */
export const PEOPLE_MEASUREMENTS = [
  { name: 'launch', title: 'an EHR launch from the authorization request to the token, CPU' },
  { name: 'launch/parallel', title: '100 launches at once, none refused' },
  { name: 'sheet', title: 'the sheet of a patient with 200 documents, p95' },
  { name: 'sheet/size', title: 'the page of such a sheet with its style sheet, fonts apart' },
] as const

export type PeopleMeasurement = (typeof PEOPLE_MEASUREMENTS)[number]

/** Milliseconds of CPU of a launch, milliseconds to a sheet, bytes of it (issue of SMART, sections 4 and 6). */
export const MOST = { launch: 60, sheet: 300, size: 60_000 } as const

/** Documents of the patient whose sheet is measured. */
export const SHEET_DOCUMENTS = 200
