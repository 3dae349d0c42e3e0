import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { before, describe, test } from 'node:test'
import type { Bundle, BundleEntry, Parameters, ParametersParameter, Patient } from '@medplum/fhirtypes'
import { aPatient, INS_TEST, IPP, type PatientBuilder } from '../../support/builders.ts'
import { type Answer, assertRefused } from '../../support/client.ts'
import { overBothEngines, sharedServer } from '../../support/server.ts'

const MATCH = 'Patient/$match'
const XML = { 'content-type': 'application/fhir+xml', accept: 'application/fhir+xml' }

/** The traits of a patient, with or without identifiers: what somebody asks who does not know the record. */
const asking = ({ identifier: _ids, meta: _meta, ...traits }: Patient): Patient => traits
const parameters = (resource: Patient, ...others: ParametersParameter[]): Parameters => ({
  resourceType: 'Parameters',
  parameter: [{ name: 'resource', resource }, ...others],
})
const onlyCertain: ParametersParameter = { name: 'onlyCertainMatches', valueBoolean: true }

const gradeOf = ({ search }: BundleEntry) => search?.extension?.[0]?.valueCode
const bundleOf = (answer: Answer): Bundle => {
  assert.equal(answer.status, 200, answer.text)
  const bundle = answer.resource('Bundle')
  assert.equal(bundle.type, 'searchset')
  return bundle
}
const patientsIn = ({ entry }: Bundle) => (entry ?? []).filter(({ resource }) => resource?.resourceType === 'Patient')
const outcomesIn = ({ entry }: Bundle) =>
  (entry ?? []).flatMap(({ resource }) => (resource?.resourceType === 'OperationOutcome' ? [resource] : []))
const noticesIn = (bundle: Bundle) =>
  outcomesIn(bundle).flatMap(({ issue }) => (issue ?? []).map(({ details }) => details?.coding?.[0]?.code))

