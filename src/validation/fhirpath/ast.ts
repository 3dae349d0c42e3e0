/** A FHIRPath expression as the parser reads it. A name or call without `source` stands on the focus. */
export type Ast =
  | { readonly kind: 'literal'; readonly type: string; readonly value: unknown }
  | { readonly kind: 'empty' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'special'; readonly name: '$this' | '$index' | '$total' }
  | { readonly kind: 'child'; readonly source: Ast | undefined; readonly name: string }
  | { readonly kind: 'call'; readonly source: Ast | undefined; readonly name: string; readonly args: readonly Ast[] }
  | { readonly kind: 'item'; readonly source: Ast; readonly index: Ast }
  | { readonly kind: 'sign'; readonly operator: '+' | '-'; readonly operand: Ast }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Ast; readonly right: Ast }
  | { readonly kind: 'type'; readonly operator: 'is' | 'as'; readonly operand: Ast; readonly type: string }

/** Whether `$index` or `$total` stands anywhere in an expression. */
export function mentions(ast: Ast, name: '$index' | '$total'): boolean {
  switch (ast.kind) {
    case 'special':
      return ast.name === name
    case 'child':
      return ast.source !== undefined && mentions(ast.source, name)
    case 'call':
      return (ast.source !== undefined && mentions(ast.source, name)) || ast.args.some((arg) => mentions(arg, name))
    case 'item':
      return mentions(ast.source, name) || mentions(ast.index, name)
    case 'sign':
    case 'type':
      return mentions(ast.operand, name)
    case 'binary':
      return mentions(ast.left, name) || mentions(ast.right, name)
    default:
      return false
  }
}

/** A type specifier written as an expression, `Patient` or `FHIR.Patient`; undefined when it is none. */
export function typeName(ast: Ast | undefined): string | undefined {
  if (ast?.kind !== 'child') return undefined
  if (ast.source === undefined) return ast.name
  const before = typeName(ast.source)
  return before === undefined ? undefined : `${before}.${ast.name}`
}
