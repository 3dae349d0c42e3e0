import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Discord } from '../../src/dcc/call/resolution.ts'
import { aPatient } from '../support/builders.ts'
import { ONCOLOGIST } from '../support/signed-in.ts'
import { formsOf } from '../support/visitor.ts'
import { type Guest, pagesServer } from './pages-server.ts'

describe('a call that contradicts the record', () => {
  const pages = pagesServer()
  const conflicting = async (guest: Guest, rule: 'R2' | 'R5' | 'R6', differing: Discord[], patientIds: string[]) => {
    const resolution = { kind: 'conflict', rule, insIgnored: undefined, differing, patientIds } as const
    const { id, context } = await pages().call(guest, { resolution })
    return `/conflict/${id}?contexte=${context.id}`
  }

  const CONFLICTS: [rule: 'R2' | 'R5' | 'R6', differing: Discord[], named: string[], left: string[]][] = [
    ['R2', ['birthDate'], ['Date de naissance'], ['Nom de naissance', 'Sexe']],
    ['R5', ['birthFamily', 'gender'], ['Nom de naissance', 'Sexe'], ['Date de naissance']],
    ['R6', ['identifiers'], ['Les numéros'], ['Sexe', 'Date de naissance']],
  ]
  for (const [rule, differing, named, left] of CONFLICTS) {
    test(`${rule}: names what differs and shows nothing of the record, nor a way to it`, async () => {
      const { habilitated, patient } = pages()
      const id = await patient(aPatient().named('GARDE-FICTIF', 'SECRETE').build(), ONCOLOGIST)
      const guest = await habilitated()
      const shown = await guest.visitor.get(await conflicting(guest, rule, differing, [id]))
      assert.equal(shown.status, 409)
      assert.match(shown.text, /<h1>Discordance d’identité<\/h1>/)
      for (const name of named) assert.match(shown.text, new RegExp(`<li>${name}`))
      for (const name of left) assert.doesNotMatch(shown.text, new RegExp(`<li>${name}`))
      assert.doesNotMatch(shown.text, /GARDE-FICTIF|SECRETE|1930/)
      assert.match(shown.text, /INCONNU-FICTIF/, 'whom the call is about, as the DPI has said it')
      assert.ok(!shown.text.includes(id))
      assert.deepEqual(
        formsOf(shown).map(({ action }) => action.pathname),
        ['/logout'],
      )
      assert.match(shown.text, /la référence <code>reference-of-the-call<\/code>/)
      assert.match(shown.text, /identitovigilance/)
      assert.match(shown.text, /href="https:\/\/dpi\.example\.test\/retour"/)
    })
  }

  test('threat parameter-tampering: a conflict is not turned into a sheet, a choice or another tab', async () => {
    const { habilitated } = pages()
    const guest = await habilitated()
    const address = await conflicting(guest, 'R2', ['birthDate'], ['x'])
    const other = await conflicting(guest, 'R2', ['birthDate'], ['y'])
    assert.equal((await guest.visitor.get(address.replace('/conflict/', '/drafts/'))).status, 410)
    assert.equal((await guest.visitor.get(address.replace('/conflict/', '/candidates/'))).status, 409)
    assert.equal((await guest.visitor.get(`${address.split('?')[0]}?${other.split('?')[1]}`)).status, 409)
  })
})
