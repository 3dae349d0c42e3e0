import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Identifier, Patient } from '@medplum/fhirtypes'
import {
  type IdentityOptions,
  identifierRules,
  identityStatusOf,
  insOf,
  publishable,
  withoutIns,
} from '../../src/french/identity.ts'
import { birthPlace, identityCode, qualifiedPatient } from './patients.ts'

const FR_TYPES = 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203'

type Change = (patient: Patient) => Patient
const ins =
  (change: Partial<Identifier>): Change =>
  (patient) => ({
    ...patient,
    identifier: patient.identifier?.map((one, index) => (index === 0 ? { ...one, ...change } : one)) ?? [],
  })
const addIns =
  (identifier: Identifier): Change =>
  (patient) => ({
    ...patient,
    identifier: [...(patient.identifier ?? []), identifier],
  })
const anIns = (oid: string, type: string, use: Identifier['use'], value: string): Identifier => ({
  ...(use === undefined ? {} : { use }),
  type: { coding: [{ system: FR_TYPES, code: type }] },
  system: `urn:oid:1.2.250.1.213.1.4.${oid}`,
  value,
})
const status =
  (code: string, system?: string): Change =>
  (patient) => ({
    ...patient,
    extension: [identityCode(code, system), ...(patient.extension?.slice(1) ?? [])],
  })
const attribute =
  (code: string): Change =>
  (patient) => ({
    ...patient,
    extension: [...(patient.extension ?? []), identityCode(code)],
  })
const place =
  (code: string, terminology?: string): Change =>
  (patient) => ({
    ...patient,
    extension: [...(patient.extension?.slice(0, 1) ?? []), birthPlace(code, terminology)],
  })
const official =
  (change: object): Change =>
  (patient) => ({
    ...patient,
    name: patient.name?.map((name, index) => (index === 0 ? { ...name, ...change } : name)) ?? [],
  })
const list = (names: string) =>
  official({
    extension: [
      {
        url: 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name',
        valueString: names,
      },
    ],
  })
const both =
  (...changes: Change[]): Change =>
  (patient) =>
    changes.reduce((changed, change) => change(changed), patient)
const inProduction = both(
  ins({ system: 'urn:oid:1.2.250.1.213.1.4.8', type: { coding: [{ system: FR_TYPES, code: 'INS-NIR' }] } }),
)
const PRODUCTION: IdentityOptions = { domain: 'production' }
const TEST: IdentityOptions = { domain: 'test' }

