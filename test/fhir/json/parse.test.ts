import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findSyntaxError } from '../../../src/fhir/json/locate.ts'
import { JsonError, parseJson } from '../../../src/fhir/json/parse.ts'
import type { JsonValue } from '../../../src/fhir/json/value.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (text: string, maxDepth = 64): JsonValue => parseJson(bytesOf(text), { maxDepth })

function refusal(bytes: Uint8Array, maxDepth = 64): JsonError {
  try {
    parseJson(bytes, { maxDepth })
  } catch (error) {
    assert.ok(error instanceof JsonError, 'only a JsonError may come out')
    return error
  }
  return assert.fail('accepted')
}

const accepted: { id: string; text: string; value: JsonValue }[] = [
  { id: 'an object', text: '{"resourceType":"Patient"}', value: { resourceType: 'Patient' } },
  { id: 'a byte order mark', text: '\ufeff{"a":1}', value: { a: 1 } },
  {
    id: 'the same key in two objects',
    text: '[{"a":1},{"a":{"a":2}},{"b":{"a":3},"a":4}]',
    value: [{ a: 1 }, { a: { a: 2 } }, { b: { a: 3 }, a: 4 }],
  },
  { id: 'a key that is also a value', text: '{"a":"b","b":"a"}', value: { a: 'b', b: 'a' } },
  { id: 'a key that ends with backslashes', text: String.raw`{"a\\":1,"a":2}`, value: { 'a\\': 1, a: 2 } },
  {
    id: 'structure inside strings',
    text: String.raw`{"a":"{[\"a\":,\\\"]}","b":"\\"}`,
    value: { a: '{["a":,\\"]}', b: '\\' },
  },
  { id: 'a pair of surrogates', text: String.raw`"\ud83d\uDE00"`, value: '😀' },
  { id: 'an escaped backslash before ud800', text: String.raw`"\\ud800"`, value: '\\ud800' },
  { id: '__proto__ as a value', text: '["__proto__"]', value: ['__proto__'] },
  {
    id: 'names of Object.prototype as keys',
    text: '{"constructor":{"prototype":1},"toString":2}',
    value: JSON.parse('{"constructor":{"prototype":1},"toString":2}'),
  },
  { id: 'a trailing zero, lost as by JSON.parse', text: '1.50', value: 1.5 },
  { id: 'white space of every kind', text: ' \t\r\n[ ]\n', value: [] },
]
for (const { id, text, value } of accepted) {
  test(`reads ${id}`, () => assert.deepEqual(read(text), value))
}

const refused: { id: string; text: string; key: string; line: number; column: number }[] = [
  { id: 'nothing', text: '', key: 'json.syntax', line: 1, column: 1 },
  { id: 'blanks only', text: ' \n ', key: 'json.syntax', line: 2, column: 2 },
  { id: 'trailing garbage', text: '{"a":1} x', key: 'json.syntax', line: 1, column: 9 },
  { id: 'two values', text: '{}{}', key: 'json.syntax', line: 1, column: 3 },
  { id: 'a trailing comma', text: '{\n "a":1,\n}', key: 'json.syntax', line: 3, column: 1 },
  { id: 'a missing comma', text: '{"a":1 "b":2}', key: 'json.syntax', line: 1, column: 8 },
  { id: 'a missing colon', text: '{"a" 1}', key: 'json.syntax', line: 1, column: 6 },
  { id: 'a missing value', text: '[1,]', key: 'json.syntax', line: 1, column: 4 },
  { id: 'a wrong closer', text: '[1}', key: 'json.syntax', line: 1, column: 3 },
  { id: 'an unclosed object', text: '{"a":{"b":1}', key: 'json.syntax', line: 1, column: 13 },
  { id: 'an unclosed string', text: '["abc', key: 'json.syntax', line: 1, column: 6 },
  { id: 'a wrong literal', text: '{"a":True}', key: 'json.syntax', line: 1, column: 6 },
  { id: 'NaN', text: '[NaN]', key: 'json.syntax', line: 1, column: 2 },
  { id: 'a leading zero', text: '[01]', key: 'json.syntax', line: 1, column: 3 },
  { id: 'a lone minus', text: '[-]', key: 'json.syntax', line: 1, column: 2 },
  { id: 'a comment', text: '[1 /* one */]', key: 'json.syntax', line: 1, column: 4 },
  { id: 'a control character', text: '["a\u0001"]', key: 'json.syntax', line: 1, column: 4 },
  { id: 'a raw line feed in a string', text: '["a\nb"]', key: 'json.syntax', line: 1, column: 4 },
  { id: 'a wrong escape', text: String.raw`["\x41"]`, key: 'json.syntax', line: 1, column: 3 },
  { id: 'a number over the doubles', text: '[1e400]', key: 'json.syntax', line: 1, column: 2 },
  { id: 'a number over the doubles, in full', text: `[-${'9'.repeat(310)}.5]`, key: 'json.syntax', line: 1, column: 2 },
  { id: 'a key twice', text: '{"a":1,\n"b":2,"a":3}', key: 'json.duplicate-key', line: 2, column: 7 },
  {
    id: 'a key twice, once escaped',
    text: String.raw`{"a":1,"\u0061":2}`,
    key: 'json.duplicate-key',
    line: 1,
    column: 8,
  },
  {
    id: 'a key twice after a nested object',
    text: '{"a":{"b":[{"c":1}]},"d":[],"a":1}',
    key: 'json.duplicate-key',
    line: 1,
    column: 29,
  },
  { id: 'the empty key twice', text: '{"":1,"":2}', key: 'json.duplicate-key', line: 1, column: 7 },
  { id: '__proto__', text: '{"a":[{"__proto__":{}}]}', key: 'json.forbidden-key', line: 1, column: 8 },
  { id: '__proto__, escaped', text: String.raw`{"\u005f_proto__":1}`, key: 'json.forbidden-key', line: 1, column: 2 },
  { id: 'a high surrogate alone', text: String.raw`["\ud83d"]`, key: 'json.encoding', line: 1, column: 3 },
  { id: 'a low surrogate alone', text: String.raw`["a\\\uDE00"]`, key: 'json.encoding', line: 1, column: 6 },
  {
    id: 'surrogates the wrong way round',
    text: String.raw`["\ude00\ud83d"]`,
    key: 'json.encoding',
    line: 1,
    column: 3,
  },
  { id: 'a lone surrogate in a key', text: String.raw`{"\ud800":1}`, key: 'json.encoding', line: 1, column: 3 },
]
for (const { id, text, key, line, column } of refused) {
  test(`refuses ${id}`, () => {
    const error = refusal(bytesOf(text))
    assert.deepEqual({ key: error.key, line: error.detail.line, column: error.detail.column }, { key, line, column })
  })
}

