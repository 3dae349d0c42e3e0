import type {
  CapabilityStatement,
  CapabilityStatementRest,
  CapabilityStatementRestResource,
  CapabilityStatementRestResourceInteraction,
  CapabilityStatementRestResourceOperation,
} from '@medplum/fhirtypes'
import { PROVIDE_PROFILES } from '../ihe/iti-65-profiles.ts'
import { committedMatrix } from '../ihe/results-file.ts'
import { statementsMet } from '../ihe/statements.ts'
import type { StoredType } from '../store/store.ts'
import type { FhirContext, FhirResponse } from './exchange.ts'
import type { Operation } from './operations/operation.ts'
import { operationsOf, typesWithOperations } from './operations/route.ts'
import { isSearchable, isStoredType, RESOURCE_TYPES } from './resource-types.ts'
import { INCLUDES, REVINCLUDES } from './search/include.ts'
import type { SearchParameter } from './search/model.ts'
import { publicParameters } from './search/parameters.ts'

/** When the statement last changed: part of the software, not of the day. */
const STATEMENT_DATE = '2026-11-22'

/**
 * capabilities: GET [base]/metadata (FHIR http.html#capabilities, Z-03). Generated from the tables that routes and
 * search read, so that it cannot say more or less than the server does. `instantiates` names a statement of IHE or PDSm
 * only where a test proves every SHALL behind it (conformance/results.json).
 */
export function capabilities(context: FhirContext): Promise<FhirResponse> {
  let known = STATEMENTS.get(context)
  if (known === undefined) {
    known = JSON.stringify(statementOf(context))
    STATEMENTS.set(context, known)
  }
  return Promise.resolve({ status: 200, headers: {}, body: { kind: 'json', pieces: [known] } })
}

const STATEMENTS = new WeakMap<FhirContext, string>()

function statementOf({ baseUrl, softwareVersion, limits, submissions, oauth }: FhirContext): CapabilityStatement {
  const made = statementsMet(committedMatrix(), submissions)
  const guides = [...new Set(made.map(({ guide }) => guide))]
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: STATEMENT_DATE,
    kind: 'instance',
    ...(made.length > 0 ? { instantiates: made.map(({ canonical }) => canonical), implementationGuide: guides } : {}),
    title: 'Dossier communicant de cancérologie : accès FHIR',
    software: { name: 'dcc-fhir', version: softwareVersion },
    implementation: { description: 'FHIR R4 over the regional cancer record (DCC)', url: baseUrl },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'application/fhir+xml'],
    patchFormat: ['application/json-patch+json', 'application/fhir+json', 'application/fhir+xml'],
    rest: [
      {
        mode: 'server',
        documentation: [
          'Search: parameters are AND-ed, commas OR-ed; an unknown parameter is ignored and missing from the self link,',
          'or refused with `Prefer: handling=strict`. Bodies are limited to',
          `${limits.maxBody} bytes and Bundles to ${limits.maxBundleEntries} entries. A transaction concerns one patient.`,
        ].join(' '),
        ...(oauth === undefined ? {} : { security: securityOf(oauth) }),
        resource: [
          ...Object.keys(RESOURCE_TYPES).filter(isStoredType).map(resourceOf),
          ...typesWithOperations()
            .filter((type) => !isStoredType(type))
            .map((type) => ({ type, ...operationsIn(type) })),
        ],
        interaction: [{ code: 'transaction', documentation: provideBundles(submissions.metadata) }, { code: 'batch' }],
        ...operationsIn(undefined),
      },
    ],
  }
}

/** How callers are let in, where they need a token (smart-launch.md 1.1): addresses for clients of SMART 1, besides. */
function securityOf(oauth: NonNullable<FhirContext['oauth']>): NonNullable<CapabilityStatementRest['security']> {
  return {
    extension: [{ url: OAUTH_URIS, extension: Object.entries(oauth).map(([url, valueUri]) => ({ url, valueUri })) }],
    cors: true,
    service: [
      {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }],
      },
      { coding: [{ system: 'http://profiles.ihe.net/fhir/ihe.securityTypes/CodeSystem/securityTypes', code: 'IUA' }] },
    ],
    description: 'SMART App Launch and Backend Services: see .well-known/smart-configuration below the FHIR base.',
  }
}

const OAUTH_URIS = 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris'

/** The bundles of documents that the transaction takes, as the statements of MHD say it: the addresses of their profiles. */
function provideBundles(metadata: FhirContext['submissions']['metadata']): string {
  const accepted = PROVIDE_PROFILES.filter(({ level }) => level !== 'minimal' || metadata === 'minimal')
  return accepted.map(({ url }) => url).join(' ')
}

function resourceOf(type: StoredType): CapabilityStatementRestResource {
  const { interactions, documentation, supportedProfiles, ...conditional } = RESOURCE_TYPES[type]
  const searchable = isSearchable(type)
  return {
    type,
    ...(supportedProfiles.length > 0 ? { supportedProfile: [...supportedProfiles] } : {}),
    documentation,
    interaction: interactions.map((code) => ({ code: code as CapabilityStatementRestResourceInteraction['code'] })),
    versioning: 'versioned',
    readHistory: interactions.includes('vread'),
    updateCreate: false,
    conditionalCreate: conditional.conditionalCreate,
    conditionalRead: 'full-support',
    conditionalUpdate: conditional.conditionalUpdate,
    conditionalDelete: conditional.conditionalDelete,
    ...(searchable ? searchOf(type) : {}),
    ...operationsIn(type),
  }
}

/** The operations of a type, or of the system. */
function operationsIn(type: string | undefined): { operation?: CapabilityStatementRestResourceOperation[] } {
  const operation = operationsOf(type).map(({ code, definition, documentation }: Operation) => ({
    name: code,
    definition,
    documentation,
  }))
  return operation.length > 0 ? { operation } : {}
}

function searchOf(type: Exclude<StoredType, 'Binary'>): Partial<CapabilityStatementRestResource> {
  const include = (INCLUDES[type] ?? []).map((parameter) => `${type}:${parameter}`)
  const revInclude = Object.entries(REVINCLUDES).flatMap(([source, parameters]) =>
    Object.entries(parameters).flatMap(([parameter, targets]) =>
      targets.includes(type) ? [`${source}:${parameter}`] : [],
    ),
  )
  return {
    ...(include.length > 0 ? { searchInclude: include } : {}),
    ...(revInclude.length > 0 ? { searchRevInclude: revInclude } : {}),
    searchParam: publicParameters(type).flatMap((parameter) => {
      const declared = declaredParameter(parameter)
      return type === 'Patient' && EXACT.has(parameter.name)
        ? [declared, { ...declared, name: `${parameter.name}:exact` }]
        : [declared]
    }),
  }
}

/** Strings that the statement of the PDQm supplier lists a second time with this modifier; every string takes it. */
const EXACT: ReadonlySet<string> = new Set([
  'family',
  'given',
  'address',
  'address-city',
  'address-country',
  'address-postalcode',
  'address-state',
  'mothersMaidenName',
])

function declaredParameter({
  name,
  type,
  definition,
  fr,
  en,
}: SearchParameter): NonNullable<CapabilityStatementRestResource['searchParam']>[number] {
  return {
    name,
    type,
    // Our own parameters are published with the product; until they have an address they are documented only.
    ...(definition?.startsWith('http') === true ? { definition } : {}),
    documentation: `${en} / ${fr}`,
  }
}
