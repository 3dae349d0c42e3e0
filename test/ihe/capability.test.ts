import assert from 'node:assert/strict'
import { test } from 'node:test'
import type {
  CapabilityStatement,
  CapabilityStatementRest,
  CapabilityStatementRestResource,
  CapabilityStatementRestResourceOperation,
  CapabilityStatementRestResourceSearchParam,
} from '@medplum/fhirtypes'
import { STATEMENTS } from '../../src/ihe/statements.ts'
import { needsOfficial, officialJson } from '../french/official.ts'
import { sharedServer } from '../support/server.ts'

/** What the CapabilityStatement says of the transactions, held against the statements of the guides themselves. */
const server = sharedServer()
const served = async (): Promise<CapabilityStatementRest> => {
  const [rest] = (await server().get('metadata')).resource('CapabilityStatement').rest ?? []
  assert.equal(rest?.mode, 'server')
  return rest
}

interface Declared {
  interactions: string[]
  parameters: string[]
  operations: string[]
}

async function declared(type: string): Promise<Declared> {
  const resource = (await served()).resource?.find((candidate) => candidate.type === type)
  return {
    interactions: resource?.interaction?.map(({ code }) => code ?? '') ?? [],
    parameters: resource?.searchParam?.map(({ name }) => name ?? '') ?? [],
    operations: resource?.operation?.map(({ name, definition }) => `${name} ${definition}`) ?? [],
  }
}

const includesAll = (whole: readonly string[], part: readonly string[]) =>
  assert.deepEqual(
    part.filter((one) => !whole.includes(one)),
    [],
  )

test('MHD-65-20 MHD-65-25: the transaction is declared, with the bundles that it takes', async () => {
  const { interaction = [] } = await served()
  const transaction = interaction.find(({ code }) => code === 'transaction')
  for (const profile of [
    'https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Comprehensive.ProvideBundle',
    'https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.UnContained.Comprehensive.ProvideBundle',
    'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-provide-document-bundle',
  ])
    assert.ok(transaction?.documentation?.includes(profile), profile)
  assert.ok(!transaction?.documentation?.includes('Minimal'), 'what a setting refuses is not declared')
})

test('MHD-66-08 MHD-67-13 PDSM-27: the searches for lists and documents are declared with their parameters', async () => {
  const list = await declared('List')
  includesAll(list.interactions, ['read', 'search-type'])
  includesAll(
    list.parameters,
    'patient patient.identifier code status date designationType identifier source.given source.family sourceId _id _lastUpdated'.split(
      ' ',
    ),
  )
  const document = await declared('DocumentReference')
  includesAll(document.interactions, ['read', 'search-type', 'patch', 'create'])
  includesAll(
    document.parameters,
    [
      'patient patient.identifier status author.given author.family category creation date event facility format',
      'identifier period related security-label setting type _id _lastUpdated isArchived period-start period-end',
    ]
      .join(' ')
      .split(' '),
  )
})

test('MHD-68-05 PDSM-27: Binary can be read', async () => {
  includesAll((await declared('Binary')).interactions, ['read'])
})

test('MHD-105-12 MHD-106-10: a document can be created, and its metadata generated', async () => {
  const { interactions, operations } = await declared('DocumentReference')
  includesAll(interactions, ['create'])
  includesAll(operations, ['generate-metadata https://profiles.ihe.net/ITI/MHD/OperationDefinition/generate-metadata'])
})

test('PDQ-78-20 PDQ-119-15: the search for patients and the match are declared', async () => {
  const { interactions, parameters, operations } = await declared('Patient')
  includesAll(interactions, ['read', 'search-type'])
  const strings = 'family given address address-city address-country address-postalcode address-state mothersMaidenName'
  includesAll(parameters, ['_id', '_lastUpdated', 'active', 'identifier', 'telecom', 'birthdate', 'gender'])
  includesAll(
    parameters,
    strings.split(' ').flatMap((name) => [name, `${name}:exact`]),
  )
  includesAll(operations, ['match https://profiles.ihe.net/ITI/PDQm/OperationDefinition/PDQmMatch'])
})

test('PIX-83-15 PIX-104-9: the feed and the cross-reference query are declared', async () => {
  const patient = (await served()).resource?.find(({ type }) => type === 'Patient')
  const { conditionalCreate, conditionalUpdate, conditionalDelete } = patient ?? {}
  assert.deepEqual([conditionalCreate, conditionalUpdate, conditionalDelete], [true, true, 'single'])
  const { interactions, operations } = await declared('Patient')
  includesAll(interactions, ['update', 'delete'])
  includesAll(operations, ['ihe-pix https://profiles.ihe.net/ITI/PIXm/OperationDefinition/IHE.PIXm.pix'])
})

