import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aPatient } from '../support/builders.ts'
import { aProfessional, ONCOLOGIST } from '../support/signed-in.ts'
import { formsOf } from '../support/visitor.ts'
import { type Guest, pagesServer } from './pages-server.ts'

describe('patients who may be meant by a call', () => {
  const pages = pagesServer()
  const namesake = (given = 'PAUL') =>
    aPatient().named('INCONNU-FICTIF', given).born('1964-07-02').with({ gender: 'male' }).build()
  const called = (guest: Guest, ...ids: string[]) =>
    pages().call(guest, {
      resolution: {
        kind: 'candidates',
        rule: 'R7',
        insIgnored: undefined,
        candidates: ids.map((patientId) => ({ patientId })),
      },
    })

  test('R7: each is shown beside the call, trait by trait, and none is chosen beforehand', async () => {
    const { habilitated, patient } = pages()
    const ids = [await patient(namesake(), ONCOLOGIST), await patient(namesake('PAULINE'), ONCOLOGIST)]
    const guest = await habilitated()
    const { id, context } = await called(guest, ...ids)
    const shown = await guest.visitor.get(`/candidates/${id}?contexte=${context.id}`)
    assert.equal(shown.status, 200)
    assert.match(shown.text, /Transmis par «&nbsp;DPI du CHU Fictif&nbsp;»/)
    assert.match(shown.text, /Dossier 1/)
    assert.match(shown.text, /PAULINE <span class="mark open">différent<\/span>/)
    assert.doesNotMatch(shown.text, / checked| selected/)
    const choices = formsOf(shown).filter(({ action }) => action.pathname === `/candidates/${id}`)
    assert.deepEqual(
      choices.map(({ fields }) => fields.patient ?? fields.none),
      [...ids, 'oui'],
    )
  })

  test('R10: nobody whom the professional may not see is among them', async () => {
    const { habilitated, patient } = pages()
    const foreign = await patient(namesake('SECRET'), aProfessional('810000000002'))
    const guest = await habilitated()
    const { id, context } = await called(guest, await patient(namesake(), ONCOLOGIST), foreign)
    const { text } = await guest.visitor.get(`/candidates/${id}?contexte=${context.id}`)
    assert.doesNotMatch(text, /SECRET|Dossier 2/)
  })

  test('R7: one is chosen, or none of them, by the rules of calls', async () => {
    const { habilitated, patient, calls } = pages()
    const chosen = await patient(namesake(), ONCOLOGIST)
    const guest = await habilitated()
    guest.visitor.following = false
    const { id, context } = await called(guest, chosen)
    const fields = { jeton: guest.csrf, contexte: context.id }
    const one = await guest.visitor.post(`/candidates/${id}`, { ...fields, patient: chosen })
    assert.deepEqual([one.status, one.headers.get('location')], [303, calls.leadsTo])
    assert.deepEqual(calls.asked.at(-1), { method: 'choose', id, with: chosen })
    await guest.visitor.post(`/candidates/${id}`, { ...fields, none: 'oui' })
    assert.deepEqual(calls.asked.at(-1), { method: 'choose', id, with: undefined })
  })

  test('a choice that says nothing, or both, is none', async () => {
    const { habilitated, calls } = pages()
    const guest = await habilitated()
    const { id, context } = await called(guest)
    const before = calls.asked.length
    for (const choice of [{}, { patient: 'x', none: 'oui' }]) {
      const fields: Record<string, string> = { jeton: guest.csrf, contexte: context.id, ...choice }
      assert.equal((await guest.visitor.post(`/candidates/${id}`, fields)).status, 400)
    }
    assert.equal(calls.asked.length, before)
  })

  test('threat parameter-tampering: candidates of another tab or session are not chosen from', async () => {
    const { habilitated, calls } = pages()
    const [guest, stranger] = [await habilitated(), await habilitated({ professional: aProfessional('810000000006') })]
    const [one, other] = [await called(guest), await called(guest)]
    const before = calls.asked.length
    const mixed = { jeton: guest.csrf, contexte: other.context.id, none: 'oui' }
    assert.equal((await guest.visitor.post(`/candidates/${one.id}`, mixed)).status, 409)
    const stolen = { jeton: stranger.csrf, contexte: one.context.id, none: 'oui' }
    assert.equal((await stranger.visitor.post(`/candidates/${one.id}`, stolen)).status, 410)
    assert.equal((await guest.visitor.get(`/candidates/${one.id}?contexte=${other.context.id}`)).status, 409)
    assert.equal(calls.asked.length, before)
  })
})
