import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { bytesOfData, headOfData, holdsMarks, setAside, withContents } from '../../src/dcc/set-aside.ts'

const CONTENT = randomBytes(100_000)
const BASE64 = CONTENT.toString('base64')

/** The `data` of a body after its contents were set aside. */
function dataOf(body: Buffer): string {
  const { data } = JSON.parse(body.toString()) as { data: string }
  return data
}

describe('contents of a body that are set aside', () => {
  test('are decoded from the bytes of the body, which keeps its shape', () => {
    const sent = Buffer.from(JSON.stringify({ resourceType: 'Binary', contentType: 'application/pdf', data: BASE64 }))
    const { body, release } = setAside(sent, 'json')
    assert.ok(body.length < 200)
    const data = dataOf(body)
    assert.match(data, /^[A-Za-z0-9+/]{32}$/)
    assert.deepEqual(bytesOfData(data), CONTENT)
    assert.deepEqual(headOfData(data, 400), CONTENT.subarray(0, 300))
    assert.equal(withContents(JSON.stringify({ data })), JSON.stringify({ data: BASE64 }))
    release()
  })

  test('are those of every entry, in JSON and in XML', () => {
    const other = randomBytes(50_001)
    const json = `{"a":{"data" : "${BASE64}"},"b":[{"data":\n"${other.toString('base64')}"}]}`
    const inJson = setAside(Buffer.from(json), 'json')
    assert.equal(withContents(inJson.body.toString()), json)
    assert.ok(inJson.body.length < 120)
    const xml = `<Bundle><data value="${BASE64}"/><x><data value = "${other.toString('base64')}"></data></x></Bundle>`
    const inXml = setAside(Buffer.from(xml), 'xml')
    assert.equal(withContents(inXml.body.toString()), xml)
    assert.ok(inXml.body.length < 170)
  })

  const KEPT: readonly (readonly [string, string])[] = [
    ['short', JSON.stringify({ data: BASE64.slice(0, 4000) })],
    ['with white space', JSON.stringify({ data: `${BASE64.slice(0, 76)}\r\n${BASE64.slice(76)}` })],
    [
      'with a character that is no base64',
      JSON.stringify({ data: `${BASE64.slice(0, 50_000)}é${BASE64.slice(50_003)}` }),
    ],
    ['in base64url', JSON.stringify({ data: `-_${BASE64.slice(2)}` })],
    ['with padding in the middle', JSON.stringify({ data: `${BASE64.slice(0, 40_000)}QQ==${BASE64.slice(40_004)}` })],
    ['that is cut', JSON.stringify({ data: BASE64.slice(0, 99_999) })],
    ['with escaped characters', `{"data":"${BASE64.replaceAll('/', '\\/')}"}`],
    ['of another element', JSON.stringify({ text: BASE64, value: BASE64 })],
    ['quoted in a text', JSON.stringify({ text: `{"data":"${BASE64}"}` })],
    ['that never ends', `{"data":"${BASE64}`],
  ]
  for (const [name, json] of KEPT) {
    test(`not one ${name}: it stays as it is`, () => {
      const sent = Buffer.from(json)
      assert.equal(setAside(sent, 'json').body, sent)
    })
  }

  test('are gone when the request is over: reading a mark then is an error, not other bytes', () => {
    const { body, release } = setAside(Buffer.from(JSON.stringify({ data: BASE64 })), 'json')
    release()
    assert.throws(() => bytesOfData(dataOf(body)))
  })

  test('cannot be asked for: a mark of another process is base64 like any other', () => {
    const guess = randomBytes(24).toString('base64')
    assert.deepEqual(bytesOfData(guess), Buffer.from(guess, 'base64'))
    assert.equal(holdsMarks(guess), false)
  })

  test('come back whole, whatever surrounds them', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 24_576, max: 40_000 }), (beside, size) => {
        const json = JSON.stringify([beside, { data: randomBytes(size).toString('base64') }, beside])
        const { body, release } = setAside(Buffer.from(json), 'json')
        const whole = withContents(body.toString())
        release()
        assert.equal(whole, json)
        assert.ok(body.length < json.length)
      }),
      { numRuns: 50 },
    )
  })
})
