import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { changeHabilitation, recordChoice, removeFromCareTeam } from '../../src/dcc/entitlement/administration.ts'
import { openEntitlements } from '../../src/dcc/entitlement/open.ts'
import { newPatientId } from '../../src/store/ids.ts'
import {
  aContent,
  aDocument,
  anOrganization,
  aPatient,
  aPractitioner,
  aProvideBundle,
  aRole,
  aTransaction,
  aWorkingList,
  creating,
  IPP,
  putting,
} from '../support/builders.ts'
import { assertRefused, type Client, resourcesOf } from '../support/client.ts'
import { callersServer } from './callers.ts'
import { aLabelled, aPatientOf, aProfessional, contentOf, merged, type Someone } from './people.ts'

const server = callersServer()
const free = () => server().free
const dcc = () => free().record.dcc
const EVERYTHING = 'user/*.cruds'
const as = (who: Someone, scopes = EVERYTHING, patientId?: string): Client => server().person(who, scopes, patientId)

async function found(client: Client, target: string): Promise<string[]> {
  const answer = await client.get(target)
  assert.equal(answer.status, 200, answer.text)
  return resourcesOf(answer.resource('Bundle')).map(({ id }) => id ?? '')
}

describe('a right that ends', () => {
  test('threat privilege-by-scope: with the habilitation every token ends, whatever it was granted', async () => {
    const who = await aProfessional(free())
    const patient = await aPatientOf(free(), [who])
    const [user, launched] = [as(who), as(who, 'patient/*.cruds', patient.id)]
    for (const client of [user, launched]) assert.equal((await client.get(`Patient/${patient.id}`)).status, 200)
    await changeHabilitation(dcc(), who, 'suspend')
    for (const client of [user, launched]) {
      const answer = await client.get(`Patient/${patient.id}`)
      assertRefused(answer, 401, 'http.token-invalid')
      assert.match(answer.headers['www-authenticate'] ?? '', /invalid_token/)
    }
    await changeHabilitation(dcc(), who, 'resume')
    assert.equal((await user.get(`Patient/${patient.id}`)).status, 200)
  })

  test('an app stays launched on its patient, and shows nothing more once they are no longer cared for', async () => {
    const who = await aProfessional(free())
    const patient = await aPatientOf(free(), [who])
    const app = as(who, 'patient/*.rs', patient.id)
    const document = await free().create(aLabelled(patient.id))
    assert.deepEqual(await found(app, 'DocumentReference'), [document.id])
    await removeFromCareTeam(dcc(), { patientId: patient.id, nationalId: who.nationalId })
    assertRefused(await app.get(`Patient/${patient.id}`), 404, 'resource.unknown')
    for (const target of ['DocumentReference', 'Patient', 'List', 'DocumentReference/_history', 'Patient/_history'])
      assert.deepEqual(await found(app, target), [], target)
  })

  test('an opposition is in force at the next request, an emergency too', async () => {
    const who = await aProfessional(free())
    const patient = await aPatientOf(free(), [])
    const client = as(who)
    assertRefused(await client.get(`Patient/${patient.id}`), 404, 'resource.unknown')
    const inFull = { ...who, family: 'ESSAI', given: 'Camille', speciality: undefined, activity: undefined }
    const profession = { system: 'urn:oid:1.2.250.1.213.1.1.5.5', value: '10' }
    await openEntitlements(dcc()).breakGlass({ ...inFull, profession }, patient.id, 'Détresse respiratoire aiguë')
    assert.equal((await client.get(`Patient/${patient.id}`)).status, 200)
    await recordChoice(dcc(), patient.id, 'oppose')
    assertRefused(await client.get(`Patient/${patient.id}`), 404, 'resource.unknown')
  })
})

