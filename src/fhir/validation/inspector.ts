import type { Resource } from '@medplum/fhirtypes'
import type { DccIssue } from '../../dcc/errors.ts'
import { ruleOf, textOf } from '../../validation/catalogue/index.ts'
import { sourceOf } from '../../validation/catalogue/sources.ts'
import type { ValidationIssue } from '../../validation/model.ts'
import type { CheckOptions, RecordValidator } from '../../validation/open.ts'
import { leniencyOf, profilesOfRecord } from '../../validation/policy.ts'

/**
 * What the domain asks about every resource before it is stored. `strict`: an error refuses it; `lenient`: an error
 * that only a profile makes is a warning. What could not be checked is not told: the sender can do nothing about it.
 */
export function newInspector(validator: () => RecordValidator, mode: 'strict' | 'lenient') {
  return (resource: Resource, profiles: readonly string[] = profilesOfRecord(resource)): DccIssue[] => {
    const check = (checked: unknown, options: CheckOptions = {}): ValidationIssue[] =>
      validator().check(checked, { ...options, verifiesContents: false })
    const passes = mode === 'lenient' ? leniencyOf(resource, check) : () => false
    return check(resource, { profiles })
      .filter(isTold)
      .map((finding) => issueOf(finding, isError(finding) && !passes(finding)))
  }
}

/** Which INS an installation takes is the domain's own rule: it lets test installations import real numbers. */
function isTold({ severity, key }: ValidationIssue): boolean {
  return severity !== 'information' && key !== 'INS-05'
}

function isError({ severity }: ValidationIssue): boolean {
  return severity === 'error' || severity === 'fatal'
}

function issueOf(finding: ValidationIssue, refuses: boolean): DccIssue {
  const { name } = finding.detail
  const source = sourceOf(finding)
  return {
    key: finding.key,
    code: ruleOf(finding.key).code,
    expression: finding.expression,
    fr: textOf(finding, 'fr'),
    en: textOf(finding, 'en'),
    severity: refuses ? 'error' : 'warning',
    ...(source === undefined ? {} : { source }),
    ...(name === undefined ? {} : { place: `${finding.expression}.${name}` }),
  }
}
