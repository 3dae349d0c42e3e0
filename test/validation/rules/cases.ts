import type { Extension, HumanName, Identifier, Patient } from '@medplum/fhirtypes'
import type { RuleContext } from '../../../src/validation/rules/index.ts'
import { birthPlace, identityCode, qualifiedPatient } from '../../french/patients.ts'

/** An edge case of reference/identity-fr.md 4.3: a change to the baseline patient B0. */
export type IdentityCase = {
  /** Number of the case, with what tells its variants apart. */
  readonly id: string
  readonly patient: Patient
  /** What the French rules find, in order: `error INS-01`. */
  readonly rules: readonly string[]
  /** What the profile that the patient claims says, of the release in the context, terminology included. */
  readonly profile: 'ok' | 'warning' | 'error'
  /** The verdict of both together, for the test through the whole validator. */
  readonly final: 'accept' | 'warn' | 'reject'
  readonly context: RuleContext
}

type Change = (patient: Patient) => Patient

const FR = 'https://hl7.fr/ig/fhir/core'
const HL7_TYPES = 'http://terminology.hl7.org/CodeSystem/v2-0203'
const OID = 'urn:oid:1.2.250.1.213.1.4'
const TEST: RuleContext = { insDomain: 'test' }
const PRODUCTION: RuleContext = { insDomain: 'production' }

const both =
  (...changes: Change[]): Change =>
  (patient) =>
    changes.reduce((changed, change) => change(changed), patient)
const identifierAt =
  (at: number, change: (identifier: Identifier) => Identifier): Change =>
  (patient) => ({
    ...patient,
    identifier: (patient.identifier ?? []).map((one, index) => (index === at ? change(one) : one)),
  })
const ins = (change: Identifier): Change => identifierAt(0, (one) => ({ ...one, ...change }))
const ipp = (change: Identifier): Change => identifierAt(1, (one) => ({ ...one, ...change }))
const addIdentifier =
  (identifier: Identifier): Change =>
  (patient) => ({ ...patient, identifier: [...(patient.identifier ?? []), identifier] })
const typed = (code: string, system = `${FR}/CodeSystem/fr-core-cs-v2-0203`): NonNullable<Identifier['type']> => ({
  coding: [{ system, code }],
})
const inProduction = ins({ system: `${OID}.8`, type: typed('INS-NIR') })
const extensions =
  (change: (extensions: Extension[]) => Extension[]): Change =>
  (patient) => ({ ...patient, extension: change(patient.extension ?? []) })
const status = (code: string, system?: string): Change =>
  extensions((all) => [identityCode(code, system), ...all.slice(1)])
const add = (extension: Extension): Change => extensions((all) => [...all, extension])
const place = (extension: Extension): Change => extensions((all) => [...all.slice(0, 1), extension])
const reliability = (change: (parts: Extension[]) => Extension[]): Change =>
  extensions(([first, ...rest]) => [{ url: first?.url ?? '', extension: change(first?.extension ?? []) }, ...rest])
const validationMode = (code: string): Change =>
  reliability((parts) => [
    ...parts.slice(0, 4),
    { url: 'validationMode', valueCoding: { system: `${FR}/CodeSystem/fr-core-cs-mode-validation-identity`, code } },
  ])
const names =
  (change: (names: HumanName[]) => HumanName[]): Change =>
  (patient) => ({ ...patient, name: change(patient.name ?? []) })
const official = (change: HumanName): Change => names(([first, ...rest]) => [{ ...first, ...change }, ...rest])
const givenList = (list: string): HumanName => ({
  extension: [{ url: `${FR}/StructureDefinition/fr-core-patient-birth-list-given-name`, valueString: list }],
})
const withoutStatus = extensions((all) => all.slice(1))
const withoutIns: Change = (patient) => ({ ...patient, identifier: (patient.identifier ?? []).slice(1) })
const claiming =
  (profile: string): Change =>
  (patient) => ({ ...patient, meta: { profile: [`${FR}/StructureDefinition/${profile}`] } })
const set =
  (members: Partial<Patient>): Change =>
  (patient) => ({ ...patient, ...members })
const relationship = (code: string, category?: string) => ({
  ...(category === undefined
    ? {}
    : {
        extension: [
          { url: `${FR}/StructureDefinition/fr-core-patient-contact-relationship-category`, valueCode: category },
        ],
      }),
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0131', code }],
})
const contact = (...relationships: ReturnType<typeof relationship>[]): Change =>
  set({ contact: [{ relationship: relationships, name: { family: 'ESSAI' } }] })

type Row = [
  id: string,
  change: Change,
  rules: readonly string[],
  profile: IdentityCase['profile'],
  final: IdentityCase['final'],
  context?: RuleContext,
]

const WRONG_KEY = { value: '284016322000211' }

