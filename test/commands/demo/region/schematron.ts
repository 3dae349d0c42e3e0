/** Runs the part of a schematron that XPath 1.0 can say: rules with `let` variables, asserts, no function of XPath 2. */
import { DOMParser, type Element, type Node } from '@xmldom/xmldom'
import { holds, nodesOf } from './a-region.ts'

/** The asserts of a schematron that can be run, ready to be applied to documents; `skipped` counts the others. */
export interface RunnableSchematron {
  readonly asserts: readonly { readonly context: string; readonly test: string; readonly message: string }[]
  readonly skipped: number
}

const SCHEMATRON = 'http://purl.oclc.org/dsdl/schematron'
const XPATH_2 =
  /doc\(|tokenize|matches|resolve-QName|distinct-values|castable|some \$|every \$|empty\(|exists\(|for \$|\$|xs:|upper-case|lower-case|replace\(|current\(/

/** Reads a schematron file. */
export function readSchematron(text: string): RunnableSchematron {
  const root = new DOMParser().parseFromString(text, 'text/xml')
  const asserts = [...root.getElementsByTagNameNS(SCHEMATRON, 'assert')]
  const runnable = asserts.map(toRule).filter(isXPath1)
  return { asserts: runnable, skipped: asserts.length - runnable.length }
}

/** The messages of the asserts that a document breaks. */
export function brokenBy(schematron: RunnableSchematron, root: Node): string[] {
  return schematron.asserts
    .filter(({ context, test }) => nodesOf(anywhere(context), root).some((node) => !holds(test, node)))
    .map(({ message }) => message)
}

function toRule(assert: Element): { context: string; test: string; message: string } {
  const rule = assert.parentNode as Element
  return {
    context: rule.getAttribute('context') ?? '',
    test: assert.getAttribute('test') ?? '',
    message: (assert.textContent ?? '').replace(/\s+/g, ' ').trim(),
  }
}

/** A context matches nodes at any depth, as in XSLT. */
function anywhere(context: string): string {
  return context.startsWith('/') ? context : `//${context}`
}

const EMPTY = new DOMParser().parseFromString('<empty/>', 'text/xml')

function isXPath1({ context, test }: { context: string; test: string }): boolean {
  if (XPATH_2.test(context) || XPATH_2.test(test)) return false
  try {
    nodesOf(anywhere(context), EMPTY)
    holds(test, EMPTY)
    return true
  } catch {
    return false
  }
}
