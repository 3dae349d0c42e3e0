import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DocumentReference } from '@medplum/fhirtypes'
import { PDSM } from '../../support/builders/urls.ts'
import { aContent, aDocument } from '../../support/builders.ts'
import { sharedServer } from '../../support/server.ts'
import {
  attached,
  errorsOf,
  MHD_SIMPLIFIED,
  PDSM_SIMPLIFIED,
  published,
  register,
  setsOf,
  stateOf,
} from './documents.ts'

/** ITI-105: what a document is held to (documents-fr.md 1.3). */
const strict = sharedServer({ config: { validation: 'strict' } })
const lenient = sharedServer()

describe('what it is held to', () => {
  /** Nothing that the profiles do not ask for. */
  const least = (subject: string): DocumentReference => {
    const document = aDocument(subject).inline(aContent()).build()
    const { masterIdentifier, contained, date, author, custodian, securityLabel, content } = document
    const kept = contained?.filter(({ resourceType }) => resourceType !== 'Patient')
    return {
      resourceType: 'DocumentReference',
      meta: { profile: [PDSM_SIMPLIFIED] },
      ...(kept === undefined ? {} : { contained: kept }),
      ...(masterIdentifier === undefined ? {} : { masterIdentifier }),
      status: 'current',
      subject: { reference: subject },
      ...(date === undefined ? {} : { date }),
      ...(author === undefined ? {} : { author }),
      ...(custodian === undefined ? {} : { custodian }),
      ...(securityLabel === undefined ? {} : { securityLabel }),
      content: content?.map(({ attachment }) => ({ attachment })) ?? [],
    } as DocumentReference
  }

  test('MHD-105-02 MHD-105-11 PDSM-62: strict: a document that names the profile needs no more than it asks', async () => {
    const server = strict()
    for (const profile of [PDSM_SIMPLIFIED, `${PDSM_SIMPLIFIED}|3.1.1`, MHD_SIMPLIFIED]) {
      const sent = { ...least(await register(server)), meta: { profile: [profile] } }
      const document = published(await server.post('DocumentReference', sent))
      assert.equal(document.meta?.profile, undefined)
      assert.equal((await setsOf(server, document)).length, 1)
    }
  })

  test('MHD-105-04 MHD-105-11: strict: what is short of PDSm is published, its set names no profile', async () => {
    const server = strict()
    const { contained: _professionals, custodian: _hospital, ...sent } = least(await register(server))
    const author = [{ display: 'Aidant fictif', type: 'RelatedPerson' as const }]
    const meta = { profile: [MHD_SIMPLIFIED] }
    const document = published(await server.post('DocumentReference', { ...sent, author, meta }))
    const [set] = await setsOf(server, document)
    assert.deepEqual([set?.status, set?.meta?.profile, set?.source], ['current', undefined, undefined])
  })

  test('PDSM-37 PDSM-38: strict: it can be archived afterwards', async () => {
    const server = strict()
    const document = published(await server.post('DocumentReference', least(await register(server))))
    const url = `${PDSM}/StructureDefinition/pdsm-ext-is-archived`
    const archive = [{ op: 'add', path: '/extension', value: [{ url, valueBoolean: true }] }]
    const answer = await server.patch(`DocumentReference/${document.id}`, archive)
    assert.equal(answer.status, 200, answer.text)
  })

  const missing: readonly [id: string, change: (sent: DocumentReference) => object][] = [
    ['no unique id', ({ masterIdentifier: _, ...sent }) => sent],
    ['no author', ({ author: _, contained: __, custodian: ___, ...sent }) => sent],
    ['no title', (sent) => attached(sent, { title: undefined })],
    ['no content type', (sent) => attached(sent, { contentType: undefined })],
    [
      'an identifier, which the server gives',
      (sent) => ({
        ...sent,
        identifier: [{ use: 'official', system: 'urn:ietf:rfc:3986', value: `urn:uuid:${crypto.randomUUID()}` }],
      }),
    ],
    ['a draft', (sent) => ({ ...sent, docStatus: 'final' })],
  ]
  for (const [id, change] of missing) {
    test(`MHD-105-02 PDSM-62 PDSM-65: strict: ${id}: 422, told what is wrong, nothing stored`, async () => {
      const server = strict()
      const sent = change(least(await register(server)))
      const before = await stateOf(server)
      const answer = await server.post('DocumentReference', sent)
      assert.equal(answer.status, 422, answer.text)
      assert.ok(errorsOf(answer.resource('OperationOutcome')).length > 0)
      assert.deepEqual(await stateOf(server), before)
    })
  }

  test('MHD-105-11: lenient: what only the profile misses is told', async () => {
    const server = lenient()
    const sent = attached(least(await register(server)), { title: undefined })
    const answer = await server.post('DocumentReference', sent, { prefer: 'return=OperationOutcome' })
    assert.equal(answer.status, 201, answer.text)
    const { issue } = answer.resource('OperationOutcome')
    assert.ok(
      issue?.some(({ severity, expression }) => severity === 'warning' && /attachment/.test(expression?.[0] ?? '')),
    )
  })

  test('MHD-105-11: strict: one that does not name the profile is held to comprehensive metadata', async () => {
    const server = strict()
    const { meta: _meta, ...sent } = least(await register(server))
    assert.equal((await server.post('DocumentReference', sent)).status, 422)
    const whole = aDocument(await register(server)).inline(aContent())
    published(await server.post('DocumentReference', whole.build()))
  })
})
