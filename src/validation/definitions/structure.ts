import type { ExtensionContext, ProfileTree } from '../model.ts'
import { DefinitionError } from './error.ts'
import { flagOf, isRecord, type Json, recordsOf, requiredText, ShapeError, textOf, wordOf } from './json.ts'
import { parseStatement, type Statement } from './statement.ts'

/** A StructureDefinition as the compiler reads it: its statements, and its base as written, maybe with version. */
export interface Structure extends Omit<ProfileTree, 'root'> {
  statements: readonly Statement[]
}

const KINDS = ['resource', 'complex-type', 'primitive-type', 'logical'] as const
/** More than any real definition has; a bound against hostile packages. */
const MOST_STATEMENTS = 3_000

/**
 * Reads a StructureDefinition (JSON, FHIR R4). The differential is what the definition states; a definition that has
 * only a snapshot is read as stating all of it. Throws a DefinitionError naming definition and element.
 */
export function parseStructure(json: Json): Structure {
  const url = readOr(json, 'StructureDefinition', () => requiredText(json, 'url'))
  return readOr(json, url, () => {
    const version = textOf(json, 'version')
    const kind = wordOf(json, 'kind', KINDS)
    if (kind === undefined) throw new ShapeError("'kind' is missing")
    const base = textOf(json, 'baseDefinition')
    const constraint = wordOf(json, 'derivation', ['specialization', 'constraint']) === 'constraint'
    if (constraint && base === undefined) throw new ShapeError("'baseDefinition' is missing")
    const contexts = recordsOf(json, 'context').map(parseContext)
    return {
      url,
      ...(version !== undefined && { version }),
      type: requiredText(json, 'type').slice(requiredText(json, 'type').lastIndexOf('/') + 1),
      kind,
      constraint,
      abstract: flagOf(json, 'abstract') ?? false,
      ...(contexts.length > 0 && { contexts }),
      ...(base !== undefined && { base }),
      statements: statementsOf(json, url),
    }
  })
}

function statementsOf(json: Json, url: string): Statement[] {
  const elements = elementsOf(json, 'differential') ?? elementsOf(json, 'snapshot')
  if (elements === undefined) throw new ShapeError('has neither differential nor snapshot')
  if (elements.length > MOST_STATEMENTS) throw new ShapeError(`has more than ${MOST_STATEMENTS} elements`)
  return elements.map((element) => {
    try {
      return parseStatement(element, url)
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error
      const id = element.id ?? element.path
      throw new DefinitionError(error.message, url, typeof id === 'string' ? id : '?')
    }
  })
}

function elementsOf(json: Json, view: 'differential' | 'snapshot'): readonly Json[] | undefined {
  const value = json[view]
  return isRecord(value) ? recordsOf(value, 'element') : undefined
}

function parseContext(context: Json): ExtensionContext {
  const type = wordOf(context, 'type', ['fhirpath', 'element', 'extension'])
  if (type === undefined) throw new ShapeError("'context.type' is missing")
  return { type, expression: requiredText(context, 'expression') }
}

function readOr<T>(json: Json, profile: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    const id = profile === 'StructureDefinition' && typeof json.id === 'string' ? ` ${json.id}` : ''
    throw new DefinitionError(error.message, `${profile}${id}`)
  }
}
