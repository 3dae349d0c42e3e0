import type { Entitlements } from '../dcc/entitlement/model.ts'
import type { Professional } from '../dcc/professional.ts'
import type { Addresses } from './addresses.ts'
import { INTROSPECT, remainingScope } from './grantable.ts'
import { launchMembers } from './oidc/launch-response.ts'
import type { LiveToken } from './tokens.ts'

/** What a caller learns of a token (RFC 7662; smart-launch.md 1.11; IHE IUA ITI-102). */
export type Introspection = { active: false } | ({ active: true } & Record<string, unknown>)

/** Everything else that a token may be is told in one word. */
export const INACTIVE: Introspection = { active: false }

/** Whether the holder of a token may introspect the tokens of others: it says so, and so does the registration still. */
export function introspectsAll({ scope, client }: LiveToken): boolean {
  return remainingScope(scope, client.scope).split(' ').includes(INTROSPECT)
}

/** A token unless whoever it acts for may not use the record any more: then it opens nothing here, nor elsewhere. */
export async function ofSomebodyEntitled(
  token: LiveToken | undefined,
  { habilitation }: Pick<Entitlements, 'habilitation'>,
): Promise<LiveToken | undefined> {
  const professional = token?.professional
  return professional === undefined || (await habilitation(professional)) !== undefined ? token : undefined
}

/** The answer about a token: that of another client only to who may introspect all (`__introspect`). */
export function introspectionOf(
  token: LiveToken | undefined,
  by: { clientId: string; seesAll: boolean },
  addresses: Pick<Addresses, 'issuer' | 'origin'>,
): Introspection {
  if (token === undefined || (token.client.id !== by.clientId && !by.seesAll)) return INACTIVE
  const { client, scope, audience, issuedAt, expiresAt, professional, launch, fhirUser } = token
  return {
    active: true,
    iss: addresses.issuer,
    sub: professional?.nationalId ?? client.id,
    client_id: client.id,
    aud: audience,
    scope: remainingScope(scope, client.scope),
    iat: issuedAt,
    exp: expiresAt,
    token_type: 'Bearer',
    ...(fhirUser === undefined ? {} : { fhirUser }),
    ...(launch === undefined ? {} : launchMembers(launch, client.hospital, addresses)),
    extensions: { ihe_iua: professional === undefined ? ofBackEnd(token) : ofPerson(professional) },
  }
}

/** Who a token stands for, in the members of IUA (ITI TF-2 3.71.4.2.2.1.1). */
function ofBackEnd({ client }: LiveToken): object {
  return { subject_name: client.name, subject_organization: client.hospital }
}

function ofPerson({ nationalId, rpps, family, given, profession, speciality, activity }: Professional): object {
  const roles = [profession, speciality, activity?.role].filter((role) => role !== undefined)
  return {
    subject_name: `${given} ${family}`,
    ...(activity === undefined ? {} : { subject_organization: activity.structureName }),
    ...(activity?.structure === undefined
      ? {}
      : { subject_organization_id: `${activity.structure.system}/${activity.structure.value}` }),
    subject_role: roles.map(({ system, value }) => ({ system, code: value })),
    purpose_of_use: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'TREAT' }],
    ...(rpps === undefined ? {} : { national_provider_identifier: rpps }),
    person_id: nationalId,
  }
}
