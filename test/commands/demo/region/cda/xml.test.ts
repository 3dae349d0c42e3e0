import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  element,
  elements,
  fragment,
  NOTHING,
  text,
  xmlDocument,
} from '../../../../../src/commands/demo/region/cda/xml.ts'
import { parse } from '../a-region.ts'

const HOSTILE = `<a href="x">&amp; ]]> 'é'</a>`

test('text and attributes come back as they were given, whatever they hold', () => {
  const root = parse(xmlDocument(element('r', { a: HOSTILE }, text(HOSTILE)))).documentElement
  assert.equal(root?.textContent, HOSTILE)
  assert.equal(root?.getAttribute('a'), HOSTILE)
})

test('an element without content is closed at once, and an undefined attribute is left out', () => {
  assert.equal(element('a', { b: undefined, c: false, d: 0 }), '<a c="false" d="0"/>')
  assert.equal(element('a', {}, NOTHING), '<a/>')
})

test('a maker of elements writes what element writes', () => {
  const make = elements('a', { b: '"' })
  assert.equal(make(text('x'), text('y')), element('a', { b: '"' }, text('x'), text('y')))
  assert.equal(make(), element('a', { b: '"' }))
  assert.equal(fragment([make(), make()]), `${make()}${make()}`)
})