await overBothEngines((server) => {
  const names = new Map<string | undefined, string>()
  const keep = async (name: string, patient: Patient): Promise<Patient> => {
    const stored = await server().create(patient)
    names.set(stored.id, name)
    return stored
  }
  const match = async (body: Patient | Parameters) => bundleOf(await server().post(MATCH, body))
  /** Name and grade of each patient, in order. */
  const found = (bundle: Bundle) => patientsIn(bundle).map((e) => `${names.get(e.resource?.id)} ${gradeOf(e)}`)

  const lucie = aPatient().qualified().named('MATCHFICTIF', 'LUCIE').born('1984-03-04')
  const twin = aPatient().named('MATCHFICTIF', 'ANNA').born('1984-03-04')
  const jean = aPatient().named('LE FICTIF-GOFF', 'JEAN-PIERRE').born('1950-12-31').with({ gender: 'male' })
  const doubles = [aPatient(), aPatient()].map((one) => one.named('DOUBLEFICTIF', 'LUCIE').born('1961-05-06'))
  const conditional = (patient: PatientBuilder) => `Patient?identifier=${encodeURIComponent(`${IPP}|${patient.ipp}`)}`

  before(async () => {
    await keep('lucie', lucie.build())
    await keep('twin', twin.build())
    await keep('jean', jean.build())
    for (const [index, one] of doubles.entries()) await keep(`double ${index}`, one.build())
  })

  test('PDQ-119-1 PDQ-119-13: one match is one entry with address, mode, score and grade', async () => {
    const bundle = await match(parameters(jean.build()))
    const [entry, ...others] = bundle.entry ?? []
    assert.equal(others.length, 0)
    assert.deepEqual([bundle.total, found(bundle)], [1, ['jean certain']])
    assert.equal(entry?.fullUrl, `${server().config.baseUrl}/fhir/Patient/${entry?.resource?.id}`)
    const { mode, score = -1, extension } = entry?.search ?? {}
    assert.equal(mode, 'match')
    assert.ok(score > 0.9 && score <= 1)
    const url = 'http://hl7.org/fhir/StructureDefinition/match-grade'
    assert.deepEqual(extension, [{ url, valueCode: 'certain' }])
    assert.deepEqual([entry?.request, entry?.response], [undefined, undefined])
    // What is answered is what is stored.
    assert.deepEqual(entry?.resource, (await server().get(`Patient/${entry?.resource?.id}`)).json())
  })

  test('PDQ-119-1 PDQ-119-2: the matricule with its traits is certain, the twin comes after', async () => {
    const bundle = await match(parameters(lucie.build()))
    const [first, second] = patientsIn(bundle)
    assert.equal(names.get(first?.resource?.id), 'lucie')
    assert.equal(first && gradeOf(first), 'certain')
    if (second !== undefined) assert.ok((first?.search?.score ?? 0) > (second.search?.score ?? 1))
  })

  test('PDQ-119-2: several matches come most likely first, and in the same order each time', async () => {
    const body = parameters(asking(doubles[0]?.with({ birthDate: '1961-05' }).build() ?? jean.build()))
    const bundle = await match(body)
    assert.deepEqual(found(bundle).toSorted(), ['double 0 possible', 'double 1 possible'])
    const scores = patientsIn(bundle).map(({ search }) => search?.score ?? 0)
    assert.deepEqual(scores, scores.toSorted().reverse())
    assert.deepEqual((await match(body)).entry, bundle.entry)
  })

  test('PDQ-119-3: only certain matches: the certain one comes, graded certain', async () => {
    assert.deepEqual(found(await match(parameters(lucie.build(), onlyCertain))), ['lucie certain'])
  })

  test('PDQ-119-4: only certain matches: one that is not certain does not come', async () => {
    const withoutIdentifier = asking(jean.build())
    assert.deepEqual(found(await match(parameters(withoutIdentifier))), ['jean probable'])
    const bundle = await match(parameters(withoutIdentifier, onlyCertain))
    assert.deepEqual([bundle.total, bundle.entry], [0, undefined])
  })

  test('PDQ-119-5: only certain matches: two records of which nobody can say which do not come', async () => {
    const [one, other] = doubles.map((double) => double.build())
    const both = { ...one, identifier: [...(one?.identifier ?? []), ...(other?.identifier ?? [])] } as Patient
    assert.deepEqual(found(await match(parameters(both))).toSorted(), ['double 0 certain', 'double 1 certain'])
    const bundle = await match(parameters(both, onlyCertain))
    assert.deepEqual([bundle.total, patientsIn(bundle)], [0, []])
    assert.deepEqual(noticesIn(bundle), ['match.ambiguous'])
  })

  test('PDQ-119-6: at most count patients come, the most likely ones', async () => {
    const [one] = doubles
    const body = (valueInteger: number) => parameters(one?.build() ?? jean.build(), { name: 'count', valueInteger })
    assert.deepEqual(found(await match(body(1))), ['double 0 certain'])
    assert.deepEqual(found(await match(body(0))), [])
    assert.equal(found(await match(body(50))).length, 2)
  })

  test('PDQ-119-7: no match is an empty searchset', async () => {
    const stranger = asking(aPatient().named('INCONNUFICTIF', 'ZOE').born('1999-09-09').build())
    const bundle = await match(parameters(stranger))
    assert.deepEqual([bundle.total, bundle.entry], [0, undefined])
  })

  test('PDQ-119-7 PDQ-119-10: too little to search by is said beside no result, without an error', async () => {
    for (const traits of [
      { name: [{ family: 'MATCHFICTIF' }] },
      { gender: 'female' as const },
      { birthDate: '1984' },
    ]) {
      const bundle = await match({ resourceType: 'Patient', ...traits })
      assert.deepEqual([bundle.total, noticesIn(bundle)], [0, ['match.too-vague']])
      assert.ok(outcomesIn(bundle).every(({ issue }) => issue?.every(({ severity }) => severity === 'warning')))
      assert.deepEqual(bundle.entry?.[0]?.search, { mode: 'outcome' })
    }
  })

  test('PDQ-119-8: a closed record is left out; an identifier of a merged one leads to its survivor', async () => {
    const closed = aPatient().named('CLOSFICTIF', 'EVE').born('1970-07-07')
    await server().create(closed.with({ active: false }).build())
    assert.deepEqual((await match(parameters(closed.build()))).entry, undefined)

    const [kept, merged] = [aPatient(), aPatient()].map((one) => one.named('FUSIONFICTIF', 'EVE').born('1971-07-07'))
    assert.ok(kept !== undefined && merged !== undefined)
    await keep('survivor', kept.build())
    await keep('merged', merged.build())
    const link = [{ type: 'replaced-by' as const, other: { identifier: { system: IPP, value: kept.ipp } } }]
    const answer = await server().put(conditional(merged), merged.with({ active: false, link }).build())
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(found(await match(parameters(merged.build()))), ['survivor certain'])
    assert.deepEqual(found(await match(parameters(merged.build(), onlyCertain))), ['survivor certain'])
  })

  test('PDQ-119-10: the matricule of a patient with another strict trait is said, and is never certain', async () => {
    const conflicting = lucie.born('1971-11-30').build()
    const bundle = await match(parameters(conflicting))
    assert.deepEqual(found(bundle), ['lucie possible'])
    assert.ok((patientsIn(bundle)[0]?.search?.score ?? 1) < 0.6)
    assert.deepEqual(noticesIn(bundle), ['match.identifier-conflict'])
    assert.deepEqual(patientsIn(await match(parameters(conflicting, onlyCertain))), [])
    const somebodyElse = lucie.named('TOUTAUTRE', 'PAUL').born('1971-11-30').with({ gender: 'male' }).build()
    const nobody = await match(
      parameters({ ...somebodyElse, name: [{ use: 'official', family: 'TOUTAUTRE', given: ['PAUL'] }] }),
    )
    assert.deepEqual([found(nobody), noticesIn(nobody)], [[], ['match.identifier-conflict']])
  })

  test('PDQ-119-11: a bare Patient asks as Parameters with a resource does', async () => {
    const [bare, wrapped] = [await match(lucie.build()), await match(parameters(lucie.build()))]
    assert.deepEqual(bare, wrapped)
  })

  test('PDQ-119-14: XML in, XML out', async () => {
    const family = '<name><use value="official"/><family value="LE FICTIF-GOFF"/><given value="JEAN-PIERRE"/></name>'
    const patient = `<Patient xmlns="http://hl7.org/fhir">${family}<gender value="male"/><birthDate value="1950-12-31"/></Patient>`
    const wrapped = `<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="resource"/><resource>${patient}</resource></parameter></Parameters>`
    for (const body of [patient, wrapped]) {
      const answer = await server().post(MATCH, body, XML)
      assert.equal(answer.status, 200, answer.text)
      assert.match(answer.headers['content-type'] ?? '', /^application\/fhir\+xml/)
      assert.match(
        answer.text,
        /<search><extension url="[^"]*match-grade"><valueCode value="probable"\/><\/extension><mode value="match"\/><score value="0\.\d+"\/><\/search>/,
      )
    }
  })

  describe('PDQ-119-2: what people write differently still finds the record', () => {
    const rows: readonly (readonly [name: string, asked: Partial<Patient>, expected: string])[] = [
      ['the used name in the field of the birth name', official('DUPONT-ESSAI', 'JEAN-PIERRE'), 'jean possible'],
      ['half of a compound given name', official('LE FICTIF-GOFF', 'Jean'), 'jean possible'],
      ['accents, case and blanks', official('Lé fictif goff', 'Jean Pierre'), 'jean probable'],
      ['the particle joined', official('LEFICTIF-GOFF', 'JEAN-PIERRE'), 'jean possible'],
      ['a letter more', official('LE FICTIF-GOFFE', 'JEAN-PIERRE'), 'jean possible'],
      ['the year alone', { birthDate: '1950' }, 'jean possible'],
      ['year and month', { birthDate: '1950-12' }, 'jean possible'],
      ['the day of a made-up date', { birthDate: '1950-06-12' }, 'jean possible'],
      ['no date', { birthDate: '' }, 'jean possible'],
      ['no sex', { gender: 'unknown' }, 'jean possible'],
      ['a name without use', { name: [{ family: 'LE FICTIF-GOFF', given: ['JEAN-PIERRE'] }] }, 'jean possible'],
    ]
    for (const [name, asked, expected] of rows) {
      test(name, async () => {
        const { birthDate, ...sent } = { ...asking(jean.build()), ...asked }
        const body = birthDate === '' || birthDate === undefined ? sent : { ...sent, birthDate }
        assert.deepEqual(found(await match(body as Patient)), [expected])
      })
    }

    test('day and month swapped', async () => {
      const swapped = asking(lucie.born('1984-04-03').build())
      assert.ok(found(await match(swapped)).includes('lucie possible'))
    })
  })

  test('PDQ-119-8: a patient without oncology pathway is neither told, counted nor hinted at', async () => {
    const hidden = aPatient().qualified().named('CACHEFICTIF', 'LUCIE').born('1975-05-05')
    const answer = await server().put(
      `Patient?identifier=${encodeURIComponent(`${IPP}|${hidden.ipp}`)}`,
      hidden.build(),
    )
    assert.equal(answer.status, 201, answer.text)
    const conflicting = hidden.born('1976-06-06').build()
    for (const body of [hidden.build(), asking(hidden.build()), conflicting]) {
      const bundle = await match(body)
      assert.deepEqual([bundle.total, bundle.entry], [0, undefined])
    }
  })
})