/** Edge cases of reference/identity-fr.md 4.3 that a business rule decides: number, change to B0, error keys, warning keys. */
const CASES: [id: string, Change, errors: string[], warnings?: string[], options?: IdentityOptions][] = [
  ['1 the baseline', (patient) => patient, []],
  ['2 no birth place', (patient) => ({ ...patient, extension: patient.extension?.slice(0, 1) ?? [] }), ['INS-02']],
  ['3 birth place without COG', place(''), ['INS-02']],
  ['4 COG 99999', place('99999'), [], ['INS-10']],
  ['5 born abroad', place('99352', 'TRE_R20-Pays'), [], ['INS-10']],
  ['6 COG of four digits', place('6322'), ['INS-10']],
  ['8 no INS', (patient) => ({ ...patient, identifier: patient.identifier?.slice(1) ?? [] }), []],
  ['10 status PROV', status('PROV'), ['INS-01']],
  ['11 no status', (patient) => ({ ...patient, extension: patient.extension?.slice(1) ?? [] }), ['INS-11']],
  [
    '11 no status, source always qualified',
    (patient) => ({ ...patient, extension: patient.extension?.slice(1) ?? [] }),
    [],
    [],
    { domain: 'test', source: 'always-qualified' },
  ],
  ['12 QUAL in the published system', status('QUAL'), ['INS-01', 'IDENT-STATUS']],
  ['12 QUAL in the system to come', status('QUAL', 'fr-core-cs-identity-status'), []],
  ['12 VALI in the system to come', status('VALI', 'fr-core-cs-identity-status'), ['INS-01']],
  ['13 doubtful', attribute('DOUT'), ['INS-04']],
  ['13 fictitious', attribute('FICT'), ['INS-04']],
  ['13 usurped', attribute('USUR'), ['INS-04']],
  ['14 homonym', attribute('HOMA'), []],
  ['17 two official', addIns(anIns('11', 'INS-NIR-DEMO', 'official', '284016322000210')), ['INS-09']],
  [
    '18 a former number of the same kind',
    both(inProduction, addIns(anIns('8', 'INS-NIR', 'old', '184016322000260'))),
    [],
    [],
    PRODUCTION,
  ],
  [
    '18 a former number equal to the official one',
    both(inProduction, addIns(anIns('8', 'INS-NIR', 'old', '284016322000210'))),
    ['INS-09'],
    [],
    PRODUCTION,
  ],
  ['19 a former test number', ins({ use: 'old' }), ['IDENT-USE']],
  ['20 type of another OID', ins({ type: { coding: [{ system: FR_TYPES, code: 'INS-NIR' }] } }), ['IDENT-TYPE']],
  [
    '21 type in the HL7 system',
    ins({ type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'INS-NIR-TEST' }] } }),
    ['IDENT-TYPE'],
  ],
  [
    '22 no use',
    (patient) => ({
      ...patient,
      identifier: (patient.identifier ?? []).map(({ use, ...rest }, index) =>
        index === 0 || use === undefined ? rest : { use, ...rest },
      ),
    }),
    ['IDENT-USE'],
  ],
  [
    '23 NIA of use temp in 2.2.0',
    both(inProduction, ins(anIns('9', 'INS-NIA', 'temp', '284016322000210'))),
    ['IDENT-USE'],
    [],
    PRODUCTION,
  ],
  [
    '23 NIA of use temp in 2.1.0',
    ins(anIns('9', 'INS-NIA', 'temp', '284016322000210')),
    [],
    [],
    { domain: 'production', frCore: '2.1.0' },
  ],
  ['24 NIA official', ins(anIns('9', 'INS-NIA', 'official', '284016322000210')), [], [], PRODUCTION],
  ['25 wrong key in production', both(inProduction, ins({ value: '284016322000211' })), ['INS-03'], [], PRODUCTION],
  [
    '26 wrong key of a production OID in test',
    both(inProduction, ins({ value: '284016322000211' })),
    ['INS-05'],
    ['INS-03'],
  ],
  ['26 wrong key in test', ins({ value: '284016322000211' }), [], ['INS-03']],
  ['27 separators', ins({ value: '2 84 01 63 220 002 10' }), ['INS-03']],
  ['28 no key', ins({ value: '2840163220002' }), ['INS-03']],
  ['29 production INS in test', inProduction, ['INS-05']],
  ['29 test INS in production', (patient) => patient, ['INS-05'], [], PRODUCTION],
  ['30 sex other', (patient) => ({ ...patient, gender: 'other' }), ['INS-02']],
  ['31 sex unknown', (patient) => ({ ...patient, gender: 'unknown' }), [], ['INS-02']],
  ['32 sex against the number', (patient) => ({ ...patient, gender: 'male' }), [], ['INS-06']],
  ['32 month against the number', (patient) => ({ ...patient, birthDate: '1984-02-15' }), [], ['INS-07']],
  ['35 no list of given names', official({ extension: [] }), ['INS-02']],
  ['36 list that begins with another name', list('ANNE LUCIE'), ['INS-08']],
  ['37 compound first name', both(list('LUCIE-ANNE MARIE'), official({ given: ['LUCIE ANNE'] })), []],
  [
    '39 only a usual name',
    (patient) => ({ ...patient, name: patient.name?.slice(1) ?? [] }),
    ['INS-02', 'INS-02', 'INS-02'],
  ],
  ['40 no family name', official({ family: '' }), ['INS-02']],
  ['42 partial birth date', (patient) => ({ ...patient, birthDate: '1984' }), ['INS-02']],
  ['43 last day of the year', (patient) => ({ ...patient, birthDate: '1984-12-31' }), [], ['INS-07']],
  ['45 IPP official', (patient) => ippUse(patient, 'official', true), ['IDENT-IPP']],
  ['46 IPP official without display', (patient) => ippUse(patient, 'official', false), ['IDENT-IPP']],
  ['47 IPP old', (patient) => ippUse(patient, 'old', true), []],
  [
    'the type of an INS under a system that only looks like one',
    ins({ system: 'urn:oid:1.2.250.1.213.1.4.010' }),
    ['IDENT-INS'],
  ],
  [
    'the type of an INS under another system, beside an INS',
    addIns({ ...anIns('10', 'INS-NIR-TEST', 'official', '284016322000210'), system: 'urn:x' }),
    ['IDENT-INS'],
  ],
  [
    'a second official name',
    (patient) => ({
      ...patient,
      name: [...(patient.name ?? []), { use: 'official', family: 'OTHER', given: ['NAME'] }],
    }),
    ['IDENT-NAME'],
  ],
  [
    'a second official name without INS',
    (patient) => ({
      ...withoutIns(patient),
      name: [...(patient.name ?? []), { use: 'official', family: 'OTHER', given: ['NAME'] }],
    }),
    [],
  ],
  [
    'another patient inside',
    (patient) => ({ ...patient, contained: [{ ...qualifiedPatient(), id: 'p' }] }),
    ['IDENT-CONTAINED'],
  ],
  ['a bare OID as system', ins({ system: '1.2.250.1.213.1.4.10' }), ['IDENT-SYSTEM']],
]

