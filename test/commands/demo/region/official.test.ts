import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Coded } from '../../../../src/commands/demo/region/cda/codes.ts'
import { SPECIALTIES } from '../../../../src/commands/demo/region/professionals.ts'
import { SOCIAL_SUPPORT, SUPPORTIVE_CARE, TREATMENTS } from '../../../../src/commands/demo/region/treatments.ts'
import { TUMOURS } from '../../../../src/commands/demo/region/tumours/tumours.ts'
import { needsOfficial, officialBytes, officialJson } from '../../../french/official.ts'
import { documentsOf, parse } from './a-region.ts'
import { brokenBy, readSchematron } from './schematron.ts'

interface ValueSet {
  readonly compose: { readonly include: readonly { readonly concept?: readonly { code: string; display: string }[] }[] }
}

type Named = Pick<Coded, 'code' | 'display'>
const treatments = Object.values(TREATMENTS)

const VALUE_SETS: readonly { id: string; codes: readonly Named[] }[] = [
  { id: 'JDV-Tumeur-CISIS', codes: TUMOURS.map(({ topography }) => topography) },
  { id: 'JDV-Morphologie-CISIS', codes: TUMOURS.map(({ morphology }) => morphology) },
  { id: 'JDV-RCP-Appareil-CISIS', codes: TUMOURS.map(({ apparatus }) => apparatus) },
  { id: 'JDV-RCP-Organe-CISIS', codes: TUMOURS.map(({ organ }) => organ) },
  { id: 'JDV-TypeTraitement-FRCP-CISIS', codes: treatments.map(({ inSheet }) => inSheet) },
  { id: 'JDV-TypeTraitementPPS-CISIS', codes: treatments.map(({ inProgramme }) => inProgramme) },
  { id: 'JDV-SoinsOncoDeSupport-CISIS', codes: SUPPORTIVE_CARE.map(({ coded }) => coded) },
  { id: 'JDV-TypeAccompagnementSocioPro-CISIS', codes: SOCIAL_SUPPORT.map(({ coded }) => coded) },
  { id: 'JDV-J01-XdsAuthorSpecialty-CISIS', codes: Object.values(SPECIALTIES) },
]
for (const { id, codes } of VALUE_SETS) {
  test(`the codes of the region are those of ${id}, with their displays`, needsOfficial, () => {
    const { compose } = officialJson<ValueSet>(`documents/cda-valuesets/ValueSet-${id}.json`)
    const official = new Map(
      compose.include.flatMap(({ concept = [] }) => concept.map((one) => [one.code, one.display])),
    )
    for (const { code, display } of codes) assert.equal(display, official.get(code)?.replaceAll('\u2019', "'"), code)
  })
}

const SCHEMATRONS = [
  { file: '1.2.250.1.213.1.1.1.1-2017-12-13T103531.sch', kinds: ['FRCP', 'PPS', 'CRACP'], least: 900 },
  { file: 'CI-SIS_CANCER-FRCP_2022.01.sch', kinds: ['FRCP'], least: 10 },
  { file: 'Entete_FRCP.sch', kinds: ['FRCP'], least: 4 },
  { file: 'S_cancerDiagnosis_FRCP.sch', kinds: ['FRCP', 'PPS'], least: 5 },
  { file: 'S_codedReasonForReferral_FRCP.sch', kinds: ['FRCP', 'PPS'], least: 5 },
  { file: 'E_simpleObservation_FRCP.sch', kinds: ['FRCP', 'PPS'], least: 5 },
  { file: 'Entete_Cancer-PPS.sch', kinds: ['PPS'], least: 2 },
] as const
for (const { file, kinds, least } of SCHEMATRONS) {
  test(`documents break no assert of ${file} that XPath 1 can say`, needsOfficial, () => {
    const schematron = readSchematron(new TextDecoder().decode(officialBytes(`cda/schematron/${file}`)))
    assert.ok(schematron.asserts.length >= least, `${schematron.asserts.length} asserts run`)
    for (const kind of kinds) {
      const [document] = documentsOf(kind)
      assert.ok(document)
      assert.deepEqual(brokenBy(schematron, document.root), [], document.fileName)
    }
  })
}

test('the schematron does see what is missing', needsOfficial, () => {
  const schematron = readSchematron(
    new TextDecoder().decode(officialBytes('cda/schematron/CI-SIS_CANCER-FRCP_2022.01.sch')),
  )
  const [patient] = documentsOf('FRCP')
  const sheet = patient?.patient.documents.find(({ kind }) => kind === 'FRCP')
  assert.ok(sheet)
  const spoilt = new TextDecoder().decode(sheet.bytes).replaceAll('1.2.250.1.213.1.1.2.33', '1.2.3')
  assert.equal(brokenBy(schematron, parse(new TextEncoder().encode(spoilt))).length, 1)
})
