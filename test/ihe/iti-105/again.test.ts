import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DocumentReference } from '@medplum/fhirtypes'
import { assertRefused } from '../../support/client.ts'
import { sharedServer } from '../../support/server.ts'
import { attached, facts, MHD_SIMPLIFIED, published, register, simplified, stateOf } from './documents.ts'

/** ITI-105: what becomes of a document that is sent again (src/ihe/iti-105.ts). */
const lenient = sharedServer()

describe('the same document sent again', () => {
  const again = async (change: (sent: DocumentReference) => DocumentReference) => {
    const server = lenient()
    const sent = simplified(await register(server))
    const first = published(await server.post('DocumentReference', sent))
    const before = await stateOf(server)
    const answer = await server.post('DocumentReference', change(structuredClone(sent)))
    assert.deepEqual(await stateOf(server), before)
    return { first, answer }
  }

  test('MHD-105-10: is found: 200 with what is there, and nothing is stored', async () => {
    const { first, answer } = await again((sent) => sent)
    assert.deepEqual(published(answer, 200), first)
    assert.ok(answer.headers.location?.endsWith(`/DocumentReference/${first.id}/_history/1`))
  })

  const same: readonly [id: string, change: (sent: DocumentReference) => DocumentReference][] = [
    ['without the size and hash that it had', (sent) => attached(sent, { size: undefined, hash: undefined })],
    ['with another profile', (sent) => ({ ...sent, meta: { profile: [MHD_SIMPLIFIED] } })],
  ]
  for (const [id, change] of same) {
    test(`MHD-105-10: ${id}: 200`, async () => {
      const { first, answer } = await again(change)
      assert.equal(published(answer, 200).id, first.id)
    })
  }

  const others: readonly [id: string, xds: string, change: (sent: DocumentReference) => DocumentReference][] = [
    ['with other bytes', 'XDSNonIdenticalHash', (sent) => attached(sent, { ...facts('autre') })],
    ['with another title', 'XDSDuplicateUniqueIdInRegistry', (sent) => attached(sent, { title: 'Autre' })],
    ['with another type', 'XDSDuplicateUniqueIdInRegistry', (sent) => ({ ...sent, type: { text: 'autre' } })],
    [
      'with another label',
      'XDSDuplicateUniqueIdInRegistry',
      (sent) => ({ ...sent, securityLabel: [...(sent.securityLabel ?? []), { text: 'autre' }] }),
    ],
    [
      'with an entryUUID',
      'XDSDuplicateUniqueIdInRegistry',
      (sent) => ({
        ...sent,
        identifier: [
          { use: 'official', system: 'urn:ietf:rfc:3986', value: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0' },
        ],
      }),
    ],
  ]
  for (const [id, xds, change] of others) {
    test(`MHD-105-07: ${id}: 409, naming the document that is there`, async () => {
      const { first, answer } = await again(change)
      const issue = assertRefused(answer, 409, 'document.duplicate')
      assert.match(issue.details?.text ?? '', new RegExp(`DocumentReference/${first.id}`))
      assert.equal(issue.details?.coding?.[1]?.code, xds)
    })
  }

  test('MHD-105-07: of another patient: 409', async () => {
    const server = lenient()
    const sent = simplified(await register(server))
    published(await server.post('DocumentReference', sent))
    const subject = { reference: await register(server) }
    assertRefused(await server.post('DocumentReference', { ...sent, subject }), 409, 'document.duplicate')
  })

  test('MHD-105-07: after it was withdrawn: 409, it does not come back', async () => {
    const server = lenient()
    const sent = simplified(await register(server))
    const { id } = published(await server.post('DocumentReference', sent))
    assert.equal((await server.delete(`DocumentReference/${id}`)).status, 204)
    assertRefused(await server.post('DocumentReference', sent), 409, 'document.duplicate')
  })

  test('MHD-105-10: a replacement sent again answers the same, though its target is superseded by now', async () => {
    const server = lenient()
    const subject = await register(server)
    const old = published(await server.post('DocumentReference', simplified(subject)))
    const target = {
      identifier: { system: old.masterIdentifier?.system ?? '', value: old.masterIdentifier?.value ?? '' },
    }
    const sent = simplified(subject, { relatesTo: [{ code: 'replaces', target }] })
    const first = published(await server.post('DocumentReference', sent))
    assert.deepEqual(published(await server.post('DocumentReference', sent), 200), first)
  })

  test('MHD-105-10: ten times at once it is stored once', async () => {
    const server = lenient()
    const subject = await register(server)
    const sent = simplified(subject)
    const answers = await Promise.all(Array.from({ length: 10 }, () => server.post('DocumentReference', sent)))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array.from({ length: 9 }, () => 200), 201])
    assert.equal(new Set(answers.map((answer) => answer.resource('DocumentReference').id)).size, 1)
    assert.equal((await server.get(`List?patient=${subject}`)).resource('Bundle').total, 1)
  })
})
