import type { ValidationIssue } from './model.ts'
import type { CheckOptions, RecordValidator } from './open.ts'
import type { MembershipQuestion, RemoteTerminology } from './terminology/remote.ts'

/**
 * Checks a resource, and asks a terminology server about the codes whose sets are not known offline: value set, system
 * and code, nothing else of the resource. What it does not answer stays not checked, and one warning says so when it
 * could not be asked. Never on the way of what is to be stored.
 */
export async function checkRemotely(
  validator: RecordValidator,
  remote: RemoteTerminology | undefined,
  resource: unknown,
  options: CheckOptions = {},
): Promise<ValidationIssue[]> {
  if (remote === undefined) return validator.check(resource, options)
  const questions: MembershipQuestion[] = []
  const issues = validator.check(resource, {
    ...options,
    undecided: (valueSet, system, code) => {
      if (system !== undefined) questions.push({ valueSet, system, code })
      return undefined
    },
  })
  if (questions.length === 0) return issues
  const { of, failed } = await remote.ask(questions)
  const checked = validator.check(resource, {
    ...options,
    undecided: (valueSet, system, code) => (system === undefined ? undefined : of({ valueSet, system, code })),
  })
  return failed ? [...checked, unavailable(resource)] : checked
}

function unavailable(resource: unknown): ValidationIssue {
  const { resourceType } = Object(resource)
  const expression =
    typeof resourceType === 'string' && /^[A-Z][A-Za-z]{1,63}$/.test(resourceType) ? resourceType : 'Resource'
  return { severity: 'warning', key: 'terminology.remote-unavailable', expression, detail: {} }
}
