import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DocumentReference, List } from '@medplum/fhirtypes'
import { aPatient, aProvideBundle, aTransaction, aWorkingList, creating, IPP, putting } from '../support/builders.ts'
import { type Answer, assertRefused, type Client, resourcesOf } from '../support/client.ts'
import { callersServer } from './callers.ts'
import { aLabelled, aPatientOf, aProfessional, contentOf, type Someone } from './people.ts'

const server = callersServer()
const free = () => server().free
const as = (who: Someone, scopes = 'user/*.cruds'): Client => server().person(who, scopes)

/** A patient of somebody, with a masked document, and another patient's document: neither is there for them. */
async function aWorld() {
  const who = await aProfessional(free())
  const [mine, other] = [await aPatientOf(free(), [who]), await aPatientOf(free(), [])]
  const masked = await free().create(aLabelled(mine.id, ['MASQUE_PS']))
  const foreign = await free().create(aLabelled(other.id))
  const unknown = {
    ...masked,
    id: `${masked.id.slice(0, -4)}zzzz`,
    masterIdentifier: { system: 'urn:x', value: masked.id },
  }
  return { who, mine, masked, foreign, unknown }
}

/** The texts of answers, which must not differ. */
function same(answers: readonly Answer[]): void {
  const [first, ...others] = answers.map(({ status, text }) => ({ status, text }))
  for (const one of others) assert.deepEqual(one, first)
}

describe('threat privilege-by-scope: what a person may not see, they may not name', () => {
  test('as what a new document replaces, appends, transforms or signs: as if it were unknown, by address or number', async () => {
    const { who, mine, masked, foreign, unknown } = await aWorld()
    for (const scopes of ['user/*.cruds', 'user/DocumentReference.c']) {
      for (const code of ['replaces', 'appends', 'transforms', 'signs'] as const) {
        for (const target of [
          ({ id }: { id?: string }) => ({ reference: `DocumentReference/${id}` }),
          ({ masterIdentifier: identifier = {} }: Pick<DocumentReference, 'masterIdentifier'>) => ({ identifier }),
        ]) {
          const answers: Answer[] = []
          for (const document of [unknown, masked, foreign]) {
            const sent = { ...aLabelled(mine.id), relatesTo: [{ code, target: target(document) }] }
            answers.push(await as(who, scopes).post('DocumentReference', sent))
            const key = code === 'replaces' ? 'document.replaced-unknown' : 'document.related-unknown'
            assertRefused(await as(who, scopes).post('', aTransaction(creating(sent))), 422, key)
          }
          assert.equal(answers[0]?.status, 422)
          same(answers)
        }
      }
    }
    const still = (await free().get(`DocumentReference/${masked.id}`)).resource('DocumentReference')
    assert.equal(still.status, 'current')
  })

  test('as an item that a list gains later', async () => {
    const { who, mine, masked, foreign, unknown } = await aWorld()
    const answers: Answer[] = []
    for (const { id } of [unknown, masked, foreign]) {
      const list = await free().create(aWorkingList(`Patient/${mine.id}`, []))
      const entry = [{ item: { reference: `DocumentReference/${id}` } }]
      answers.push(await as(who).put(`List/${list.id}`, { ...list, entry }))
      answers.push(await as(who).patch(`List/${list.id}`, [{ op: 'add', path: '/entry', value: entry }]))
    }
    assert.equal(answers[0]?.status, 422)
    same(answers)
  })

  test('and is not told where a number is taken: the address of a document tells its patient', async () => {
    const { who, mine, masked, foreign } = await aWorld()
    for (const { id, masterIdentifier } of [masked, foreign]) {
      const answer = await as(who).post('DocumentReference', {
        ...aLabelled(mine.id),
        ...(masterIdentifier && { masterIdentifier }),
      })
      assertRefused(answer, 409, 'document.duplicate')
      assert.ok(!answer.text.includes(id), answer.text)
    }
    const [old, sent] = [await free().create(aLabelled(mine.id)), aLabelled(mine.id, ['MASQUE_PS'])]
    const relatesTo = [{ code: 'replaces' as const, target: { reference: `DocumentReference/${old.id}` } }]
    const successor = await free().create({ ...sent, relatesTo })
    const answer = await as(who).post('DocumentReference', { ...aLabelled(mine.id), relatesTo })
    assertRefused(answer, 409, 'document.replaced-not-current')
    assert.ok(!answer.text.includes(successor.id), answer.text)
    const parameter = [
      { name: 'mode', valueCode: 'create' },
      { name: 'resource', resource: { ...aLabelled(mine.id), relatesTo } },
    ]
    const rehearsed = await as(who).post('DocumentReference/$validate', { resourceType: 'Parameters', parameter })
    assert.ok(rehearsed.text.includes('document.replaced-not-current'), rehearsed.text)
    assert.ok(!rehearsed.text.includes(successor.id), rehearsed.text)
    const again = await as(who).post('DocumentReference', { ...sent, relatesTo })
    assert.ok(!again.text.includes(successor.id), again.text)
  })

  test('a number of a patient that nobody holds is refused like one that is known: none is told to be', async () => {
    const who = await aProfessional(free())
    const [own, known] = [aPatient(), aPatient()]
    const mine = await aPatientOf(free(), [who], own)
    await aPatientOf(free(), [], known)
    for (const named of ['subject', 'source', 'list'] as const) {
      const send = (value: string) => as(who).post(...naming(named, mine.id, { system: IPP, value }))
      const answers = [await send(known.ipp), await send('inconnu-de-tous')]
      assertRefused(answers[0] as Answer, 422, 'patient.several')
      same(answers)
      assert.equal((await send(own.ipp)).status, 201)
    }
  })
})

