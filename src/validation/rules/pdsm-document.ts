import { TRE_A00 } from '../../french/oids.ts'
import type { Severity, ValidationIssue } from '../model.ts'
import { resourceAt } from './bundle-entries.ts'
import { codingOf, codingsOf, type PlainCoding } from './codings.ts'
import { type Check, found, type Visit } from './model.ts'
import { PDSM_PROFILES, pdsmProfileOf } from './pdsm-claims.ts'
import { DOCUMENT_SYSTEMS, type SystemRule } from './pdsm-systems.ts'
import { type Json, listOf, objectOf, textOf } from './read.ts'

/**
 * The rules that PDSm 3.1.1 states on a document as text, as invariants without expression: no profile can check them.
 * Their keys are those published, behind `pdsm.`. Source: reference/documents-fr.md 1.6.
 */
export const pdsmDocument: Check = (visit, context) => {
  const profile = pdsmProfileOf(visit, context)
  if (profile === undefined || profile === 'submissionSet') return []
  const { node } = visit
  const report: Report = (key, severity, place, element, detail) =>
    found(
      `pdsm.${key}`,
      severity,
      `${visit.at()}${place}`,
      `${PDSM_PROFILES[profile]}#DocumentReference.${element}`,
      detail,
    )
  const simplified = profile === 'simplified'
  const issues: ValidationIssue[] = []
  for (const rule of DOCUMENT_SYSTEMS) {
    const severity = simplified ? rule.simplified : 'error'
    if (severity !== undefined) issues.push(...systemIssues(node, rule, severity, report))
  }
  issues.push(...eventIssues(node, report))
  if (simplified) return issues
  issues.push(...producerIssues(node, report), ...urlIssues(visit, report), ...relationIssues(visit, report))
  return issues
}

type Report = (
  key: string,
  severity: Severity,
  place: string,
  element: string,
  detail?: ValidationIssue['detail'],
) => ValidationIssue

/** constr-bind-type, -category, -securityLabel, -format, -ProducteurDoc: a code of one of the systems named. */
function systemIssues(node: Json, rule: SystemRule, severity: Severity, report: Report): ValidationIssue[] {
  const issues: ValidationIssue[] = []
  for (const { concept, place } of conceptsAt(node, rule.path)) {
    const codings: readonly PlainCoding[] = 'coding' in concept ? codingsOf(concept) : codingOf(concept)
    if (codings.some(({ system }) => rule.systems.includes(system))) continue
    issues.push(report(rule.key, severity, place, rule.path.join('.'), { systems: rule.names }))
  }
  return issues
}

/** The concepts at a path, each with its place; nothing where the element is absent. */
function conceptsAt(node: Json, path: readonly string[]): Concept[] {
  let reached: Concept[] = [{ concept: node, place: '' }]
  for (const name of path) {
    const next: Concept[] = []
    for (const { concept, place } of reached) {
      const value = concept[name]
      if (value === undefined) continue
      if (Array.isArray(value)) {
        for (const [index, item] of value.entries()) {
          next.push({ concept: objectOf(item), place: `${place}.${name}[${index}]` })
        }
      } else {
        next.push({ concept: objectOf(value), place: `${place}.${name}` })
      }
    }
    reached = next
  }
  return reached
}

type Concept = { readonly concept: Json; readonly place: string }

/** constr-bind-context-event: CCAM, CIM-10, TRE_A00 or another terminology, but a code that names its system. */
function eventIssues(node: Json, report: Report): ValidationIssue[] {
  return conceptsAt(node, ['context', 'event'])
    .filter(({ concept }) => codingsOf(concept).length === 0)
    .map(({ place }) => report('constr-bind-context-event', 'error', place, 'context.event'))
}

/** constr-bind-ProducteurDoc: TRE_A00 is for documents of a patient or of a device of his. */
function producerIssues(node: Json, report: Report): ValidationIssue[] {
  const types = listOf(node.author).map((author) => typeOfReference(node, author))
  const byProfessionals = types.length > 0 && types.every((type) => PROFESSIONALS.includes(type))
  if (!byProfessionals) return []
  return ['facilityType', 'practiceSetting'].flatMap((name) =>
    conceptsAt(node, ['context', name])
      .filter(({ concept }) => codingsOf(concept).some(({ system }) => system === TRE_A00))
      .map(({ place }) => report('constr-bind-ProducteurDoc.author', 'error', place, `context.${name}`)),
  )
}

const PROFESSIONALS: readonly (string | undefined)[] = ['Practitioner', 'PractitionerRole', 'Organization']

function typeOfReference(node: Json, { reference, type }: Json): string | undefined {
  const literal = textOf(reference)
  if (literal?.startsWith('#') === true) {
    return textOf(listOf(node.contained).find(({ id }) => `#${textOf(id)}` === literal)?.resourceType)
  }
  return /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:$|\/_history)/.exec(literal ?? '')?.[1] ?? textOf(type)
}

/** constr-bind-attachmenturl: the Binary of the submission, or the address under which the document is read. */
function urlIssues({ node, bundle }: Visit, report: Report): ValidationIssue[] {
  return conceptsAt(node, ['content', 'attachment']).flatMap(({ concept, place }) => {
    const url = textOf(concept.url)
    if (url === undefined || isReadable(url, bundle)) return []
    return [report('constr-bind-attachmenturl', 'error', `${place}.url`, 'content.attachment.url')]
  })
}

/** A Binary, or a document that is itself a Bundle, by a relative address. */
const CONTENT = /^(?:[^\s:#]*\/)?(?:Binary|Bundle)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/

function isReadable(url: string, bundle: Json | undefined): boolean {
  if (/^https?:\/\/[^\s]/i.test(url) || CONTENT.test(url)) return true
  const type = resourceAt(bundle, url)?.resourceType
  return type === 'Binary' || type === 'Bundle'
}

/** constr-bind-relatesTo and constr-bind-relatesToTarget: a replacement has one relation, and relations lead to documents. */
function relationIssues({ node, bundle }: Visit, report: Report): ValidationIssue[] {
  const relations = listOf(node.relatesTo)
  const issues: ValidationIssue[] = []
  if (relations.length > 1 && relations.some(({ code }) => code === 'replaces')) {
    issues.push(report('constr-bind-relatesTo', 'error', '.relatesTo', 'relatesTo', { count: relations.length }))
  }
  relations.forEach(({ target }, index) => {
    if (leadsToDocument(objectOf(target), bundle)) return
    const place = `.relatesTo[${index}].target`
    issues.push(report('constr-bind-relatesToTarget', 'error', place, 'relatesTo.target'))
  })
  return issues
}

function leadsToDocument({ reference, type, identifier }: Json, bundle: Json | undefined): boolean {
  if (type !== undefined && type !== 'DocumentReference') return false
  const literal = textOf(reference)
  if (literal === undefined) return identifier !== undefined
  const target = resourceAt(bundle, literal)
  if (target !== undefined) return target.resourceType === 'DocumentReference'
  return /^urn:(uuid|oid):/.test(literal) || /(^|\/)DocumentReference[/?]/.test(literal)
}
