/** A professional who works with the hospital's software: the same person as at the identity provider. */
export interface DpiUser {
  /** 11 digits. */
  rpps: string
  family: string
  given: string
  /** What they do, in words. */
  role: string
}

/** The national id of a user (IDNPS): type digit 8 and the RPPS. */
export function nationalIdOf({ rpps }: Pick<DpiUser, 'rpps'>): string {
  return `8${rpps}`
}