describe('a professional writes', () => {
  test('for whom they care, and nobody else is even told to be there', async () => {
    const who = await aProfessional(free())
    const [mine, other] = [await aPatientOf(free(), [who]), await aPatientOf(free(), [])]
    const client = as(who)
    assert.equal((await client.post('DocumentReference', aLabelled(mine.id))).status, 201)
    assert.equal((await client.post('', aProvideBundle(`Patient/${mine.id}`))).status, 200)
    const before = await free().counts()
    for (const id of [other.id, newPatientId()]) {
      assertRefused(await client.post('DocumentReference', aLabelled(id)), 422, 'patient.unknown')
      assertRefused(await client.post('', aProvideBundle(`Patient/${id}`)), 422, 'patient.unknown')
      assertRefused(await client.post('List', aWorkingList(`Patient/${id}`, [])), 422, 'patient.unknown')
    }
    assert.deepEqual(await free().counts(), before)
  })

  test('and changes nobody’s identity by FHIR: no answer tells whose number is known', async () => {
    const who = await aProfessional(free())
    const [mine, known] = [aPatient(), aPatient()]
    const patient = await aPatientOf(free(), [who], mine)
    await aPatientOf(free(), [], known)
    for (const client of [as(who), as(await aProfessional(free(), 'region'))]) {
      for (const builder of [known, aPatient()]) {
        const sent = builder.build()
        const target = `Patient?identifier=${IPP}|${builder.ipp}`
        const identifier = { system: IPP, value: builder.ipp }
        const link = [{ type: 'replaced-by' as const, other: { identifier } }]
        const taken = [{ op: 'add', path: '/identifier/-', value: identifier }]
        const answers = [
          await client.post('Patient', sent),
          await client.put(target, sent),
          await client.post('', aTransaction(creating(sent))),
          await client.post('', aTransaction(putting(target, sent))),
          await client.put(`Patient/${patient.id}`, { ...patient, active: false, link }),
          await client.patch(`Patient/${patient.id}`, taken),
          await client.post('Patient/$validate', asked('create', sent)),
          await client.post('Patient/$validate', asked('update', { ...patient, link })),
        ]
        for (const answer of answers) assertRefused(answer, 403, 'http.forbidden')
      }
    }
  })

  test('and leaves the directories as they are: whoever changes them could become the author of anything', async () => {
    const practitioner = await free().create(aPractitioner())
    const role = await free().create(
      aRole(`Practitioner/${practitioner.id}`, `Organization/${(await free().create(anOrganization())).id}`),
    )
    const client = as(await aProfessional(free(), 'region'))
    assert.equal((await client.get(`Practitioner/${practitioner.id}`)).status, 200)
    assertRefused(await client.put(`Practitioner/${practitioner.id}`, practitioner), 403, 'http.forbidden')
    assertRefused(await client.post('Practitioner', aPractitioner()), 403, 'http.forbidden')
    assertRefused(await client.delete(`PractitionerRole/${role.id}`), 403, 'http.forbidden')
  })

  test('a fullUrl tells nothing of records that are not theirs', async () => {
    const who = await aProfessional(free())
    const [mine, other] = [await aPatientOf(free(), [who]), await aPatientOf(free(), [])]
    const answers = await Promise.all(
      [other.id, newPatientId()].map((id) => {
        const fullUrl = `${free().config.baseUrl}/fhir/Patient/${id}`
        return as(who).post('', aTransaction({ ...creating(aWorkingList(`Patient/${mine.id}`, [])), fullUrl }))
      }),
    )
    assert.equal(answers[0]?.status, answers[1]?.status)
  })
})

