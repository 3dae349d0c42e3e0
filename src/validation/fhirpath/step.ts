import { actualType, isExact, isGeneral, isObject, isPrimitive } from './kinds.ts'
import { EMPTY, type Expression, type Raw, type Scope, type Sink, spend } from './run.ts'
import type { Child, TypeModel } from './types.ts'

/**
 * The child of that name of every item. Where the types are known, this is a property read; a choice reads the keys of
 * its types; a primitive has only what stands in its `_x` partner. A child that no type has is empty.
 */
export function step(source: Expression, name: string, model: TypeModel): Expression {
  if (!isExact(source.types, model)) return dynamicStep(source, name, model)
  const children = source.types.map((type) => childOf(model, type, name))
  const known = children.filter((child) => child !== undefined)
  if (known.length === 0) return EMPTY
  const types = [...new Set(known.flatMap((child) => child.types))]
  const [type] = source.types
  const raw = source.types.length === 1 && type !== undefined ? rawStep(source, type, name, model) : undefined
  return {
    types,
    single: source.single && known.every((child) => !child.array),
    fixed: source.fixed,
    fold: (sink, first, partners) => {
      const only = source.types?.length === 1 && type !== undefined
      const sinkOfChild = only
        ? stepOf(model, type, name, sink, first, partners)
        : byType(model, name, sink, first, partners)
      return source.fold(sinkOfChild, first, true)
    },
    ...(raw !== undefined && { raw }),
  }
}

/** Hands the child of one item of a known type to the sink. */
export function stepOf(
  model: TypeModel,
  type: string,
  name: string,
  sink: Sink,
  first: boolean,
  partners: boolean,
): Sink {
  const child = childOf(model, type, name)
  if (child === undefined) return isGeneral(type) || !model.isType(type) ? untypedStep(name, sink, first) : NOTHING
  if (isPrimitive(type)) return ofPartner(propertyStep(name, child.types[0] ?? '', sink, first, partners))
  if (child.choice) return choiceStep(name, child, sink, first, partners)
  if (name in Object.prototype) return untypedStep(name, sink, first)
  return propertyStep(name, child.types[0] ?? '', sink, first, partners)
}

/** JSON key of a choice: `value` and `string` are `valueString`. */
export function choiceKey(name: string, type: string): string {
  return `${name}${type.charAt(0).toUpperCase()}${type.slice(1)}`
}

/** Hands the items of a JSON array, beside the array of their partners, to the sink. */
export function eachItem(
  values: readonly unknown[],
  partners: unknown,
  type: string,
  sink: Sink,
  first: boolean,
  scope: Scope,
): number {
  const beside: readonly unknown[] | undefined = Array.isArray(partners) ? partners : undefined
  let sum = 0
  for (let i = 0; i < values.length; i += 1) {
    spend(scope, 1)
    const value = values[i] ?? undefined
    const partner = beside?.[i] ?? undefined
    if (value !== undefined || partner !== undefined) sum += sink(value, partner, ownType(value, type), scope)
    if (first && sum !== 0) return sum
  }
  return sum
}

const NOTHING: Sink = () => 0
const PRIMITIVE_CHILDREN: Readonly<Record<string, Child>> = {
  id: { types: ['string'], array: false, choice: false },
  extension: { types: ['Extension'], array: true, choice: false },
}

function childOf(model: TypeModel, type: string, name: string): Child | undefined {
  if (!isPrimitive(type)) return model.child(type, name)
  return Object.hasOwn(PRIMITIVE_CHILDREN, name) ? PRIMITIVE_CHILDREN[name] : undefined
}

function ownType(value: unknown, declared: string): string {
  return declared === 'Resource' || declared === 'DomainResource' ? actualType(value, declared) : declared
}

function ofPartner(sink: Sink): Sink {
  return (_value, partner, _type, scope) => (isObject(partner) ? sink(partner, undefined, 'Element', scope) : 0)
}