test('a submission that is sent again is answered as the first time, whatever became of its document', async () => {
  const who = await aProfessional(free())
  const bundle = aProvideBundle(`Patient/${(await aPatientOf(free(), [who])).id}`)
  const first = await as(who).post('', bundle)
  assert.equal(first.status, 200, first.text)
  const [address] = /DocumentReference\/[^/"]+/.exec(first.text) ?? []
  assert.equal((await free().delete(address ?? '')).status, 204)
  assert.deepEqual((await as(who).post('', bundle)).json(), first.json())
})

test('nobody becomes the author of what somebody else wrote, and so hides it from them', async () => {
  const [author, colleague] = [await aProfessional(free()), await aProfessional(free())]
  const mine = await aPatientOf(free(), [author, colleague])
  const document = await free().create(aLabelled(mine.id, [], author.rpps))
  const address = `DocumentReference/${document.id}`
  const { securityLabel } = aLabelled(mine.id, ['MASQUE_PS'])
  const taken: DocumentReference = JSON.parse(
    JSON.stringify(document).replaceAll(author.rpps ?? '', colleague.rpps ?? ''),
  )
  for (const sent of [taken, { ...taken, securityLabel }, { ...document, securityLabel }] as DocumentReference[]) {
    assertRefused(await as(colleague).put(address, sent), 403, 'http.forbidden')
    assertRefused(await as(colleague).post('', aTransaction(putting(address, sent))), 403, 'http.forbidden')
  }
  assert.equal((await as(colleague).put(address, { ...document, description: 'Compte rendu' })).status, 200)
  assert.equal((await as(author).put(address, { ...document, securityLabel } as DocumentReference)).status, 200)
  assertRefused(await as(colleague).get(address), 404, 'resource.unknown')
})

test('a next link is for who asked: it holds what was searched for, and a total of what they may see', async () => {
  const [who, colleague] = [await aProfessional(free()), await aProfessional(free())]
  const mine = await aPatientOf(free(), [who, colleague])
  for (const labels of [[], [], ['MASQUE_PS']]) await free().create(aLabelled(mine.id, labels, who.rpps))
  for (const target of [
    `DocumentReference?patient=${mine.id}&_count=1&_total=accurate`,
    'DocumentReference/_history?_count=1',
  ]) {
    const next =
      (await as(who).get(target)).resource('Bundle').link?.find(({ relation }) => relation === 'next')?.url ?? ''
    const path = next.slice(next.indexOf('/fhir/') + '/fhir/'.length)
    assert.equal((await as(who).get(path)).status, 200)
    assert.equal((await as(who, 'user/DocumentReference.rs').get(path)).status, 200, 'with another token too')
    assertRefused(await as(colleague).get(path), 400, 'search.cursor-invalid')
    assertRefused(await free().get(path), 400, 'search.cursor-invalid')
  }
})

test('refused and unknown have the same headers, whatever is asked of them', async () => {
  const { who, masked, foreign, unknown } = await aWorld()
  const plain = ({ headers, status, text }: Answer) => {
    const { date: _date, 'x-request-id': _id, ...rest } = headers
    return { rest, status, text }
  }
  for (const ask of [
    (id: string) => as(who).get(`DocumentReference/${id}`),
    (id: string) => as(who).head(`DocumentReference/${id}`),
    (id: string) => as(who).get(`DocumentReference/${id}`, { 'if-none-match': 'W/"1"' }),
    (id: string) => as(who).get(`DocumentReference/${id}/_history/1`),
    (id: string) => as(who).get(`DocumentReference/${id}/$validate`),
    (id: string) => as(who).delete(`DocumentReference/${id}`, { 'if-match': 'W/"9"' }),
    (id: string) => as(who).get(`Binary/${id}`, { range: 'bytes=0-1' }),
    (id: string) => as(who).patch(`DocumentReference/${id}`, [{ op: 'test', path: '/status', value: 'x' }]),
  ]) {
    const [first, ...others] = await Promise.all([unknown, masked, foreign].map(({ id }) => ask(id)))
    for (const one of others) assert.deepEqual(plain(one), plain(first as Answer))
  }
})

describe('a list leaves out masked documents however it names them', () => {
  test('by version, number or content, in every answer', async () => {
    const { who, mine, masked } = await aWorld()
    const { masterIdentifier: identifier = {} } = masked
    const items = [
      { reference: `DocumentReference/${masked.id}` },
      { reference: `DocumentReference/${masked.id}/_history/1` },
      { identifier },
      { reference: contentOf(masked) },
    ].map((item) => ({ item: { ...item, display: 'MASQUE' } }))
    const list = await free().create<List>({ ...aWorkingList(`Patient/${mine.id}`, []), entry: items })
    const address = `List/${list.id}`
    const create = (headers: Record<string, string>) =>
      as(who).post('List', aWorkingList(`Patient/${mine.id}`, []), headers)
    const criteria = { 'if-none-exist': `_id=${list.id}` }
    const conditional = { ...creating(aWorkingList(`Patient/${mine.id}`, [])) }
    const bundle = aTransaction({
      ...conditional,
      request: { ...conditional.request, method: 'POST', url: 'List', ifNoneExist: `_id=${list.id}` },
    })
    for (const answer of [
      await as(who).get(address),
      await as(who).get(`${address}/_history`),
      await as(who).get(`${address}/_history/1`),
      await as(who).get(`List?_id=${list.id}`),
      await create(criteria),
      await as(who).post('', bundle, { prefer: 'return=representation' }),
    ]) {
      assert.equal(answer.status, 200, answer.text)
      assert.ok(answer.text.includes(list.id))
      assert.ok(!answer.text.includes('MASQUE'), answer.text)
    }
    const number = `${identifier.system}|${identifier.value}`
    for (const query of [
      `item:identifier=${number}`,
      `item:identifier=${identifier.value}`,
      `item=${contentOf(masked)}`,
    ]) {
      const answer = await as(who).get(`List?${query.replace('|', '%7C')}`)
      assert.deepEqual(resourcesOf(answer.resource('Bundle')), [], query)
    }
  })
})

function naming(
  where: 'subject' | 'source' | 'list',
  id: string,
  identifier: object,
): [string, DocumentReference | List] {
  const subject = { reference: `Patient/${id}`, identifier }
  if (where === 'list') return ['List', { ...aWorkingList(`Patient/${id}`, []), subject }]
  const document = aLabelled(id)
  if (where === 'subject') return ['DocumentReference', { ...document, subject }]
  const contained = document.contained?.map((one) =>
    one.resourceType === 'Patient' ? { ...one, identifier: [identifier] } : one,
  )
  return ['DocumentReference', { ...document, ...(contained && { contained }) }]
}
