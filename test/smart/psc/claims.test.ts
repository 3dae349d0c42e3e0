import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { professionalOf, type Reading } from '../../../src/smart/psc/claims.ts'
import { professionalOfHospital } from '../../../src/smart/psc/hospital-claims.ts'
import type { HospitalClaims } from '../../../src/smart/psc/model.ts'

const G15 = 'https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante'
const FINESS = 'https://finess.esante.gouv.fr'

type Members = Record<string, unknown>

/** As Pro Santé Connect sends them: what is not known is "". */
function anActivity(members: Members = {}): Members {
  return {
    codeModeExercice: 'S',
    codeSecteurDactivite: 'SA01',
    codeSectionPharmacien: '',
    codeRole: '',
    codeGenreActivite: 'GENR01',
    numeroSiretSite: '',
    numeroSirenSite: '',
    numeroFinessSite: '990000010',
    numeroFinessetablissementJuridique: '990000020',
    identifiantTechniqueDeLaStructure: 'F990000010',
    raisonSocialeSite: 'CHU FICTIF',
    enseigneCommercialeSite: '',
    ancienIdentifiantDeLaStructure: '1990000010',
    ...members,
  }
}

function anExercice(members: Members = {}): Members {
  return {
    codeProfession: '10',
    codeCategorieProfessionnelle: 'C',
    codeCiviliteDexercice: 'DR',
    nomDexercice: 'FICTIVE',
    prenomDexercice: 'ANNE',
    codeTypeSavoirFaire: 'S',
    codeSavoirFaire: 'SM36',
    activities: [anActivity()],
    ...members,
  }
}

function someClaims(members: Members = {}, exercices: unknown = [anExercice()]): Members {
  return {
    sub: 'f:00000000-0000-4000-8000-000000000000:899700218896',
    SubjectNameID: '899700218896',
    preferred_username: '899700218896',
    family_name: 'ETATCIVIL',
    given_name: 'ANNA',
    SubjectRole: ['10^1.2.250.1.213.1.1.5.5'],
    Palier_Authentification: 'APPPRIP3^1.2.250.1.213.1.5.1.1.1',
    SubjectRefPro: { codeCivilite: 'MME', exercices },
    ...members,
  }
}

function read(reading: Reading) {
  assert.ok('situations' in reading, JSON.stringify(reading))
  return reading.situations
}

test('a physician of one hospital is read whole', () => {
  assert.deepEqual(read(professionalOf(someClaims())), [
    {
      nationalId: '899700218896',
      rpps: '99700218896',
      family: 'FICTIVE',
      given: 'ANNE',
      profession: { system: G15, value: '10' },
      speciality: {
        system: 'https://mos.esante.gouv.fr/NOS/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale',
        value: 'SM36',
      },
      activity: {
        structure: { system: FINESS, value: '990000010' },
        structureName: 'CHU FICTIF',
        role: { system: 'urn:oid:1.2.250.1.213.1.1.5.5', value: '10' },
      },
    },
  ])
})

describe('the national id', () => {
  const rows: { id: string; SubjectNameID: unknown; rpps?: string; fault?: true }[] = [
    { id: 'an RPPS behind its type digit', SubjectNameID: '899700366240', rpps: '99700366240' },
    { id: 'an ADELI number', SubjectNameID: '0759912345' },
    { id: 'a test identity made with EDIT', SubjectNameID: 'ANS20231122132732' },
    { id: 'an employee of a structure', SubjectNameID: '3990000010/0000000042' },
    { id: 'an RPPS with a wrong key is an id, not an RPPS', SubjectNameID: '899700218897' },
    { id: 'spaces around', SubjectNameID: ' 899700218896 ', rpps: '99700218896' },
    { id: 'empty', SubjectNameID: '', fault: true },
    { id: 'absent', SubjectNameID: undefined, fault: true },
    { id: 'a number', SubjectNameID: 899700218896, fault: true },
    { id: 'a list', SubjectNameID: ['899700218896'], fault: true },
    { id: 'markup', SubjectNameID: '<b>899700218896', fault: true },
    { id: 'a line break inside', SubjectNameID: '8997002\n18896', fault: true },
    { id: 'far too long', SubjectNameID: '8'.repeat(65), fault: true },
    { id: 'letters of another script', SubjectNameID: '８99700218896', fault: true },
  ]
  for (const { id, SubjectNameID, rpps, fault } of rows) {
    test(id, () => {
      const reading = professionalOf(someClaims({ SubjectNameID }))
      if (fault) assert.deepEqual(reading, { fault: 'sign-in.not-professional' })
      else {
        const [{ nationalId, rpps: found }] = read(reading)
        assert.deepEqual([nationalId, found], [String(SubjectNameID).trim(), rpps])
      }
    })
  }

  test('preferred_username does not stand in for it', () => {
    const claims = someClaims({ SubjectNameID: '' })
    assert.deepEqual(professionalOf(claims), { fault: 'sign-in.not-professional' })
  })
})

