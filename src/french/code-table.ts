/** A carried terminology: code system URL -> code -> French display. */
export type CodeTable = Readonly<Record<string, Readonly<Record<string, string>>>>

/** A code of a known system with its official display, when it has one. Same shape as a FHIR Coding. */
export type FrenchCoding = { readonly system: string; readonly code: string; readonly display?: string }

/** The coding of a code in a table, in the system given or in the first system that has the code; undefined when unknown. */
export function findCode(table: CodeTable, code: string, system?: string): FrenchCoding | undefined {
  for (const [candidate, codes] of Object.entries(table)) {
    if ((system === undefined || system === candidate) && Object.hasOwn(codes, code)) {
      const display = codes[code]
      return display === undefined ? { system: candidate, code } : { system: candidate, code, display }
    }
  }
  return undefined
}
