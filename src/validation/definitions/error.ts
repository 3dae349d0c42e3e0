/** A definition that cannot be used; the message names the profile and, where there is one, the element. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError'
  readonly profile: string
  readonly element: string | undefined

  constructor(problem: string, profile: string, element?: string) {
    super(`${profile}${element === undefined ? '' : `#${element}`}: ${problem}`)
    this.profile = profile
    this.element = element
  }
}