describe('what a match refuses', () => {
  const server = sharedServer()
  const patient = aPatient().build()
  const unknown = { url: 'https://example.org/unknown', valueString: 'x' }

  test('PDQ-119-9 P-29: an unknown modifierExtension is 400 without patients, wherever it stands', async () => {
    await server().create(patient)
    const contact = [{ name: { family: 'X' }, modifierExtension: [unknown] }]
    const inParameter = parameters(patient)
    for (const body of [
      { ...patient, modifierExtension: [unknown] },
      parameters({ ...patient, modifierExtension: [unknown] }),
      parameters({ ...patient, contact }),
      { ...inParameter, parameter: inParameter.parameter?.map((one) => ({ ...one, modifierExtension: [unknown] })) },
      { ...patient, implicitRules: 'https://example.org/rules' },
    ]) {
      const issue = assertRefused(await server().post(MATCH, body), 400, 'match.modifier-extension')
      assert.equal(issue.code, 'extension')
    }
  })

  test('PDQ-119-9: an unknown extension is ignored', async () => {
    const known = aPatient().named('EXTENSION', 'EVE')
    await server().create(known.build())
    const bundle = bundleOf(await server().post(MATCH, { ...known.build(), extension: [unknown] }))
    assert.deepEqual(patientsIn(bundle).map(gradeOf), ['certain'])
  })

  test('PDQ-119-9 PDQ-119-12: parameters that are missing, repeated, unknown or of another type are 400', async () => {
    const rows: readonly (readonly [body: object, key: string])[] = [
      [{ resourceType: 'Parameters' }, 'operation.parameter-missing'],
      [{ resourceType: 'Parameters', parameter: [onlyCertain] }, 'operation.parameter-missing'],
      [parameters(patient, { name: 'resource', resource: patient }), 'operation.parameter-repeated'],
      [parameters(patient, onlyCertain, onlyCertain), 'operation.parameter-repeated'],
      [parameters(patient, { name: 'threshold', valueDecimal: 0.5 }), 'operation.parameter-unknown'],
      [parameters(patient, { name: 'count', valueString: '5' }), 'operation.parameter-type'],
      [parameters(patient, { name: 'count', valueInteger: -1 }), 'operation.parameter-type'],
      [parameters(patient, { name: 'onlyCertainMatches', valueString: 'true' }), 'operation.parameter-type'],
      [{ resourceType: 'Organization', name: 'X' }, 'operation.parameter-type'],
      [{ resourceType: 'Parameters', parameter: [{ name: 'resource', valueString: 'x' }] }, 'operation.parameter-type'],
    ]
    for (const [body, key] of rows) assertRefused(await server().post(MATCH, body), 400, key)
    assertRefused(await server().get(MATCH), 400, 'operation.parameter-missing')
    assertRefused(await server().post('Patient/1/$match', patient), 404, 'http.not-found')
    assertRefused(await server().post(MATCH, patient, { accept: 'text/html' }), 406, 'http.not-acceptable')
  })

  test('PDQ-119-12: identities that no store could hold find nothing and break nothing', async () => {
    const strange: Patient[] = [
      { ...patient, name: [{ use: 'official', family: 'É'.repeat(5000), given: ['\u{1F9EC}'] }] },
      { ...patient, name: [{ use: 'official', family: "% _ \\ '", given: ['%'] }], birthDate: '0001' },
      {
        ...patient,
        identifier: Array.from({ length: 300 }, (_, i) => ({ system: INS_TEST, value: `${i}`.repeat(400) })),
      },
    ]
    for (const body of strange) {
      const { identifier: _none, ...withoutIdentifier } = body
      for (const one of [body, withoutIdentifier]) assert.equal((await server().post(MATCH, one)).status, 200)
    }
  })

  test('PDQ-119-15: the CapabilityStatement declares the operation', async () => {
    const statement = (await server().get('metadata')).resource('CapabilityStatement')
    const declared = statement.rest?.[0]?.resource?.find(({ type }) => type === 'Patient')?.operation
    const definition = 'https://profiles.ihe.net/ITI/PDQm/OperationDefinition/PDQmMatch'
    assert.ok(declared?.some((one) => one.name === 'match' && one.definition === definition))
  })

  test('PDQ-119-9: no trait of a refused request is repeated, in the answer or in a log', async () => {
    const secret = aPatient()
      .named('SECRETFICTIF', 'LUCIE')
      .with({ modifierExtension: [unknown] })
    const answer = await server().post(MATCH, secret.build())
    assert.ok(!answer.text.includes('SECRETFICTIF') && !answer.text.includes(secret.ipp))
    assert.ok(server().logs.every((line) => !line.includes('SECRETFICTIF') && !line.includes(secret.ipp)))
  })
})

