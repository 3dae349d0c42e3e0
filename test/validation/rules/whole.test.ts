import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ValidationIssue } from '../../../src/validation/model.ts'
import { needsOfficial, officialJson } from '../../french/official.ts'
import { IDENTITY_CASES } from './cases.ts'
import { officialFiles } from './official-files.ts'
import { validateWhole } from './whole.ts'

for (const { id, patient, profile, final, context } of IDENTITY_CASES) {
  test(`the whole validator gives identity case ${id} its verdict: ${final}`, () => {
    const issues = validateWhole(patient, context).filter((issue) => !isGapOfTheSet(issue))
    const fromRules = issues.filter(({ key }) => /^(INS|IDENT)-/.test(key))
    assert.equal(worst(issues.filter((issue) => !fromRules.includes(issue))), profile)
    assert.equal({ error: 'reject', warning: 'warn', ok: 'accept' }[worst(issues)], final)
  })
}

test('the official FR Core 2.2.0 examples are accepted, but for wrong numbers', needsOfficial, () => {
  const refused = officialFiles('fr-core/examples/{Patient,Practitioner,PractitionerRole,Organization}-*.json').flatMap(
    (file) => errorsOf(file).map((error) => `${file.split('/').at(-1)}: ${error}`),
  )
  assert.deepEqual(refused, [
    'Organization-hopitaltest-eg-4-members.json: registry.siret Organization.identifier[1].value',
    'Patient-FRCorePatientExample.json: INS-03.key Patient.identifier[0].value',
    'Practitioner-FRCorePractitionerExample.json: registry.rpps Practitioner.identifier[0].value',
    'Practitioner-FRCorePractitionerExample.json: registry.rpps Practitioner.identifier[1].value',
    'PractitionerRole-FRCorePractitionerRoleExample.json: registry.rpps PractitionerRole.identifier[0].value',
  ])
})

test('the known errors of the official PDSm document are found', needsOfficial, () => {
  assert.deepEqual(errorsOf('pdsm/3.1.1/DocumentReference-exemple-pdsm-documentreference.json', '2.1.0').sort(), [
    'document.format-content DocumentReference.content[0].attachment.contentType',
    'document.type-class DocumentReference.category[0]',
    'document.type-format DocumentReference.content[0].format',
    'inv.dcc-mhd-1 DocumentReference.masterIdentifier',
    'inv.dom-3 DocumentReference.contained[0]',
    'inv.dom-4 DocumentReference',
    'pdsm.constr-bind-securityLabel DocumentReference.securityLabel[0]',
    'reference.aggregation DocumentReference.authenticator',
    'reference.aggregation DocumentReference.author[0]',
    'reference.aggregation DocumentReference.context.sourcePatientInfo',
    'registry.rpps DocumentReference.contained[0].identifier[0].value',
    'registry.rpps DocumentReference.contained[0].identifier[1].value',
  ])
})

/** The set of identifier types forgets those of tests and demonstrations, under which FR Core itself slices (identity-fr.md 2.5). */
function isGapOfTheSet({ key, detail }: ValidationIssue): boolean {
  return key === 'binding.extensible' && /fr-core-vs-patient-identifier-type$/.test(String(detail.expected))
}

function worst(issues: readonly ValidationIssue[]): 'error' | 'warning' | 'ok' {
  if (issues.some(({ severity }) => severity === 'error' || severity === 'fatal')) return 'error'
  return issues.some(({ severity }) => severity === 'warning') ? 'warning' : 'ok'
}

function errorsOf(file: string, frCore: '2.2.0' | '2.1.0' = '2.2.0'): string[] {
  return validateWhole(officialJson<unknown>(file), { insDomain: 'production', frCore })
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map(({ key, expression }) => `${key} ${expression}`)
}
