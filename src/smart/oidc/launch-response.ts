import type { Addresses } from '../addresses.ts'
import type { LaunchContext } from '../launch-contexts.ts'
import { stylePath } from './style.ts'

/**
 * The launch as apps are told it, beside a token and when it is introspected (smart-launch.md 1.5). `tenant` is the
 * hospital that the app works for.
 */
export function launchMembers(
  { patientId, encounter, fhirContext, intent, needPatientBanner }: LaunchContext,
  hospital: string,
  { origin }: Pick<Addresses, 'origin'>,
): Record<string, unknown> {
  return {
    ...(patientId === undefined ? {} : { patient: patientId }),
    ...(encounter === undefined ? {} : { encounter }),
    ...(fhirContext.length === 0 ? {} : { fhirContext }),
    ...(intent === undefined ? {} : { intent }),
    need_patient_banner: needPatientBanner,
    tenant: hospital,
    smart_style_url: `${origin}${stylePath}`,
  }
}