const EXAMPLES = '../shared/official/ihe/pdqm/examples'
const skip = existsSync(EXAMPLES) || process.env.CI === 'true' ? false : 'the official examples are not on this machine'

describe('the examples of PDQm', { skip }, () => {
  const server = sharedServer()

  test('PDQ-119-7 PDQ-119-11 PDQ-119-6: every example of an input is answered, and finds its patient', async () => {
    const files = (await readdir(EXAMPLES)).filter((name) => name.includes('match-input'))
    assert.equal(files.length, 4)
    const inputs = await Promise.all(
      files.map(async (name) => JSON.parse(await readFile(`${EXAMPLES}/${name}`, 'utf8'))),
    )
    for (const input of inputs) {
      assert.deepEqual(bundleOf(await server().post(MATCH, input)).entry, undefined)
    }
    const patient: Patient = inputs.find(({ resourceType }) => resourceType === 'Patient')
    const { id: _id, ...sent } = patient
    const stored = await server().create({ ...sent, resourceType: 'Patient' } as Patient)
    for (const input of inputs) {
      const [entry, ...others] = patientsIn(bundleOf(await server().post(MATCH, input)))
      const certainOnly = JSON.stringify(input).includes('"onlyCertainMatches"')
      assert.equal(others.length, 0)
      // Its name has no use and its gender is "other": strict traits it has none.
      assert.equal(entry?.resource?.id, certainOnly ? undefined : stored.id)
      if (entry !== undefined) assert.equal(gradeOf(entry), 'possible')
    }
  })
})

function official(family: string, given: string): Partial<Patient> {
  return { name: [{ use: 'official', family, given: [given] }] }
}
