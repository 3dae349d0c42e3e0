import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes'
import type { DccIssue } from '../../dcc/errors.ts'
import { METADATA_ERROR } from '../../ihe/xds-codes.ts'
import { ruleOf, textOf } from '../../validation/catalogue/index.ts'
import type { FhirContext } from '../exchange.ts'

/**
 * What R4 finds wrong with a bundle around the resources that are held when they are stored (MHD-65-09): the bundle
 * itself, its requests, contents without their bytes, patches, a Patient that is only read.
 */
export function envelopeIssues({ validator }: FhirContext, bundle: Bundle): DccIssue[] {
  const { meta: _meta, ...rest } = bundle
  const envelope = { ...rest, ...(bundle.entry === undefined ? {} : { entry: bundle.entry.map(lightened) }) }
  return validator
    .check(envelope, { verifiesContents: false })
    .filter(({ severity, key }) => (severity === 'error' || severity === 'fatal') && !OF_SUBMISSIONS.test(key))
    .map((finding) => ({
      key: finding.key,
      code: ruleOf(finding.key).code,
      expression: finding.expression,
      fr: textOf(finding, 'fr'),
      en: textOf(finding, 'en'),
      severity: 'error',
      xds: METADATA_ERROR,
    }))
}

/** Rules on requests and on all entries at once: src/ihe/iti-65.ts has them, on the bundle as it is. */
const OF_SUBMISSIONS = /^(pdsm|submission|transaction)\./

function lightened({ resource, ...entry }: BundleEntry): object {
  const light = entry.request?.method === 'GET' ? resource : unheld(resource)
  return light === undefined ? entry : { ...entry, resource: light }
}

/** The resource, where nothing else holds it to R4. */
function unheld(resource: Resource | undefined): object | undefined {
  if (resource?.resourceType === 'Parameters') return resource
  if (resource?.resourceType !== 'Binary') return undefined
  const { data: _data, ...binary } = resource
  return binary
}