const ROWS: readonly Row[] = [
  ['1', both(), [], 'ok', 'accept'],
  ['2', extensions((all) => all.slice(0, 1)), ['error INS-02.birthPlace'], 'error', 'reject'],
  [
    '3',
    place({ url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace', valueAddress: { city: 'Mazoires' } }),
    ['error INS-02.birthPlace'],
    'error',
    'reject',
  ],
  ['4', place(birthPlace('99999')), ['warning INS-10.unknown'], 'warning', 'warn'],
  ['5', place(birthPlace('99352', 'TRE_R20-Pays')), ['warning INS-10.country'], 'ok', 'warn'],
  ['6', place(birthPlace('6322')), ['error INS-10.format'], 'ok', 'reject'],
  [
    '7',
    place({
      url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
      valueAddress: {
        extension: [{ url: `${FR}/StructureDefinition/fr-core-address-insee-code`, valueString: '63220' }],
      },
    }),
    ['error INS-02.birthPlace'],
    'error',
    'reject',
  ],
  ['8', withoutIns, [], 'error', 'reject'],
  ['9', both(withoutIns, claiming('fr-core-patient')), [], 'ok', 'accept'],
  ['10', status('PROV'), ['error INS-01'], 'ok', 'reject'],
  ['11', withoutStatus, ['error INS-11'], 'ok', 'reject'],
  ['11 always qualified', withoutStatus, [], 'ok', 'accept', { insDomain: 'test', source: 'always-qualified' }],
  ['11 FR Core 2.1.0', withoutStatus, ['error INS-11'], 'error', 'reject', { insDomain: 'test', frCore: '2.1.0' }],
  ['12', status('QUAL'), ['error INS-01', 'error IDENT-STATUS'], 'error', 'reject'],
  ['12 next system', status('QUAL', 'fr-core-cs-identity-status'), [], 'warning', 'warn'],
  ['13', add(identityCode('DOUT')), ['error INS-04'], 'ok', 'reject'],
  ['14', add(identityCode('HOMA')), [], 'ok', 'accept'],
  ['15', reliability((parts) => [...parts, ...(identityCode('VALI').extension ?? [])]), [], 'error', 'reject'],
  [
    '16',
    addIdentifier({ use: 'official', type: typed('NH', HL7_TYPES), system: `${OID}.13`, value: '284016322000210' }),
    [],
    'error',
    'reject',
  ],
  [
    '17',
    addIdentifier({ use: 'official', type: typed('INS-NIR-DEMO'), system: `${OID}.11`, value: '284016322000210' }),
    ['error INS-09'],
    'error',
    'reject',
  ],
  [
    '18',
    both(
      inProduction,
      addIdentifier({ use: 'old', type: typed('INS-NIR'), system: `${OID}.8`, value: '184016322000260' }),
    ),
    [],
    'ok',
    'accept',
    PRODUCTION,
  ],
  ['19', ins({ use: 'old' }), ['error IDENT-USE'], 'error', 'reject'],
  ['20', ins({ type: typed('INS-NIR') }), ['error IDENT-TYPE'], 'error', 'reject'],
  ['21', ins({ type: typed('INS-NIR-TEST', HL7_TYPES) }), ['error IDENT-TYPE'], 'error', 'reject'],
  ['22', identifierAt(0, ({ use: _use, ...rest }) => rest), ['error IDENT-USE'], 'error', 'reject'],
  [
    '23',
    ins({ use: 'temp', type: typed('INS-NIA'), system: `${OID}.9` }),
    ['error IDENT-USE'],
    'error',
    'reject',
    PRODUCTION,
  ],
  [
    '23 FR Core 2.1.0',
    ins({ use: 'temp', type: typed('INS-NIA'), system: `${OID}.9` }),
    [],
    'ok',
    'accept',
    { insDomain: 'production', frCore: '2.1.0' },
  ],
  ['24', ins({ type: typed('INS-NIA'), system: `${OID}.9` }), [], 'ok', 'accept', PRODUCTION],
  ['25', both(inProduction, ins(WRONG_KEY)), ['error INS-03.key'], 'ok', 'reject', PRODUCTION],
  ['26', ins(WRONG_KEY), ['warning INS-03.key'], 'ok', 'warn'],
  ['27', ins({ value: '2 84 01 63 220 002 10' }), ['error INS-03.length'], 'ok', 'reject'],
  ['28', ins({ value: '2840163220002' }), ['error INS-03.length'], 'ok', 'reject'],
  ['29 production INS in test', inProduction, ['error INS-05'], 'ok', 'reject'],
  ['29 test INS in production', both(), ['error INS-05'], 'ok', 'reject', PRODUCTION],
  ['30', set({ gender: 'other' }), ['error INS-02.gender'], 'error', 'reject'],
  ['31', set({ gender: 'unknown' }), ['warning INS-02.gender-unknown'], 'ok', 'warn'],
  ['32', set({ gender: 'male' }), ['warning INS-06'], 'ok', 'warn'],
  ['33', official({ given: ['LUCIE', 'ANNE'] }), [], 'error', 'reject'],
  ['34', both(withoutIns, claiming('fr-core-patient'), official({ given: ['LUCIE', 'ANNE'] })), [], 'ok', 'accept'],
  [
    '35',
    names(([first, ...rest]) => {
      const { extension: _extension, ...bare } = first ?? {}
      return [bare, ...rest]
    }),
    ['error INS-02.birthGivenList'],
    'error',
    'reject',
  ],
  ['36', official(givenList('ANNE LUCIE')), ['error INS-08'], 'ok', 'reject'],
  ['37', official({ given: ['LUCIE ANNE'], ...givenList('LUCIE-ANNE MARIE') }), [], 'ok', 'accept'],
  [
    '38',
    names((all) => [...all, { use: 'official', family: 'AUTRE', given: ['LUCIE'] }]),
    ['error IDENT-NAME'],
    'error',
    'reject',
  ],
  [
    '39',
    names((all) => all.slice(1)),
    ['error INS-02.birthFamily', 'error INS-02.firstGiven', 'error INS-02.birthGivenList'],
    'error',
    'reject',
  ],
  [
    '40',
    names(([first, ...rest]) => {
      const { family: _family, ...bare } = first ?? {}
      return [bare, ...rest]
    }),
    ['error INS-02.birthFamily'],
    'error',
    'reject',
  ],
  ['41', official({ prefix: ['MME', 'DR'] }), [], 'error', 'reject'],
  ['42', set({ birthDate: '1984' }), ['error INS-02.birthDate'], 'ok', 'reject'],
  ['42 without INS', both(withoutIns, claiming('fr-core-patient'), set({ birthDate: '1984' })), [], 'ok', 'accept'],
  [
    '43',
    both(
      ins({ value: '258206322000236' }),
      set({ birthDate: '1958-12-31' }),
      add({ url: `${FR}/StructureDefinition/fr-core-lunar-date`, valueString: '1958-00-00' }),
    ),
    [],
    'ok',
    'accept',
  ],
  ['44', both(ins({ value: '258206322000236' }), set({ birthDate: '1958-00-00' })), [], 'error', 'reject'],
  ['45', ipp({ use: 'official' }), ['error IDENT-IPP'], 'error', 'reject'],
  ['46', ipp({ use: 'official', type: typed('PI', HL7_TYPES) }), ['error IDENT-IPP'], 'error', 'reject'],
  ['47', ipp({ use: 'old' }), [], 'ok', 'accept'],
  ['48', set({ telecom: [{ value: '+33100000000' }] }), [], 'error', 'reject'],
  [
    '49',
    add({ url: `${FR}/StructureDefinition/fr-core-patient-death-place`, valueString: 'Mazoires' }),
    [],
    'error',
    'reject',
  ],
  [
    '49 FR Core 2.1.0',
    add({ url: `${FR}/StructureDefinition/fr-core-patient-death-place`, valueString: 'Mazoires' }),
    [],
    'ok',
    'accept',
    { insDomain: 'test', frCore: '2.1.0' },
  ],
  ['50', validationMode('CS'), [], 'error', 'reject'],
  ['51', validationMode('XX'), [], 'error', 'reject'],
  ['52', claiming('fr-core-patient-ins|2.2.0'), [], 'ok', 'accept'],
  ['53', contact(relationship('N')), [], 'ok', 'accept'],
  ['54', contact(relationship('N', 'role'), relationship('C', 'role')), [], 'error', 'reject'],
]

/** The 54 edge cases, some in variants. Those without a finding of the rules are decided by the profile alone. */
export const IDENTITY_CASES: readonly IdentityCase[] = ROWS.map(
  ([id, change, rules, profile, final, context = TEST]) => ({
    id,
    patient: change(qualifiedPatient()),
    rules,
    profile,
    final,
    context,
  }),
)

/** The vectors of reference/identity-fr.md 4.1: a matricule, and why the rules refuse it. */
export const NIR_VECTORS: readonly (readonly [value: string, refused?: 'length' | 'format' | 'key'])[] = [
  ['184016322000260'],
  ['284016322000210'],
  ['184122A00400148'],
  ['279022B03300215'],
  ['175062003301861'],
  ['168079741102391'],
  ['291049873501291'],
  ['155039935202748'],
  ['184016322006297'],
  ['184016322006101'],
  ['284202B32102528'],
  ['284992B32102531'],
  ['288209999900127'],
  ['255081416802538'],
  ['294037512000591'],
  ['153124500723160'],
  ['284052A32102552'],
  ['279035121518989'],
  ['277076322082910'],
  ['260058815400233'],
  ['184016322000261', 'key'],
  ['123456789012244', 'key'],
  ['221042545611404', 'key'],
  ['199137505630032', 'format'],
  ['180006322001038', 'format'],
  ['785019910000112', 'format'],
  ['184122A00400121', 'key'],
  ['184122C00400148', 'format'],
  ['1840163220002', 'length'],
  ['184016322000298', 'format'],
  ['184016322000200', 'format'],
]