for (const [id, change, errors, warnings = [], options = TEST] of CASES) {
  test(`identity case ${id}: ${errors.join(', ') || 'accepted'}${warnings.length > 0 ? ' with a warning' : ''}`, () => {
    const issues = identifierRules(change(qualifiedPatient()), options)
    const keys = (severity: string) => issues.filter((issue) => issue.severity === severity).map(({ key }) => key)
    assert.deepEqual(keys('error').sort(), [...errors].sort())
    assert.deepEqual(keys('warning'), warnings)
  })
}

function ippUse(patient: Patient, use: 'official' | 'old', display: boolean): Patient {
  const coding = { system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'PI' }
  const type = { coding: [display ? { ...coding, display: 'Patient internal identifier' } : coding] }
  return {
    ...patient,
    identifier: patient.identifier?.map((one, index) => (index === 1 ? { ...one, use, type } : one)) ?? [],
  }
}

test('no text and no expression of an issue shows a patient value', () => {
  const patient = both(ins({ value: '999' }), list('ANNE'), place('6322'))(qualifiedPatient())
  const shown = JSON.stringify(identifierRules(patient, PRODUCTION))
  for (const value of ['999', 'ANNE', 'LUCIE', 'TESTFICTIF', '6322', '1984']) assert.ok(!shown.includes(`"${value}`))
  assert.ok(!/LUCIE|TESTFICTIF|6322/.test(shown))
})

const STATUSES: [id: string, Change, expected: string][] = [
  ['VALI with an INS', (patient) => patient, 'QUAL'],
  ['VALI without INS', withoutIns, 'VALI'],
  ['PROV', both(withoutIns, status('PROV')), 'PROV'],
  ['PROV collected by INSi', (patient) => collected(withoutIns(patient)), 'RECUP'],
  ['RECUP in the system to come', both(withoutIns, status('RECUP', 'fr-core-cs-identity-status')), 'RECUP'],
  ['QUAL in the system to come', status('QUAL', 'fr-core-cs-identity-status'), 'QUAL'],
  ['doubtful', attribute('DOUT'), 'PROV'],
  ['no status', () => ({ resourceType: 'Patient' }), 'PROV'],
]

for (const [id, change, expected] of STATUSES) {
  test(`an identity with ${id} has the status ${expected}`, () => {
    assert.equal(identityStatusOf(change(qualifiedPatient())), expected)
  })
}

function collected(patient: Patient): Patient {
  const [reliability, ...rest] = patient.extension ?? []
  const parts = [...(identityCode('PROV').extension ?? []), ...(reliability?.extension?.slice(1, 3) ?? [])]
  return { ...patient, extension: [{ url: reliability?.url ?? '', extension: parts }, ...rest] }
}

test('the INS of a patient is the official one, never a former one', () => {
  assert.equal(insOf(qualifiedPatient())?.value, '284016322000210')
  assert.equal(insOf(ins({ use: 'old' })(qualifiedPatient())), undefined)
})

test('a qualified patient goes out with the INS, under the profile of the INS', () => {
  const sent = publishable(qualifiedPatient())
  assert.equal(insOf(sent)?.value, '284016322000210')
  assert.deepEqual(sent.meta?.profile, ['https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins'])
})

for (const [id, change] of [
  ['provisional', status('PROV')],
  ['doubtful', attribute('DOUT')],
  ['without birth place', (patient) => ({ ...patient, extension: patient.extension?.slice(0, 1) ?? [] })],
] satisfies [string, Change][]) {
  test(`a patient ${id} goes out without any trace of the matricule`, () => {
    const mail: Change = (patient) => ({
      ...patient,
      text: { status: 'generated', div: '<div>284016322000210</div>' },
      telecom: [
        { system: 'email', value: '284016322000210@patient.mssante.fr' },
        { system: 'phone', value: '+33100000000' },
      ],
    })
    const nss: Identifier = { system: 'urn:oid:1.2.250.1.213.1.4.13', value: '284016322000210', use: 'official' }
    const sent = publishable(both(change, mail, addIns(nss))(qualifiedPatient()))
    assert.ok(!JSON.stringify(sent).includes('2840163220002'))
    assert.equal(sent.telecom?.length, 1)
    assert.equal(sent.identifier?.length, 1)
    assert.deepEqual(sent.meta?.profile, ['https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient'])
  })
}

test('a billing number never goes out, even with a qualified identity', () => {
  const nss: Identifier = { system: 'urn:oid:1.2.250.1.213.1.4.13', value: '284016322000210', use: 'official' }
  assert.equal(publishable(addIns(nss)(qualifiedPatient())).identifier?.length, 2)
})
