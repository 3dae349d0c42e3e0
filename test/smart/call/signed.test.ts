import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aPatient } from '../../support/builders.ts'
import { aDpi } from '../../support/dpi.ts'
import { protectedServer } from '../server.ts'
import { about, aKnownPatient, called, pathOf, seated } from './stories.ts'

const server = protectedServer()

test('R1: a signed call opens the sheet of the patient whose INS and traits are equal', async () => {
  const dpi = await aDpi(server())
  const patient = aPatient().qualified().build()
  const id = await aKnownPatient(server(), patient)
  const { visitor } = await seated(server())
  const page = await called(server(), visitor, dpi, about(patient))
  assert.equal(page.status, 200, page.text)
  assert.equal(pathOf(page), `/patients/${id}`)
})