describe('nobody without a practice', () => {
  const rows: { id: string; members: Members; fault: string }[] = [
    { id: 'no SubjectRefPro', members: { SubjectRefPro: undefined }, fault: 'sign-in.not-professional' },
    { id: 'SubjectRefPro is a text', members: { SubjectRefPro: '' }, fault: 'sign-in.not-professional' },
    { id: 'no exercices', members: { SubjectRefPro: {} }, fault: 'sign-in.not-professional' },
    { id: 'an empty list', members: { SubjectRefPro: { exercices: [] } }, fault: 'sign-in.not-professional' },
    {
      id: 'exercices is an object',
      members: { SubjectRefPro: { exercices: { 0: {} } } },
      fault: 'sign-in.not-professional',
    },
    {
      id: 'a profession beside SubjectRefPro is not one',
      members: { SubjectRefPro: undefined, SubjectRole: ['10^1.2.250.1.213.1.1.5.5'] },
      fault: 'sign-in.not-professional',
    },
    ...['', '28', '10 ', '010', 'constructor', '__proto__', '<10>'].map((codeProfession) => ({
      id: `profession « ${codeProfession} »`,
      members: { SubjectRefPro: { exercices: [anExercice({ codeProfession })] } },
      // Spaces around are no other profession.
      fault: codeProfession === '10 ' ? '' : 'sign-in.profession',
    })),
  ]
  for (const { id, members, fault } of rows) {
    test(id, () => {
      const reading = professionalOf(someClaims(members))
      if (fault === '') read(reading)
      else assert.deepEqual(reading, { fault })
    })
  }
})

describe('names', () => {
  const HOSTILE = ['', ' ', 'A'.repeat(201), 'A\u0000B', 'A\nB', 'A\u202eB', '<script>alert(1)</script>', 42, null, {}]
  for (const hostile of HOSTILE) {
    test(`${JSON.stringify(hostile).slice(0, 40)} of the practice gives way to the civil name`, () => {
      const claims = someClaims({}, [anExercice({ nomDexercice: hostile, prenomDexercice: hostile })])
      const [{ family, given }] = read(professionalOf(claims))
      assert.deepEqual([family, given], ['ETATCIVIL', 'ANNA'])
    })
    test(`${JSON.stringify(hostile).slice(0, 40)} everywhere is nobody`, () => {
      const claims = someClaims({ family_name: hostile, given_name: hostile }, [anExercice({ nomDexercice: hostile })])
      assert.deepEqual(professionalOf(claims), { fault: 'sign-in.not-professional' })
    })
  }
  for (const name of ['O’HARA-LE GUEN', "D'ÀÉÎÕÜ", 'MEDECIN0021889', 'Nguyễn']) {
    test(`${name} is a name`, () => {
      assert.equal(read(professionalOf(someClaims({}, [anExercice({ nomDexercice: name })])))[0].family, name)
    })
  }
})

