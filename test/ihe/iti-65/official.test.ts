import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bundle, Patient } from '@medplum/fhirtypes'
import { needsOfficial, officialJson } from '../../french/official.ts'
import { aContent, aDocument, anOrganization, aPractitioner } from '../../support/builders.ts'
import { sharedServer } from '../../support/server.ts'
import { accepted, refused, submit, told } from './samples.ts'

/** An example of a guide, and what becomes of it at the door. */
interface Row {
  ids: string
  file: string
  /** Accepted when absent; else what is told, and why that is right. */
  told?: readonly string[]
  because?: string
  status?: number
  /** What is put right before it is sent. */
  corrected?: (text: string) => string
  /** Another given name than that of the identity at the source. */
  given?: string
}

const MHD = 'ihe/mhd/examples/Bundle-ex-'
const P4D = 'pdsm/pdsm4dmp-0.1.0-ci/Bundle-example-'

const ROWS: readonly Row[] = [
  { ids: 'MHD-65-25', file: `${MHD}comprehensiveProvideDocumentBundleSimple.json` },
  {
    ids: 'MHD-65-05',
    file: `${MHD}comprehensiveProvideDocumentBundleSimple.json`,
    given: 'John',
    told: ['mhd.source-traits XDSPatientIdDoesNotMatch Bundle.entry[1].resource.context.sourcePatientInfo'],
    because: 'the patient of the guide is John, the identity at the source of the same document Dee',
  },
  {
    ids: 'MHD-65-04',
    file: `${MHD}comprehensiveProvideDocumentBundleReplace.json`,
    told: ['document.content-mismatch XDSNonIdenticalHash Bundle.entry[2].resource.content[0].attachment.size'],
    because: 'it says 24 of a content of 23 bytes',
  },
  {
    ids: 'MHD-65-07 MHD-65-25',
    file: `${MHD}comprehensiveProvideDocumentBundleReplace.json`,
    corrected: (text) => text.replace(/"hash":"[^"]*","size":24/, '"size":23'),
  },
  { ids: 'MHD-65-14 MHD-65-25', file: `${MHD}comprehensiveProvideDocumentBundleComplete.json` },
  { ids: 'P-11 MHD-65-14', file: `${MHD}ProvideDocumentBundle-addToFolder.json` },
  { ids: 'MHD-65-24 MHD-65-25', file: `${MHD}unContainedComprehensiveProvideDocumentBundleComplete.json` },
  { ids: 'MHD-65-23 MHD-65-25', file: `${MHD}minimalProvideDocumentBundleSimple.json` },
  {
    ids: 'MHD-65-12',
    file: `${MHD}comprehensiveProvideDocumentBundleMultiple.json`,
    told: ['mhd.unique-id-repeated XDSRegistryDuplicateUniqueIdInMessage Bundle.entry[2].resource.masterIdentifier'],
    because: 'both documents of the example have the same masterIdentifier',
  },
  {
    ids: 'MHD-65-05',
    file: `${MHD}minimalProvideDocumentBundleSimpleContained.json`,
    told: [
      'mhd.subject XDSRegistryMetadataError Bundle.entry[0].resource.subject',
      'mhd.subject XDSRegistryMetadataError Bundle.entry[1].resource.subject',
    ],
    because: 'a record of patients cannot keep a document of nobody',
  },
  {
    ids: 'MHD-65-16',
    file: `${MHD}comprehensiveProvideDocumentBundleDocument.json`,
    told: ['mhd.fhir-document FHIRDocumentNotSupported Bundle.entry[2].resource'],
    because: 'the option is not declared',
  },
  {
    ids: 'PDSM-01 MHD-65-12',
    file: `${P4D}td2-iti65-lot-soumission.json`,
    told: ['patient.unknown XDSUnknownPatientId Bundle.entry[0].resource.subject'],
    because: 'the INS of the example has a wrong key: nobody can be registered with it',
  },
  {
    ids: 'PDSM-01 MHD-65-12',
    file: `${P4D}td2-1-remplacement.json`,
    told: ['document.replaced-unknown XDSReplaceFailed Bundle.entry[2].request.url'],
    because: 'the document that it replaces is of the same patient, hence not there',
  },
]

const server = sharedServer({ config: { validation: 'lenient', mhdMetadata: 'minimal' } })

for (const [
  index,
  { ids, file, told: expected, because, given = 'Dee', corrected = (text: string) => text },
] of ROWS.entries()) {
  const name = file.replace(/^.*\/Bundle-/, '').replace('.json', '')
  const what = expected === undefined ? 'is accepted' : `is refused, since ${because}`
  test(`${ids}: the official example ${name} ${what}`, needsOfficial, async () => {
    const bundle = await atHome(corrected(JSON.stringify(officialJson(file))), given, index)
    if (expected === undefined) {
      const entries = await accepted(server(), bundle)
      assert.equal(entries.length, bundle.entry?.length)
      const again = await submit(server(), bundle)
      assert.equal(again.status, 200, again.text)
      return
    }
    const issues = await refused(server(), bundle, 422)
    for (const one of expected) assert.ok(issues.map(told).includes(one), issues.map(told).join('\n'))
  })
}

test(
  'P-10: the example without a profile, and without a submission set, is an ordinary transaction',
  needsOfficial,
  async () => {
    const bundle = officialJson<Bundle>(`${MHD}dummyBundleDocAndBinary.json`)
    const answer = await submit(server(), bundle)
    assert.doesNotMatch(answer.text, /mhd\./)
  },
)

/** The example with its patient and documents made known first, and identifiers that no other example has. */
async function atHome(example: string, given: string, index: number): Promise<Bundle> {
  const patient: Patient = { resourceType: 'Patient', name: [{ use: 'official', family: 'Schmidt', given: [given] }] }
  const subject = `Patient/${(await server().create(patient)).id}`
  const [professional, structure] = [await server().create(aPractitioner()), await server().create(anOrganization())]
  const text = example
    .replaceAll('urn:oid:1.2.840.113556', `urn:oid:1.2.840.113556.${index + 1}`)
    .replaceAll('"Patient/ex-patient"', `"${subject}"`)
    .replaceAll(/"Practitioner\/ex-[^"]*"/g, `"Practitioner/${professional.id}"`)
    .replaceAll('"Organization/ex-organization"', `"Organization/${structure.id}"`)
  const known = /DocumentReference\/ex-(DocumentReferenceComprehensive|documentreference)/g
  if (!known.test(text)) return JSON.parse(text)
  const document = aDocument(subject).ordinary().inline(aContent()).build()
  for (const contained of document.contained ?? []) {
    if (contained.resourceType === 'Patient') contained.name = [{ family: 'Schmidt', given: [given] }]
  }
  const { id } = await server().create(document)
  return JSON.parse(text.replaceAll(known, `DocumentReference/${id}`))
}