function propertyStep(key: string, type: string, sink: Sink, first: boolean, partners: boolean): Sink {
  if (!isPrimitive(type)) return complexStep(key, type, sink, first)
  const partnerKey = `_${key}`
  return (value, _partner, _type, scope) => {
    if (!isObject(value)) return 0
    const found = value[key]
    if (found === undefined || found === null || typeof found === 'object') {
      const beside = value[partnerKey]
      if (Array.isArray(found)) return eachItem(found, beside, type, sink, first, scope)
      if (Array.isArray(beside)) return eachItem(new Array(beside.length), beside, type, sink, first, scope)
      if (found === undefined || found === null) return isObject(beside) ? sink(undefined, beside, type, scope) : 0
    }
    return sink(found, partners ? value[partnerKey] : undefined, type, scope)
  }
}

function complexStep(key: string, type: string, sink: Sink, first: boolean): Sink {
  return (value, _partner, _type, scope) => {
    if (!isObject(value)) return 0
    const found = value[key]
    if (found === undefined || found === null) return 0
    if (Array.isArray(found)) return eachItem(found, undefined, type, sink, first, scope)
    return sink(found, undefined, ownType(found, type), scope)
  }
}

/** Choices of a few types read their keys one by one; those of many look at the keys that are there. */
const FEW = 4

function choiceStep(name: string, child: Child, sink: Sink, first: boolean, partners: boolean): Sink {
  const steps = child.types.map((type) => propertyStep(choiceKey(name, type), type, sink, first, partners))
  if (steps.length <= FEW) {
    return (value, partner, type, scope) => {
      let sum = 0
      for (const each of steps) {
        sum += each(value, partner, type, scope)
        if (first && sum !== 0) return sum
      }
      return sum
    }
  }
  const byKey = new Map(child.types.map((type, i) => [choiceKey(name, type), steps[i] ?? NOTHING]))
  return (value, partner, type, scope) => {
    if (!isObject(value)) return 0
    let sum = 0
    for (const key in value) {
      const key0 = key.startsWith('_') ? key.slice(1) : key
      const found = byKey.get(key0)
      if (found === undefined || (key0 !== key && value[key0] !== undefined)) continue
      spend(scope, 1)
      sum += found(value, partner, type, scope)
      if (first && sum !== 0) return sum
    }
    return sum
  }
}

/** Types the model does not know: what JSON has under that name. */
function untypedStep(name: string, sink: Sink, first: boolean): Sink {
  return (value, _partner, _type, scope) => {
    if (!isObject(value) || !Object.hasOwn(value, name)) return 0
    const found = value[name]
    if (Array.isArray(found)) return eachItem(found, value[`_${name}`], '', sink, first, scope)
    return found === undefined || found === null ? 0 : sink(found, value[`_${name}`], '', scope)
  }
}

function dynamicStep(source: Expression, name: string, model: TypeModel): Expression {
  return {
    types: undefined,
    single: false,
    fixed: source.fixed,
    fold: (sink, first, partners) => source.fold(byType(model, name, sink, first, partners), first, true),
  }
}

/** One step for each type that comes by; only types of the model are remembered. */
function byType(model: TypeModel, name: string, sink: Sink, first: boolean, partners: boolean): Sink {
  const steps = new Map<string, Sink>()
  const untyped = untypedStep(name, sink, first)
  return (value, partner, type, scope) => {
    let found = steps.get(type)
    if (found === undefined) {
      const known = type !== '' && (model.isType(type) || isPrimitive(type))
      found = known ? stepOf(model, type, name, sink, first, partners) : untyped
      if (known) steps.set(type, found)
    }
    return found(value, partner, type, scope)
  }
}

/** Reads the one value of a child that is no choice, without a sink. */
function rawStep(source: Expression, type: string, name: string, model: TypeModel): Raw | undefined {
  const child = childOf(model, type, name)
  const { raw } = source
  if (child === undefined || child.array || child.choice || raw === undefined || isPrimitive(type)) return undefined
  if (child.types.some(isGeneral) || name in Object.prototype) return undefined
  if (source.focus) {
    return (value) => (isObject(value) ? plain(value[name]) : undefined)
  }
  return (value, partner, own, scope) => {
    const parent = raw(value, partner, own, scope)
    return isObject(parent) ? plain(parent[name]) : undefined
  }
}

/** A value where JSON wants one; an array there has no single value. */
function plain(value: unknown): unknown {
  return value === null || Array.isArray(value) ? undefined : value
}