describe('places', () => {
  const rows: { id: string; activity: Members; structure: Members | undefined }[] = [
    { id: 'FINESS of the site first', activity: {}, structure: { system: FINESS, value: '990000010' } },
    {
      id: 'then SIRET',
      activity: { numeroFinessSite: '', numeroSiretSite: '00000000016972' },
      structure: { system: 'https://sirene.fr', value: '00000000016972' },
    },
    {
      id: 'then FINESS of the legal entity',
      activity: { numeroFinessSite: '' },
      structure: { system: FINESS, value: '990000020' },
    },
    {
      id: 'then the practice of an RPPS by its rank',
      activity: {
        numeroFinessSite: '',
        numeroFinessetablissementJuridique: '',
        ancienIdentifiantDeLaStructure: '499700366240007',
      },
      structure: { system: 'urn:oid:1.2.250.1.71.4.2.2', value: '499700366240007' },
    },
    {
      id: 'a name alone',
      activity: { numeroFinessSite: '', numeroFinessetablissementJuridique: '', ancienIdentifiantDeLaStructure: '' },
      structure: undefined,
    },
    {
      id: 'a fictitious FINESS with a letter',
      activity: { numeroFinessSite: '0B0172805' },
      structure: { system: FINESS, value: '0B0172805' },
    },
    {
      id: 'what is no FINESS is passed over',
      activity: { numeroFinessSite: '1/../2', numeroSiretSite: '00000000016972' },
      structure: { system: 'https://sirene.fr', value: '00000000016972' },
    },
  ]
  for (const { id, activity, structure } of rows) {
    test(id, () => {
      const [{ activity: read1 }] = read(
        professionalOf(someClaims({}, [anExercice({ activities: [anActivity(activity)] })])),
      )
      assert.deepEqual(read1?.structure, structure)
    })
  }

  test('every place of every practice is a situation to choose from', () => {
    const other = anActivity({ numeroFinessSite: '990000036', raisonSocialeSite: 'CLINIQUE FICTIVE' })
    const nurse = anExercice({ codeProfession: '60', codeSavoirFaire: '', activities: [other] })
    const found = read(professionalOf(someClaims({}, [anExercice({ activities: [anActivity(), other] }), nurse])))
    assert.deepEqual(
      found.map(({ profession, activity }) => [profession.value, activity?.structureName]),
      [
        ['10', 'CHU FICTIF'],
        ['10', 'CLINIQUE FICTIVE'],
        ['60', 'CLINIQUE FICTIVE'],
      ],
    )
  })
  test('a practice of a profession that may not come in offers no place', () => {
    const found = read(professionalOf(someClaims({}, [anExercice({ codeProfession: '28' }), anExercice()])))
    assert.deepEqual(
      found.map(({ profession }) => profession.value),
      ['10'],
    )
  })
  test('the same place twice is one', () => {
    assert.equal(read(professionalOf(someClaims({}, [anExercice(), anExercice()]))).length, 1)
  })
  test('no place at all is one situation without a place', () => {
    const [{ activity }, ...others] = read(professionalOf(someClaims({}, [anExercice({ activities: [] })])))
    assert.deepEqual([activity, others], [undefined, []])
  })
  test('a list without end is not read to its end', () => {
    const activities = Array.from({ length: 5000 }, (_, rank) => anActivity({ raisonSocialeSite: `SITE ${rank}` }))
    assert.equal(read(professionalOf(someClaims({}, [anExercice({ activities })]))).length, 50)
  })
  for (const roles of [undefined, 'x', [null, 7, '10'], ['10^'], ['10^1.2.<b>'], ['21^1.2.3']]) {
    test(`roles ${JSON.stringify(roles)} are no role of a physician`, () => {
      assert.equal(read(professionalOf(someClaims({ SubjectRole: roles })))[0].activity?.role, undefined)
    })
  }
})

describe('a hospital’s own identity provider', () => {
  const NAMES: HospitalClaims = {
    nationalId: 'rpps',
    family: 'family_name',
    given: 'given_name',
    profession: 'profession',
    speciality: 'speciality',
    structure: 'site',
    structureName: 'site_name',
    hospital: { finess: '990000010', name: 'CHU FICTIF' },
  }
  const CLAIMS = { rpps: '99700218896', family_name: 'FICTIVE', given_name: 'ANNE', profession: '10' }

  test('the same facts by its own names', () => {
    const [professional] = read(professionalOfHospital({ ...CLAIMS, speciality: 'SM36' }, NAMES))
    assert.deepEqual(
      [professional.nationalId, professional.rpps, professional.family, professional.speciality?.value],
      ['899700218896', '99700218896', 'FICTIVE', 'SM36'],
    )
    assert.deepEqual(professional.activity, {
      structure: { system: FINESS, value: '990000010' },
      structureName: 'CHU FICTIF',
      role: undefined,
    })
  })
  test('a site of the hospital', () => {
    const [{ activity }] = read(professionalOfHospital({ ...CLAIMS, site: '990000036', site_name: 'SITE NORD' }, NAMES))
    assert.deepEqual([activity?.structure?.value, activity?.structureName], ['990000036', 'SITE NORD'])
  })
  const rows: { id: string; members: Members; fault?: string }[] = [
    { id: 'IDNPS of an RPPS', members: { rpps: '899700218896' } },
    { id: 'IDNPS of an ADELI number', members: { rpps: '0759912345' } },
    { id: 'a local id', members: { rpps: 'jdupont' }, fault: 'sign-in.not-professional' },
    { id: 'an RPPS with a wrong key', members: { rpps: '99700218897' }, fault: 'sign-in.not-professional' },
    { id: 'no name', members: { family_name: '' }, fault: 'sign-in.not-professional' },
    { id: 'no profession', members: { profession: undefined }, fault: 'sign-in.profession' },
    { id: 'a profession of no care', members: { profession: '28' }, fault: 'sign-in.profession' },
  ]
  for (const { id, members, fault } of rows) {
    test(id, () => {
      const reading = professionalOfHospital({ ...CLAIMS, ...members }, NAMES)
      if (fault === undefined) read(reading)
      else assert.deepEqual(reading, { fault })
    })
  }
})
