import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Bundle, Patient } from '@medplum/fhirtypes'
import { aContent, aDocument, aPatient, INS_TEST, IPP } from '../../support/builders.ts'
import { linkOf, resourcesOf } from '../../support/client.ts'
import { overBothEngines, PUBLIC_ORIGIN } from '../../support/server.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const XML = { accept: 'application/fhir+xml' }
/** Domains of their own, so that nothing else in the record has identifiers of them. */
const [REGION, CLINIC] = ['urn:oid:1.2.250.1.99.1', 'urn:oid:1.2.250.1.99.2']
const MOTHER = 'http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName'
const SUBSETTED = 'SUBSETTED'

await overBothEngines((server) => {
  const names = new Map<string | undefined, string>()
  const ids = new Map<string, string>()
  const keep = async (name: string, patient: Patient) => {
    const stored = await server().create(patient)
    names.set(stored.id, name)
    ids.set(name, stored.id)
    return stored
  }
  const namesIn = (bundle: Bundle) => resourcesOf(bundle).map(({ id }) => names.get(id) ?? '?')
  const find = async (query: string): Promise<Bundle> => {
    const answer = await server().get(`Patient?${encodeURI(query)}`)
    assert.equal(answer.status, 200, answer.text)
    return answer.resource('Bundle')
  }

  const zoe = aPatient()
    .qualified()
    .named('QUÊTE-FICTIVE', 'LUCIÉ')
    .born('1962-04-05')
    .with({
      telecom: [
        { system: 'phone', value: '+33 1 23 45 67 89' },
        { system: 'email', value: 'Zoe@example.org' },
      ],
      address: [
        {
          line: ['12 rue de la Fiction'],
          city: 'Saint-Étienne-Fictif',
          state: 'Auvergne',
          postalCode: '99042',
          country: 'FRA',
        },
      ],
    })
  const withRegion = (ipp: string) => [
    { system: REGION, value: `R-${ipp}` },
    { system: CLINIC, value: `C-${ipp}` },
  ]
  const paul = aPatient().named('QUETE-FICTIVE', 'PAUL').born('1962-04-06').with({ gender: 'male' })

  before(async () => {
    const { identifier = [], extension = [], ...rest } = zoe.build()
    await keep('zoe', {
      ...rest,
      extension: [...extension, { url: MOTHER, valueString: 'Mère-Fictive' }],
      identifier: [...identifier, ...withRegion(zoe.ipp)],
    } as Patient)
    await keep('paul', { ...paul.build(), identifier: [...(paul.build().identifier ?? []), ...withRegion(paul.ipp)] })
    await keep('closed', aPatient().named('CLOS-FICTIF', 'EVE').with({ active: false }).build())
  })

  describe('every parameter, by GET and by POST, in JSON and in XML', () => {
    const rows: readonly (readonly [id: string, query: () => string, expected: string])[] = [
      ['PDQ-78-_id', () => `_id=${ids.get('zoe')}`, 'zoe'],
      ['PDQ-78-_id', () => `_id=${ids.get('zoe')?.toUpperCase()}`, ''],
      ['PDQ-78-active', () => 'active=false&family=clos-fictif', 'closed'],
      ['PDQ-78-active', () => 'active=true&family=clos-fictif', ''],
      ['PDQ-78-family', () => 'family=quete', 'paul zoe'],
      ['PDQ-78-family', () => 'family=QUETE FICTIVE&given=Lucie', 'zoe'],
      ['PDQ-78-given', () => 'given=lucié&family=quete', 'zoe'],
      ['PDQ-78-identifier', () => `identifier=${REGION}|R-${zoe.ipp}`, 'zoe'],
      ['PDQ-78-identifier', () => `identifier=R-${zoe.ipp}`, 'zoe'],
      ['PDQ-78-identifier', () => `identifier=${REGION}|C-${zoe.ipp}`, ''],
      ['PDQ-78-identifier', () => `identifier=${INS_TEST}|${zoe.ins}`, 'zoe'],
      ['PDQ-78-identifier PDQ-78-18', () => `identifier=${REGION}|R-${zoe.ipp},${REGION}|R-${paul.ipp}`, 'paul zoe'],
      ['PDQ-78-identifier PDQ-78-18', () => `identifier=${REGION}|R-${zoe.ipp}&identifier=${IPP}|${zoe.ipp}`, 'zoe'],
      ['PDQ-78-identifier PDQ-78-18', () => `identifier=${REGION}|R-${zoe.ipp}&identifier=${IPP}|${paul.ipp}`, ''],
      ['PDQ-78-telecom', () => 'telecom=0123456789', 'zoe'],
      ['PDQ-78-telecom', () => 'telecom=email|zoe@example.org', 'zoe'],
      ['PDQ-78-birthdate', () => 'birthdate=1962-04-05&family=quete', 'zoe'],
      ['PDQ-78-birthdate', () => 'birthdate=ge1962-04-06&birthdate=le1962-04-06&family=quete', 'paul'],
      ['PDQ-78-birthdate', () => 'birthdate=1962&family=quete', 'paul zoe'],
      ['PDQ-78-address', () => 'address=12 rue de la', 'zoe'],
      ['PDQ-78-address-city', () => 'address-city=saint etienne', 'zoe'],
      ['PDQ-78-address-country', () => 'address-country=fra&family=quete', 'zoe'],
      ['PDQ-78-address-postalcode', () => 'address-postalcode=99042', 'zoe'],
      ['PDQ-78-address-state', () => 'address-state=auvergne&family=quete', 'zoe'],
      ['PDQ-78-gender', () => 'gender=male&family=quete', 'paul'],
      ['PDQ-78-mothersMaidenName', () => 'mothersMaidenName=mere', 'zoe'],
      ['PDQ-78-_lastUpdated', () => '_lastUpdated=ge2000-01-01&family=quete', 'paul zoe'],
      ['PDQ-78-_lastUpdated', () => '_lastUpdated=lt2000-01-01&family=quete', ''],
      ['PDQ-78-16', () => 'family=quete&gender=female', 'zoe'],
      ['PDQ-78-16', () => 'birthdate=1962-04-06&family=quete', 'paul'],
      ['PDQ-78-18', () => 'given=lucie,paul&family=quete', 'paul zoe'],
      ['PDQ-78-18', () => 'given=lucie&given=paul&family=quete', ''],
      ['PDQ-78-17 PDQ-78-family', () => 'family:exact=QUÊTE-FICTIVE', 'zoe'],
      ['PDQ-78-17 PDQ-78-family', () => 'family:exact=QUÊTE', ''],
      ['PDQ-78-17 PDQ-78-given', () => 'given:exact=LUCIÉ', 'zoe'],
      ['PDQ-78-17 PDQ-78-given', () => 'given:exact=LUCIE&family=quete', ''],
      ['PDQ-78-17 PDQ-78-address', () => 'address:exact=12 rue de la Fiction', 'zoe'],
      ['PDQ-78-17 PDQ-78-address-city', () => 'address-city:exact=Saint-Étienne-Fictif', 'zoe'],
      ['PDQ-78-17 PDQ-78-address-city', () => 'address-city:exact=Saint-Etienne-Fictif', ''],
      ['PDQ-78-17 PDQ-78-address-country', () => 'address-country:exact=FRA&family=quete', 'zoe'],
      ['PDQ-78-17 PDQ-78-address-postalcode', () => 'address-postalcode:exact=99042', 'zoe'],
      ['PDQ-78-17 PDQ-78-address-postalcode', () => 'address-postalcode:exact=990', ''],
      ['PDQ-78-17 PDQ-78-address-state', () => 'address-state:exact=Auvergne&family=quete', 'zoe'],
      ['PDQ-78-17 PDQ-78-mothersMaidenName', () => 'mothersMaidenName:exact=Mère-Fictive', 'zoe'],
      ['PDQ-78-17 PDQ-78-mothersMaidenName', () => 'mothersMaidenName:exact=Mere-Fictive', ''],
    ]
    for (const [index, [id, query, expected]] of rows.entries()) {
      test(`${id} PDQ-78-14 PDQ-78-15: row ${index} finds ${expected || 'nobody'}`, async () => {
        const encoded = encodeURI(query())
        const got = await server().get(`Patient?${encoded}`)
        assert.equal(got.status, 200, got.text)
        const bundle = got.resource('Bundle')
        assert.deepEqual(namesIn(bundle).toSorted().join(' '), expected)
        assert.equal(bundle.total, expected === '' ? 0 : expected.split(' ').length)
        const posted = await server().post('Patient/_search', encoded, FORM)
        assert.deepEqual(posted.resource('Bundle').entry, bundle.entry)
        for (const one of [
          await server().get(`Patient?${encoded}`, XML),
          await server().post('Patient/_search', encoded, { ...FORM, ...XML }),
        ]) {
          assert.equal(one.status, 200)
          assert.match(one.headers['content-type'] ?? '', /^application\/fhir\+xml/)
          assert.equal(one.text.match(/<entry>/g)?.length ?? 0, bundle.entry?.length ?? 0)
          assert.match(one.text, new RegExp(`<total value="${bundle.total}"/>`))
        }
      })
    }
  })

  test('PDQ-78-1: matches are 200 with a searchset, its total, one entry each with its address', async () => {
    const bundle = await find('family=quete')
    assert.deepEqual([bundle.type, bundle.total, bundle.entry?.length], ['searchset', 2, 2])
    for (const { fullUrl, resource, search } of bundle.entry ?? []) {
      assert.equal(fullUrl, `${PUBLIC_ORIGIN}/fhir/Patient/${resource?.id}`)
      assert.equal(search?.mode, 'match')
    }
    // However wide the search: the profile of the answer asks for a total.
    assert.equal(typeof (await find('gender=female&_count=1')).total, 'number')
    assert.equal(typeof (await find('_count=1')).total, 'number')
  })

  test('PDQ-78-3: no match is 200 with total 0 and no entry', async () => {
    const bundle = await find('family=personne-fictif')
    assert.deepEqual([bundle.type, bundle.total, bundle.entry], ['searchset', 0, undefined])
  })

  test('PDQ-78-16: the self link says what was searched, and leaves out what was not', async () => {
    const bundle = await find('family=quete&nickname=x&gender=female')
    assert.equal(linkOf(bundle, 'self'), `${PUBLIC_ORIGIN}/fhir/Patient?family=quete&gender=female`)
  })

  test('PDQ-78-8: pages are linked and _count is kept; nobody comes twice or is forgotten', async () => {
    for (const given of ['UN', 'DEUX', 'TROIS', 'QUATRE', 'CINQ']) {
      await keep(`page ${given}`, aPatient().named('PAGE-FICTIVE', given).build())
    }
    const seen: string[] = []
    for (let next: string | undefined = 'Patient?family=page-fictive&_count=2'; next !== undefined; ) {
      const bundle: Bundle = (await server().get(next)).resource('Bundle')
      assert.equal(bundle.total, 5)
      assert.ok((bundle.entry?.length ?? 0) <= 2)
      seen.push(...namesIn(bundle))
      next = linkOf(bundle, 'next')
      assert.ok(next === undefined || !/page-fictive/i.test(next), 'no trait stands in a link')
    }
    assert.equal(new Set(seen).size, 5)
  })

  test('PDQ-78-9: all exact matches are returned, and all are on the pages', async () => {
    const found = namesIn(await find('family:exact=PAGE-FICTIVE&_count=200'))
    assert.equal(found.length, 5)
  })

  test('PDQ-78-11: a mother’s maiden name that is known is included', async () => {
    const [patient] = resourcesOf(await find(`identifier=${REGION}|R-${zoe.ipp}`))
    assert.ok(patient?.resourceType === 'Patient')
    assert.equal(patient.extension?.find(({ url }) => url === MOTHER)?.valueString, 'Mère-Fictive')
  })

  describe('identifier domains', () => {
    const patientOf = async (query: string): Promise<Patient> => {
      const [patient, ...others] = resourcesOf(await find(query))
      assert.ok(patient?.resourceType === 'Patient' && others.length === 0)
      return patient
    }
    const systems = ({ identifier }: Patient) => identifier?.map(({ system }) => system)
    const isMarked = ({ meta }: Patient) => meta?.tag?.some(({ code }) => code === SUBSETTED) === true

    const rows: readonly (readonly [name: string, query: () => string, ...expected: string[]])[] = [
      ['one domain', () => `given=lucie&family=quete&identifier=${REGION}|`, REGION],
      ['two domains', () => `given=lucie&family=quete&identifier=${REGION}|,${CLINIC}|`, REGION, CLINIC],
      ['the INS', () => `given=lucie&family=quete&identifier=${INS_TEST}|`, INS_TEST],
      ['beside an identifier', () => `identifier=${IPP}|${zoe.ipp}&identifier=${REGION}|`, REGION],
      ['beside its own identifier', () => `identifier=${REGION}|R-${zoe.ipp}&identifier=${REGION}|`, REGION],
      ['by INS, for the hospital', () => `identifier=${INS_TEST}|${zoe.ins}&identifier=${IPP}|`, IPP],
    ]
    for (const [name, query, ...expected] of rows) {
      test(`PDQ-78-2: ${name}: only its identifiers come back, marked as a part`, async () => {
        const patient = await patientOf(query())
        assert.deepEqual(systems(patient), expected)
        assert.ok(isMarked(patient))
        // Nothing else of the answer shows the number that was left out, and no profile is claimed that it breaks.
        const showsIns = expected.includes(INS_TEST)
        assert.equal(JSON.stringify(patient).includes(zoe.ins), showsIns)
        assert.equal(
          patient.meta?.profile?.some((url) => url.endsWith('fr-core-patient-ins')),
          showsIns,
        )
      })
    }

    test('PDQ-78-2: who has no identifier of the domains is not found; total counts those who have', async () => {
      const bundle = await find(`family=quete&identifier=${REGION}|`)
      assert.deepEqual([bundle.total, namesIn(bundle).toSorted()], [2, ['paul', 'zoe']])
      const none = await find(`family=clos-fictif&identifier=${REGION}|`)
      assert.deepEqual([none.total, none.entry], [0, undefined])
    })

    test('PDQ-78-2: a patient with identifiers of these domains only comes as stored', async () => {
      const only = await keep(
        'only',
        aPatient()
          .named('SEUL-FICTIF', 'EVE')
          .with({ identifier: [{ system: REGION, value: 'R-seul' }] })
          .build(),
      )
      const found = await patientOf(`family=seul-fictif&identifier=${REGION}|,${CLINIC}|`)
      assert.deepEqual(found, only)
    })

    test('PDQ-78-2: what is stored stays whole, and a read shows all of it', async () => {
      await patientOf(`given=lucie&family=quete&identifier=${REGION}|`)
      const stored = (await server().get(`Patient/${ids.get('zoe')}`)).resource('Patient')
      assert.deepEqual(systems(stored), [INS_TEST, IPP, REGION, CLINIC])
      assert.ok(!isMarked(stored))
    })

    test('PDQ-78-2: by POST, in XML, and with a part of the resource', async () => {
      const form = `given=lucie&family=quete&identifier=${REGION}|`
      const posted = await server().post('Patient/_search', form, { ...FORM, ...XML })
      assert.ok(posted.text.includes(REGION) && !posted.text.includes(CLINIC) && !posted.text.includes(zoe.ins))
      const part = await patientOf(`${form}&_elements=identifier`)
      assert.deepEqual([systems(part), part.name], [[REGION], undefined])
    })

    test('PDQ-78-2: the narrative and mail addresses that show the INS go with it', async () => {
      const shown = aPatient().qualified().named('NARRATIF-FICTIF', 'LUCIE')
      const div = `<div xmlns="http://www.w3.org/1999/xhtml">INS ${shown.ins}, IPP ${shown.ipp}</div>`
      const telecom = [{ system: 'email' as const, value: `${shown.ins}@patient.mssante.fr` }]
      await keep('shown', shown.with({ text: { status: 'additional', div }, telecom }).build())
      const answer = await server().get(`Patient?family=narratif-fictif&identifier=${IPP}|`)
      assert.ok(!answer.text.includes(shown.ins) && answer.text.includes(shown.ipp))
      const ins = await server().get(`Patient?family=narratif-fictif&identifier=${INS_TEST}|`)
      assert.ok(ins.text.includes(shown.ins) && !ins.text.includes(shown.ipp))
    })

    test('PDQ-78-4 P-19: a domain that nobody knows is 404 with the warning that IHE prescribes', async () => {
      for (const query of [
        'identifier=urn:oid:1.2.3.4.5|',
        `family=quete&identifier=${REGION}|,urn:oid:1.2.3.4.5|`,
        `identifier=${IPP}|${zoe.ipp}&identifier=urn:oid:1.2.3.4.5|`,
      ]) {
        for (const answer of [
          await server().get(`Patient?${query}`),
          await server().post('Patient/_search', query, FORM),
        ]) {
          assert.equal(answer.status, 404)
          const [issue, ...others] = answer.resource('OperationOutcome').issue ?? []
          assert.equal(others.length, 0)
          const { severity, code, diagnostics } = issue ?? {}
          assert.deepEqual([severity, code, diagnostics], ['warning', 'not-found', 'targetSystem not found'])
        }
      }
      const xml = await server().get('Patient?identifier=urn:oid:1.2.3.4.5|', XML)
      assert.match(
        xml.text,
        /<severity value="warning"\/><code value="not-found"\/>.*<diagnostics value="targetSystem not found"\/>/,
      )
    })

    test('PDQ-78-4: an identifier of an unknown domain is simply nobody’s', async () => {
      assert.equal((await find('identifier=urn:oid:1.2.3.4.5|1')).total, 0)
    })
  })

  test('PDQ-78-6 PDQ-78-7: a merged record is left out unless inactive ones are asked for; a read names its survivor', async () => {
    const [kept, merged] = [aPatient(), aPatient()].map((one) => one.named('UNION-FICTIVE', 'EVE').born('1971-07-07'))
    assert.ok(kept !== undefined && merged !== undefined)
    await keep('kept', kept.build())
    await keep('merged', merged.build())
    const link = [{ type: 'replaced-by' as const, other: { identifier: { system: IPP, value: kept.ipp } } }]
    const criterion = encodeURIComponent(`${IPP}|${merged.ipp}`)
    const told = await server().put(`Patient?identifier=${criterion}`, merged.with({ active: false, link }).build())
    assert.equal(told.status, 200, told.text)

    assert.deepEqual(namesIn(await find('family=union-fictive')), ['kept'])
    assert.deepEqual(namesIn(await find('family=union-fictive&active=true')), ['kept'])
    const closed = await find('family=union-fictive&active=false')
    assert.deepEqual([closed.total, namesIn(closed)], [1, ['merged']])
    const both = await find('family=union-fictive&active=true,false')
    assert.deepEqual([both.total, namesIn(both).toSorted()], [2, ['kept', 'merged']])
    // The number of the merged record leads to the patient who took it in.
    assert.deepEqual(namesIn(await find(`identifier=${IPP}|${merged.ipp}`)), ['kept'])

    const read = (await server().get(`Patient/${ids.get('merged')}`)).resource('Patient')
    assert.equal(read.active, false)
    const replaced = read.link?.find(({ type }) => type === 'replaced-by')?.other?.reference
    assert.ok(replaced?.endsWith(`Patient/${ids.get('kept')}`), replaced)
  })

  test('PDQ-78-6: a closed record that was not merged says that it is not in use', async () => {
    const [patient] = resourcesOf(await find('family=clos-fictif'))
    assert.ok(patient?.resourceType === 'Patient' && patient.active === false)
  })

  test('P-20: patient, patient.identifier, subject and subject.identifier all find the same', async () => {
    const known = aPatient().qualified()
    const { identifier = [], ...rest } = known.build()
    const regional = [...identifier, { system: REGION, value: `R-${known.ipp}` }]
    const patient = await server().create({ ...rest, identifier: regional } as Patient)
    const subject = `Patient/${patient.id}`
    const { id } = await server().create(aDocument(subject).inline(aContent()).build())
    for (const query of [
      `patient=${subject}`,
      `patient=${patient.id}`,
      `subject=${subject}`,
      `subject:Patient=${patient.id}`,
      `patient.identifier=${IPP}|${known.ipp}`,
      `patient.identifier=${INS_TEST}|${known.ins}`,
      `subject.identifier=${REGION}|R-${known.ipp}`,
      `patient:identifier=${IPP}|${known.ipp}`,
    ]) {
      for (const answer of [
        await server().get(`DocumentReference?${query}`),
        await server().post('DocumentReference/_search', query, FORM),
      ]) {
        assert.equal(answer.status, 200, query)
        assert.deepEqual(
          resourcesOf(answer.resource('Bundle')).map((found) => found.id),
          [id],
          query,
        )
      }
    }
  })
})