const malformedUtf8: { id: string; bytes: number[]; column: number }[] = [
  { id: 'a lone continuation byte', bytes: [0x80], column: 2 },
  { id: 'an overlong slash', bytes: [0xc0, 0xaf], column: 2 },
  { id: 'an overlong three-byte form', bytes: [0xe0, 0x80, 0xaf], column: 2 },
  { id: 'an encoded surrogate', bytes: [0xed, 0xa0, 0x80], column: 2 },
  { id: 'a character over U+10FFFF', bytes: [0xf4, 0x90, 0x80, 0x80], column: 2 },
  { id: 'Latin-1 after valid characters', bytes: [0xc3, 0xa9, 0xe9, 0x22], column: 3 },
  { id: 'a sequence cut short', bytes: [0xf0, 0x9f, 0x98], column: 2 },
]
for (const { id, bytes, column } of malformedUtf8) {
  test(`refuses ${id}`, () => {
    const error = refusal(Uint8Array.from([0x22, ...bytes]))
    assert.deepEqual([error.key, error.detail.column], ['json.encoding', column])
  })
}

test('counts depth from the outermost container', () => {
  assert.deepEqual(read('[{"a":[]}]', 3), [{ a: [] }])
  assert.equal(refusal(bytesOf('[{"a":[]}]'), 2).key, 'json.too-deep')
})

test('a depth of 100,000 is refused when forbidden and survived when allowed', () => {
  const deep = bytesOf(`${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`)
  assert.equal(refusal(deep).key, 'json.too-deep')
  assert.ok(Array.isArray(parseJson(deep, { maxDepth: 100_000 })))
  assert.equal(refusal(bytesOf('['.repeat(100_000)), 100_000).key, 'json.syntax')
})

test('an object keeps its prototype whatever its keys', () => {
  const value = read('{"constructor":1,"hasOwnProperty":2,"valueOf":3,"__defineGetter__":4}')
  assert.equal(Object.getPrototypeOf(value), Object.prototype)
  assert.equal(({} as Record<string, unknown>).polluted, undefined)
})

test('hundreds of keys are compared without a list', () => {
  const keys = Array.from({ length: 500 }, (_, i) => `"k${i}":{"k${i}":0}`)
  assert.equal(Object.keys(read(`{${keys.join()}}`) ?? {}).length, 500)
  assert.equal(refusal(bytesOf(`{${keys.join()},"k7":0}`)).key, 'json.duplicate-key')
  assert.equal(refusal(bytesOf(`{${keys.join()},"k499":0}`)).key, 'json.duplicate-key')
})