/** Where the statements of the guides are, and what of them is a misprint or never asked for in their text. */
const OFFICIAL: Readonly<Record<string, string>> = {
  'IHE.MHD.DocumentRecipient': 'ihe/mhd/conformance',
  'IHE.MHD.DocumentRecipient.Comprehensive': 'ihe/mhd/conformance',
  'IHE.MHD.DocumentRecipient.UnContained': 'ihe/mhd/conformance',
  'IHE.MHD.DocumentRecipient.Simplified': 'ihe/mhd/conformance',
  'IHE.MHD.DocumentRecipient.Generate': 'ihe/mhd/conformance',
  'IHE.MHD.DocumentResponder': 'ihe/mhd/conformance',
  'IHE.PDQm.PatientDemographicsSupplier': 'ihe/pdqm/conformance',
  'IHE.PDQm.PatientDemographicsSupplierMatch': 'ihe/pdqm/conformance',
  'IHE.PIXm.Manager': 'ihe/pixm/conformance',
  'PDSm-GestionnaireDePartageDeDocuments': 'pdsm/3.1.1',
}

/** The names that the text of the guides uses, by those that their statements print (ihe.md 2.5, documents-fr.md 1.10). */
const PRINTED: Readonly<Record<string, string>> = {
  _lastupdated: '_lastUpdated',
  DesignationType: 'designationType',
  SourceId: 'sourceId',
  PDSm_isArchived: 'isArchived',
  PDSm_authorOrg: 'authorOrg',
  PDSm_List_PatientAsSource: 'source',
  PDSm_List_PatientAsSubject: 'patient',
  PDSm_List_PractitionerRoleAsSource: 'source',
  'PDSm_DocumentReference_period-start': 'period-start',
  'PDSm_DocumentReference_period-end': 'period-end',
  'DocumentReference Patient': 'patient',
  'DocumentRefence Author': 'author',
}

const BY_CODE = (one: { code?: string | undefined }, other: { code?: string | undefined }) => one.code === other.code

for (const { canonical } of STATEMENTS) {
  const name = canonical.split('/').at(-1) ?? ''
  test(`what ${name} lists is declared`, needsOfficial, async () => {
    const statement = officialJson<CapabilityStatement>(`${OFFICIAL[name]}/CapabilityStatement-${name}.json`)
    assert.equal(statement.url, canonical)
    const ours = await served()
    for (const theirs of statement.rest ?? []) {
      for (const interaction of theirs.interaction ?? []) {
        // Listed by IHE without an expectation; no text of theirs asks for a search over all types.
        if (interaction.code === 'search-system') continue
        assert.ok(
          ours.interaction?.some((own) => BY_CODE(own, interaction)),
          interaction.code,
        )
      }
      for (const resource of theirs.resource ?? []) {
        const own: CapabilityStatementRestResource | undefined = ours.resource?.find(
          ({ type }) => type === resource.type,
        )
        assert.ok(own !== undefined, resource.type)
        for (const interaction of resource.interaction ?? [])
          assert.ok(
            own.interaction?.some((one) => BY_CODE(one, interaction)),
            `${resource.type} ${interaction.code}`,
          )
        for (const { name: printed = '', type, definition } of resource.searchParam ?? []) {
          const parameter: CapabilityStatementRestResourceSearchParam | undefined = own.searchParam?.find(
            (one) => one.name === (PRINTED[printed] ?? printed),
          )
          assert.ok(parameter !== undefined, `${resource.type}?${printed}`)
          assert.equal(parameter.type, type, printed)
          if (definition !== undefined && PRINTED[printed] === undefined)
            assert.equal(parameter.definition, definition, printed)
        }
        for (const { name: operation = '', definition } of resource.operation ?? []) {
          const found: CapabilityStatementRestResourceOperation | undefined = own.operation?.find(
            (one) => one.name === operation.replace('$', ''),
          )
          assert.equal(found?.definition, definition, operation)
        }
        for (const key of ['conditionalCreate', 'conditionalUpdate', 'conditionalDelete'] as const)
          if (resource[key] !== undefined) assert.equal(own[key], resource[key], `${resource.type} ${key}`)
        includesAll(own.supportedProfile ?? [], resource.supportedProfile ?? [])
      }
    }
  })
}
