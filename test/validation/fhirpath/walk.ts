import { choiceKey } from '../../../src/validation/fhirpath/step.ts'
import type { TypeModel } from '../../../src/validation/fhirpath/types.ts'

/** One element of a resource, with what invariants need to know of its place. */
export interface Element {
  value: unknown
  partner: unknown
  type: string
  /** Path of its definition: `Patient.name`. */
  path: string
  resource: unknown
  rootResource: unknown
}

/** Every element of a resource that the model knows, the resource first. */
export function elementsOf(resource: unknown, model: TypeModel): readonly Element[] {
  const elements: Element[] = []
  const visit = (element: Element): void => {
    elements.push(element)
    if (!isRecord(element.value)) return
    for (const [key, value] of Object.entries(element.value)) {
      const child = key.startsWith('_') ? undefined : typedChild(element.type, key, model)
      if (child === undefined) continue
      const partners = element.value[`_${key}`]
      for (const [i, item] of listOf(value).entries()) {
        visit(placed(element, item, Array.isArray(partners) ? partners[i] : partners, child, key === 'contained'))
      }
    }
  }
  const type = typeOf(resource)
  visit({ value: resource, partner: undefined, type, path: type, resource, rootResource: resource })
  return elements
}

function placed(
  parent: Element,
  value: unknown,
  partner: unknown,
  { name, type }: { name: string; type: string },
  contained: boolean,
): Element {
  if (type !== 'Resource') {
    const { resource, rootResource } = parent
    return {
      value: value ?? undefined,
      partner: partner ?? undefined,
      type,
      path: `${parent.type}.${name}`,
      resource,
      rootResource,
    }
  }
  const own = typeOf(value)
  return {
    value,
    partner: undefined,
    type: own,
    path: own,
    resource: value,
    rootResource: contained ? parent.rootResource : value,
  }
}

function typedChild(parent: string, key: string, model: TypeModel): { name: string; type: string } | undefined {
  const child = model.child(parent, key)
  if (child !== undefined && !child.choice) return { name: key, type: child.types[0] ?? '' }
  for (let at = 1; at < key.length; at += 1) {
    const choice = model.child(parent, key.slice(0, at))
    const type = choice?.choice ? choice.types.find((one) => choiceKey(key.slice(0, at), one) === key) : undefined
    if (type !== undefined) return { name: key.slice(0, at), type }
  }
  return undefined
}

function typeOf(resource: unknown): string {
  return isRecord(resource) ? String(resource.resourceType) : ''
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