test('an error names its place and nothing of the body', () => {
  for (const text of ['{"nir":"Dupont"', '{"Dupont":1,"Dupont":2}', '["Dupont" x]']) {
    const error = refusal(bytesOf(text))
    assert.doesNotMatch(`${error.message}${JSON.stringify(error)}`, /Dupont/)
    assert.equal(error.cause, undefined)
  }
})

const isPlain = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (!Object.hasOwn(value, '__proto__') && Object.values(value).every(isPlain))
const anyJson = fc.jsonValue({ maxDepth: 6 }).filter(isPlain)

test('any JSON value comes back equal, compact or indented', () => {
  fc.assert(
    fc.property(anyJson, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      assert.deepEqual(read(text), JSON.parse(text))
    }),
    { numRuns: 500, seed: 1 },
  )
})

test('any bytes are read as JSON.parse would, or refused with a JsonError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        parseJson(bytes, { maxDepth: 8 })
      } catch (error) {
        assert.ok(error instanceof JsonError)
      }
    }),
    { numRuns: 1000, seed: 2 },
  )
})

/** Text made of the pieces of JSON, often well formed and often not. */
const almostJson = fc
  .array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      String.raw`"\u0061"`,
      '"',
      '1',
      '-',
      'e',
      'true',
      ' ',
      '\\',
      '\n',
    ),
    { maxLength: 14 },
  )
  .map((pieces) => pieces.join(''))

test('well-formed JSON with distinct keys is accepted, and nothing else (naive reference)', () => {
  fc.assert(
    fc.property(almostJson, (text) => {
      const reference = naive(text)
      if (reference === 'ok') assert.deepEqual(read(text), JSON.parse(text))
      else {
        const error = refusal(bytesOf(text))
        if (reference === 'duplicate') assert.equal(error.key, 'json.duplicate-key')
        else assert.ok(error.key === 'json.syntax' || error.key === 'json.duplicate-key')
      }
    }),
    { numRuns: 5000, seed: 3 },
  )
})

const keyed: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('1', '"a"', 'null', String.raw`"\""`),
    fc.array(tie('node'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc
      .array(fc.tuple(fc.constantFrom('"a"', '"b"', String.raw`"\u0062"`, '"c d"', String.raw`"a\\"`), tie('node')), {
        maxLength: 4,
      })
      .map((members) => `{${members.map(([key, value]) => `${key} : ${value}`).join(',')}}`),
  ),
})).node

test('a duplicate key is found exactly where a naive reader finds one', () => {
  fc.assert(
    fc.property(keyed, (text) => {
      if (naive(text) === 'ok') assert.deepEqual(read(text), JSON.parse(text))
      else assert.equal(refusal(bytesOf(text)).key, 'json.duplicate-key')
    }),
    { numRuns: 3000, seed: 4 },
  )
})

test('a syntax error is placed where JSON.parse places it, whenever it says so', () => {
  fc.assert(
    fc.property(almostJson, (text) => {
      if (naive(text) !== 'malformed') return
      const offset = findSyntaxError(text)
      const message = (() => {
        try {
          JSON.parse(text)
        } catch (error) {
          return error instanceof Error ? error.message : ''
        }
        return ''
      })()
      const told = /at position (\d+)/.exec(message)?.[1]
      const inScalar = /[-1e]/.test(text) || text.includes('"') // V8 points inside a number or a string, we at its start or end
      if (told !== undefined && !inScalar) assert.equal(offset, Number(told), text)
      assert.ok(offset <= text.length)
    }),
    { numRuns: 2000, seed: 5 },
  )
})

/** A slow, plain reader: counts members by recursion over the text that JSON.parse accepts. */
function naive(text: string): 'ok' | 'duplicate' | 'malformed' {
  try {
    JSON.parse(text)
  } catch {
    return 'malformed'
  }
  let at = 0
  let duplicate = false
  const blank = (): void => {
    while (/\s/.test(text.charAt(at))) at++
  }
  const string = (): string => {
    const literal = /"(?:[^"\\]|\\.)*"/y
    literal.lastIndex = at
    const raw = literal.exec(text)?.[0] ?? assert.fail('string expected')
    at += raw.length
    return JSON.parse(raw)
  }
  const value = (): void => {
    blank()
    const c = text.charAt(at)
    if (c === '"') string()
    else if (c === '{' || c === '[') {
      at++
      const keys: string[] = []
      for (blank(); text.charAt(at) !== '}' && text.charAt(at) !== ']'; blank()) {
        if (text.charAt(at) === ',') at++
        blank()
        if (c === '{') {
          keys.push(string())
          blank()
          at++
        }
        value()
      }
      at++
      if (new Set(keys).size < keys.length) duplicate = true
    } else while (/[-+.\w]/.test(text.charAt(at))) at++
  }
  value()
  return duplicate ? 'duplicate' : 'ok'
}