describe('a document that is masked to professionals', () => {
  test('is there for whoever wrote it, contained or in the directories, and for no other', async () => {
    const [author, colleague] = [await aProfessional(free()), await aProfessional(free())]
    const patient = await aPatientOf(free(), [author, colleague])
    const entry = aPractitioner()
    const identifier = [{ ...entry.identifier?.[0], value: author.rpps ?? '' }]
    const practitioner = await free().create({ ...entry, identifier })
    const organization = await free().create(anOrganization())
    const role = await free().create(aRole(`Practitioner/${practitioner.id}`, `Organization/${organization.id}`))
    const referring = (reference: string) => {
      const { contained, ...document } = aLabelled(patient.id, ['MASQUE_PS'])
      const kept = contained?.filter(({ id }) => id !== 'auteur') ?? []
      return { ...document, contained: kept, author: [{ reference }] }
    }
    const masked = [
      aLabelled(patient.id, ['MASQUE_PS'], author.rpps),
      referring(`Practitioner/${practitioner.id}`),
      referring(`PractitionerRole/${role.id}`),
    ]
    for (const sent of masked) {
      const document = await free().create(sent)
      const address = `DocumentReference/${document.id}`
      for (const [who, status] of [
        [author, 200],
        [colleague, 404],
      ] as const) {
        for (const target of [address, `${address}/_history/1`, contentOf(document)])
          assert.equal((await as(who).get(target)).status, status, target)
        const ids = await found(as(who), `DocumentReference?patient=${patient.id}`)
        assert.equal(ids.includes(document.id), status === 200)
      }
    }
  })

  test('was not always: its earlier versions are masked with it', async () => {
    const who = await aProfessional(free())
    const patient = await aPatientOf(free(), [who])
    const document = await free().create(aLabelled(patient.id))
    const address = `DocumentReference/${document.id}`
    assert.equal((await as(who).get(address)).status, 200)
    const { securityLabel } = aLabelled(patient.id, ['MASQUE_PS'])
    const answer = await free().patch(address, [{ op: 'replace', path: '/securityLabel', value: securityLabel }])
    assert.equal(answer.status, 200, answer.text)
    for (const target of [address, `${address}/_history`, `${address}/_history/1`, contentOf(document)])
      assertRefused(await as(who).get(target), 404, 'resource.unknown')
    assert.deepEqual(await found(as(who), 'DocumentReference/_history'), [])
    assert.equal((await free().delete(address)).status, 204)
    assertRefused(await as(who).get(address), 404, 'resource.unknown')
    assert.deepEqual(await found(as(who), 'DocumentReference/_history'), [])
  })

  test('is not unmasked by a document over its content, nor by naming it', async () => {
    const who = await aProfessional(free())
    const patient = await aPatientOf(free(), [who])
    const content = aContent()
    const hidden = await free().create(
      aDocument(`Patient/${patient.id}`).ordinary().inline(content).with({ securityLabel: labels() }).build(),
    )
    const over = aDocument(`Patient/${patient.id}`).ordinary().at(contentOf(hidden), content).build()
    assertRefused(await as(who).post('DocumentReference', over), 422, 'document.content-missing')
    const naming = aWorkingList(`Patient/${patient.id}`, [`DocumentReference/${hidden.id}`])
    assertRefused(await as(who).post('List', naming), 422, 'list.item-unknown')
    const transaction = aTransaction(creating(over))
    assertRefused(await as(who).post('', transaction), 422, 'document.content-missing')
  })

  test('leaves its lists, and whoever does not see all of a list does not change it', async () => {
    const who = await aProfessional(free())
    const patient = await aPatientOf(free(), [who])
    const [plain, hidden] = [
      await free().create(aLabelled(patient.id)),
      await free().create(aLabelled(patient.id, ['MASQUE_PS'])),
    ]
    const items = [plain, hidden].map(({ id }) => `DocumentReference/${id}`)
    const list = await free().create(aWorkingList(`Patient/${patient.id}`, items))
    const seen = (await as(who).get(`List/${list.id}`)).resource('List')
    assert.equal(seen.entry?.length, 1)
    const history = (await as(who).get(`List/${list.id}/_history`)).text
    assert.ok(history.includes(plain.id) && !history.includes(hidden.id))
    assertRefused(await as(who).put(`List/${list.id}`, { ...seen, title: 'Autre' }), 403, 'http.forbidden')
    const probing = [{ op: 'test', path: '/entry/1/item/reference', value: items[1] }]
    assertRefused(await as(who).patch(`List/${list.id}`, probing), 403, 'http.forbidden')
    assertRefused(await as(who).delete(`List/${list.id}`), 403, 'http.forbidden')
    assert.equal((await free().get(`List/${list.id}`)).resource('List').entry?.length, 2)
  })

  test('cannot be made by somebody else than its author', async () => {
    const who = await aProfessional(free())
    const patient = await aPatientOf(free(), [who])
    assertRefused(await as(who).post('DocumentReference', aLabelled(patient.id, ['MASQUE_PS'])), 403, 'http.forbidden')
    const own = await as(who).post('DocumentReference', aLabelled(patient.id, ['MASQUE_PS'], who.rpps))
    assert.equal(own.status, 201, own.text)
  })
})

test('records that were merged are one person, to the care team of either', async () => {
  const [one, two] = [await aProfessional(free()), await aProfessional(free())]
  const [kept, gone] = [aPatient(), aPatient()]
  const survivor = await aPatientOf(free(), [one], kept)
  const absorbed = await aPatientOf(free(), [two], gone)
  const [first, second] = [await free().create(aLabelled(survivor.id)), await free().create(aLabelled(absorbed.id))]
  assert.deepEqual(await found(as(one), 'DocumentReference'), [first.id])
  await merged(free(), gone, kept)
  for (const who of [one, two]) {
    assert.deepEqual((await found(as(who), 'DocumentReference')).sort(), [first.id, second.id].sort())
    assert.deepEqual((await found(as(who), `DocumentReference?patient=${survivor.id}`)).length, 2)
    assert.deepEqual(await found(as(who), 'Patient'), [survivor.id])
    const app = as(who, 'patient/*.rs', absorbed.id)
    assert.equal((await found(app, 'DocumentReference')).length, 2)
  }
  await recordChoice(dcc(), absorbed.id, 'oppose')
  for (const who of [one, two]) assert.deepEqual(await found(as(who), 'DocumentReference'), [])
})

function labels() {
  return aLabelled('', ['MASQUE_PS']).securityLabel ?? []
}

function asked(mode: string, resource: object) {
  const parameter = [
    { name: 'mode', valueCode: mode },
    { name: 'resource', resource },
  ]
  return { resourceType: 'Parameters', parameter }
}
