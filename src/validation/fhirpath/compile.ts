import { type Ast, typeName } from './ast.ts'
import { UnsupportedExpression } from './errors.ts'
import type { Call } from './functions/call.ts'
import { FUNCTIONS } from './functions/table.ts'
import { isOf, ofType } from './functions/types.ts'
import { isA, isExact, isGeneral } from './kinds.ts'
import { ARITHMETIC, signed } from './operators/arithmetic.ts'
import { COMPARISON } from './operators/comparison.ts'
import { LOGIC } from './operators/logic.ts'
import { itemAt, MEMBERSHIP } from './operators/membership.ts'
import { parse } from './parser.ts'
import { computed, constantOf, EMPTY, type Expression, focusOf, gathered } from './run.ts'
import { step } from './step.ts'
import type { TypeModel } from './types.ts'
import { variable } from './variables.ts'

/**
 * Compiles an expression whose focus has a type.
 * @throws UnsupportedExpression naming the function, operator, variable or syntax that is not covered.
 */
export function compileExpression(text: string, contextType: string, model: TypeModel): Expression {
  const types = isGeneral(contextType) ? undefined : [contextType]
  return guarded(text, () => compile(parse(text), focusOf(types), { text, contextType, model }))
}

interface Context {
  readonly text: string
  readonly contextType: string
  readonly model: TypeModel
}

const BINARY: ReadonlyMap<string, (left: Expression, right: Expression) => Expression> = new Map(
  [LOGIC, COMPARISON, MEMBERSHIP, ARITHMETIC].flatMap((table) => Object.entries(table)),
)

function compile(ast: Ast, focus: Expression, context: Context): Expression {
  switch (ast.kind) {
    case 'literal':
      return constantOf([{ value: ast.value, partner: undefined, type: ast.type }])
    case 'empty':
      return EMPTY
    case 'variable':
      return variable(ast.name, context.contextType, context.model) ?? refuse(`%${ast.name}`, context)
    case 'special':
      return ast.name === '$this' ? focus : ast.name === '$index' ? INDEX : TOTAL
    case 'child':
      return child(ast, focus, context)
    case 'call':
      return call(ast, focus, context)
    case 'item':
      return itemAt(compile(ast.source, focus, context), compile(ast.index, focus, context))
    case 'sign':
      return signed(ast.operator, compile(ast.operand, focus, context))
    case 'type': {
      const operand = compile(ast.operand, focus, context)
      return (ast.operator === 'is' ? isOf : ofType)(operand, ast.type, context.model)
    }
    case 'binary': {
      const operator = BINARY.get(ast.operator) ?? refuse(ast.operator, context)
      return operator(compile(ast.left, focus, context), compile(ast.right, focus, context))
    }
  }
}

const INDEX = computed('System.Integer', (_value, _partner, _type, scope) => scope.index)
const TOTAL = gathered(undefined, (_value, _partner, _type, scope) => scope.total)

/** A path may begin with the type it stands on: `Appointment.status` on an Appointment. */
function child(ast: Ast & { kind: 'child' }, focus: Expression, context: Context): Expression {
  const { model } = context
  if (ast.source !== undefined) return step(compile(ast.source, focus, context), ast.name, model)
  if (!/^[A-Z]/.test(ast.name) || !model.isType(ast.name)) return step(focus, ast.name, model)
  const itself = isExact(focus.types, model) && focus.types.every((type) => isA(type, ast.name, model))
  return itself ? focus : ofType(focus, ast.name, model)
}

function call(ast: Ast & { kind: 'call' }, focus: Expression, context: Context): Expression {
  const rule = FUNCTIONS.get(ast.name)
  if (rule === undefined || ast.args.length < rule.least || ast.args.length > rule.most) {
    return refuse(`${ast.name}() with ${ast.args.length} arguments`, context)
  }
  const source = ast.source === undefined ? focus : compile(ast.source, focus, context)
  const argument = (index: number, on: Expression): Expression => {
    const arg = ast.args[index]
    return arg === undefined ? EMPTY : compile(arg, on, context)
  }
  const parts: Call = {
    name: ast.name,
    source,
    args: ast.args,
    model: context.model,
    outer: (index) => argument(index, focus),
    inner: (index, on = focusOf(source.types)) => argument(index, on),
    type: (index) => typeName(ast.args[index]) ?? refuse(`${ast.name}() without a type`, context),
  }
  return rule.compile(parts)
}

function refuse(construct: string, context: Context): never {
  throw new UnsupportedExpression(construct, context.text)
}

/** Names the whole expression, also when a regular expression in it is refused; nesting that exhausts the stack too. */
function guarded(text: string, run: () => Expression): Expression {
  try {
    return run()
  } catch (error) {
    if (error instanceof UnsupportedExpression) throw new UnsupportedExpression(error.construct, text)
    if (error instanceof RangeError) throw new UnsupportedExpression('nesting this deep', text)
    throw error
  }
}
