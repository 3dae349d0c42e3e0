import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isNarrative } from '../../../src/fhir/xml/narrative.ts'

const div = (content: string, attributes = ''): string =>
  `<div xmlns="http://www.w3.org/1999/xhtml"${attributes}>${content}</div>`

const accepted: { id: string; text: string }[] = [
  {
    id: 'text and tables',
    text: div('<p class="a" style="color: red">é &amp; <b>b</b></p><table><tr><td>1</td></tr></table>'),
  },
  { id: 'a link to a page', text: div('<a href="https://example.org/?a=b:c">x</a>') },
  { id: 'a link inside the record', text: div('<a href="Patient/1">x</a> <a href="#p1" name="p2">y</a>') },
  { id: 'an address to write to', text: div('<a href="mailto:a@example.org">x</a>') },
  { id: 'a picture inside', text: div('<img alt="x" src="data:image/png;base64,QQ=="/>') },
]
for (const { id, text } of accepted) test(`a narrative may hold ${id}`, () => assert.equal(isNarrative(text), true))

const refused: { id: string; text: string }[] = [
  { id: 'a script', text: div('<script>alert(1)</script>') },
  { id: 'a frame', text: div('<iframe src="https://example.org"/>') },
  { id: 'a form', text: div('<form action="https://example.org"><input name="a"/></form>') },
  { id: 'an object', text: div('<object data="a.swf"/>') },
  { id: 'a style sheet', text: div('<link rel="stylesheet" href="https://example.org/a.css"/>') },
  { id: 'an event handler', text: div('<p onclick="alert(1)">x</p>') },
  { id: 'an event handler of the div itself', text: div('x', ' onmouseover="alert(1)"') },
  { id: 'a link that runs', text: div('<a href="javascript:alert(1)">x</a>') },
  { id: 'a link that runs, disguised', text: div('<a href=" Java&#10;Script:alert(1)">x</a>') },
  { id: 'a page inside an address', text: div('<a href="data:text/html,&lt;script&gt;">x</a>') },
  { id: 'a picture that could hold a script', text: div('<img src="data:image/svg+xml;base64,QQ=="/>') },
  { id: 'another namespace', text: div('<svg xmlns="http://www.w3.org/2000/svg"/>') },
  { id: 'no div', text: '<p xmlns="http://www.w3.org/1999/xhtml">x</p>' },
  { id: 'an open element', text: div('<b>x') },
]
for (const { id, text } of refused)
  test(`a narrative must not hold ${id}`, () => assert.equal(isNarrative(text), false))

test('a narrative that nests without end is refused at once', () => {
  const startedAt = performance.now()
  assert.equal(isNarrative(div('<b>'.repeat(1_000_000))), false)
  assert.ok(performance.now() - startedAt < 1000, 'refused at the limit, not at the end')
})
