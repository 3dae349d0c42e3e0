/** An expression that the compiler does not cover. `construct` names the function, operator, variable or syntax. */
export class UnsupportedExpression extends Error {
  readonly construct: string
  readonly expression: string

  constructor(construct: string, expression: string) {
    super(`FHIRPath: ${construct} is not covered: ${expression.slice(0, 200)}`)
    this.name = 'UnsupportedExpression'
    this.construct = construct
    this.expression = expression
  }
}

/** An evaluation that has no result by the specification, or that costs too much. It never leaves the compiled function. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError'
}
