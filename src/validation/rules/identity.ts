import type { Patient } from '@medplum/fhirtypes'
import { BIRTH_PLACE } from '../../french/fr-core/urls.ts'
import { type IdentityIssue, identifierRules } from '../../french/identity.ts'
import type { ValidationIssue } from '../model.ts'
import { type Check, found, type RuleContext, type Visit } from './model.ts'
import { readPatient } from './read-patient.ts'

const SOURCE = 'reference/identity-fr.md 1.6'

/**
 * INS-01 to INS-11 and their companions IDENT-… for every patient. A patient that another resource contains (the
 * sourcePatientInfo of a document) is an identity as the document states it, not a record: it has no status of its own,
 * and what only a record must hold is a warning there. The key of an issue is that of the identity texts: `INS-03.key`.
 */
export const identity: Check = (visit, context) => {
  const patient = readPatient(visit.node)
  const carried = isCarried(visit)
  const issues = identifierRules(patient, {
    domain: context.insDomain,
    frCore: context.frCore,
    source: carried ? 'always-qualified' : context.source,
  })
  return issues.map((issue) => translated(issue, patient, visit, carried ? softened(issue, context) : issue.severity))
}

/** Whether a patient is part of another resource, and not a resource or an entry of its own. */
function isCarried({ path }: Visit): boolean {
  const [last, before] = [path.at(-1), path.at(-2)]
  return path.length > 1 && !(last === 'resource' && typeof before === 'number' && path.at(-3) === 'entry')
}

/** Rules that only hold a record: a document may state the patient with fewer elements (PDSm refers to fr-core-patient). */
const RECORD_ONLY: readonly string[] = ['INS-02', 'IDENT-TYPE', 'IDENT-USE']

function softened({ key, severity }: IdentityIssue, { insDomain }: RuleContext): IdentityIssue['severity'] {
  return RECORD_ONLY.includes(key) || (key === 'INS-05' && insDomain === 'test') ? 'warning' : severity
}

function translated(
  issue: IdentityIssue,
  patient: Patient,
  { at }: Visit,
  severity: IdentityIssue['severity'],
): ValidationIssue {
  const key = issue.reason === undefined ? issue.key : `${issue.key}.${issue.reason}`
  const place = exact(issue.expression, patient).slice('Patient'.length)
  return found(key, severity, `${at()}${place}`, SOURCE)
}

/** The place with indices; of an element that is missing, the place where it should stand. */
function exact(expression: string, patient: Patient): string {
  if (expression.startsWith(OFFICIAL_NAME)) {
    const index = patient.name?.findIndex(({ use }) => use === 'official') ?? -1
    return index < 0 ? 'Patient' : `Patient.name[${index}]`
  }
  if (expression === BIRTH_PLACE_VALUE) {
    const index = patient.extension?.findIndex(({ url }) => url === BIRTH_PLACE) ?? -1
    return index < 0 ? 'Patient' : `Patient.extension[${index}].value`
  }
  if (expression === 'Patient.gender' && patient.gender === undefined) return 'Patient'
  if (expression === 'Patient.birthDate' && patient.birthDate === undefined) return 'Patient'
  return expression
}

const OFFICIAL_NAME = "Patient.name.where(use='official')"
const BIRTH_PLACE_VALUE = `Patient.extension('${BIRTH_PLACE}').value`
