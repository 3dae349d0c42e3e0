import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContent, aDocument, IPP, urnUuid } from '../../support/builders.ts'
import { sharedServer } from '../../support/server.ts'
import { feed, followed, found, merged } from '../iti-104/support.ts'
import { accepted, aDraft, addressOf, aSubmission, bundleOf } from './samples.ts'

/** What happens right before the next commit: somebody is faster. */
let meanwhile: (() => Promise<unknown>) | undefined

const server = sharedServer({
  withRecord: (record) => {
    const { store } = record.dcc
    const commit: typeof store.commit = async (changes) => {
      const first = meanwhile
      meanwhile = undefined
      await first?.()
      return store.commit(changes)
    }
    const raced = new Proxy(store, {
      get: (target, name) => {
        if (name === 'commit') return commit
        const member: unknown = Reflect.get(target, name)
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
    return { ...record, dcc: { ...record.dcc, store: raced } }
  },
})

test('MHD-65-10 PIX-104-2: a submission whose patient is merged meanwhile is filed with the survivor', async () => {
  const [one, survivor] = [await followed(server()), await followed(server())]
  meanwhile = () => merged(server(), one, survivor)
  const [, document] = await accepted(server(), aSubmission(one.reference))
  assert.equal(meanwhile, undefined)
  assert.ok(addressOf(document).startsWith(`DocumentReference/${survivor.id}.`))
})

test('MHD-105-10 PIX-104-2: a document whose patient is merged meanwhile is published with the survivor', async () => {
  const [one, survivor] = [await followed(server()), await followed(server())]
  meanwhile = () => merged(server(), one, survivor)
  const { id } = await server().create(aDocument(one.reference).inline(aContent()).build())
  assert.ok(id.startsWith(`${survivor.id}.`))
})

test('MHD-65-05 PIX-104-2: a number that names another patient meanwhile files with that one, however it is written', async () => {
  for (const kind of ['conditional reference', 'conditional creation', 'logical reference']) {
    const [one, survivor] = [await followed(server()), await followed(server())]
    await merged(server(), one, survivor)
    const criteria = `identifier=${IPP}|${one.person.ipp}`
    const created = urnUuid()
    const draft = {
      'conditional reference': aDraft({ reference: `Patient?${criteria}` }),
      'conditional creation': aDraft(created),
      'logical reference': aDraft({ identifier: { system: IPP, value: one.person.ipp } }),
    }[kind]
    assert.ok(draft !== undefined)
    const request = { method: 'POST' as const, url: 'Patient', ifNoneExist: criteria }
    if (kind === 'conditional creation') draft.others.push({ fullUrl: created, resource: one.person.build(), request })
    meanwhile = () => feed(server(), one.person.ipp, one.person.build())
    const [, document] = await accepted(server(), bundleOf(draft))
    assert.equal(meanwhile, undefined)
    assert.ok(addressOf(document).startsWith(`DocumentReference/${one.id}.`), kind)
    assert.deepEqual(await found(server(), `DocumentReference?patient=${survivor.reference}`), [survivor.document])
  }
})
