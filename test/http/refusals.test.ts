import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aBatch, aContent, aDocument, anOrganization, aPatient, aTransaction, putting } from '../support/builders.ts'
import { assertRefused, type Headers } from '../support/client.ts'
import { sharedServer, startServer } from '../support/server.ts'

const server = sharedServer()
const FHIR_JSON = { 'content-type': 'application/fhir+json' }
const FHIR_XML = { 'content-type': 'application/fhir+xml' }

describe('a body that cannot be read: 400, never 500', () => {
  const nested = (depth: number) => `${'{"contact":['.repeat(depth)}${']}'.repeat(depth)}`
  const nestedXml = (depth: number) =>
    `<Patient xmlns="http://hl7.org/fhir">${'<extension url="x">'.repeat(depth)}${'</extension>'.repeat(depth)}</Patient>`
  const rows: readonly [id: string, body: string | Uint8Array, headers: Headers, key: string][] = [
    ['cut JSON', '{"resourceType":"Patient"', FHIR_JSON, 'json.syntax'],
    ['a comment', '{"resourceType":"Patient" /* x */}', FHIR_JSON, 'json.syntax'],
    ['two values', '{"resourceType":"Patient"}{}', FHIR_JSON, 'json.syntax'],
    ['a duplicate key', '{"resourceType":"Patient","active":true,"active":false}', FHIR_JSON, 'json.duplicate-key'],
    [
      'a duplicate key, escaped',
      '{"resourceType":"Patient","active":true,"\\u0061ctive":false}',
      FHIR_JSON,
      'json.duplicate-key',
    ],
    ['__proto__', '{"resourceType":"Patient","__proto__":{"polluted":true}}', FHIR_JSON, 'json.forbidden-key'],
    [
      '__proto__ deep down',
      '{"resourceType":"Patient","name":[{"__proto__":{"polluted":true}}]}',
      FHIR_JSON,
      'json.forbidden-key',
    ],
    [
      'constructor',
      '{"resourceType":"Patient","constructor":{"prototype":{"polluted":true}}}',
      FHIR_JSON,
      'structure.unknown-element',
    ],
    ['too deep', nested(101), FHIR_JSON, 'json.too-deep'],
    [
      'bytes that are no UTF-8',
      Buffer.from('{"resourceType":"Patient","id":"\xff\xfe"}', 'latin1'),
      FHIR_JSON,
      'json.encoding',
    ],
    ['half a surrogate pair', '{"resourceType":"Patient","language":"\\ud800"}', FHIR_JSON, 'json.encoding'],
    ['a number without end', '{"resourceType":"Patient","multipleBirthInteger":1e999}', FHIR_JSON, ''],
    ['an array', '[]', FHIR_JSON, 'structure.not-a-resource'],
    ['a text', '"Patient"', FHIR_JSON, 'structure.not-a-resource'],
    ['null', 'null', FHIR_JSON, 'structure.not-a-resource'],
    ['a control character', '{"resourceType":"Patient","name":[{"family":"A\\u0001B"}]}', FHIR_JSON, 'structure.value'],
    [
      'a character that XML cannot carry',
      '{"resourceType":"Patient","name":[{"family":"A\\uFFFEB"}]}',
      FHIR_JSON,
      'structure.value',
    ],
    [
      'a narrative that is no XHTML',
      '{"resourceType":"Patient","text":{"status":"generated","div":"<div>oups"}}',
      FHIR_JSON,
      'structure.value',
    ],
    [
      'a null without partner',
      '{"resourceType":"Patient","name":[{"given":["A"],"_given":[null,null]}]}',
      FHIR_JSON,
      'structure.wrong-shape',
    ],
    ['cut XML', '<Patient xmlns="http://hl7.org/fhir">', FHIR_XML, 'xml.syntax'],
    [
      'XML with a DTD',
      '<!DOCTYPE Patient [<!ENTITY e SYSTEM "file:///etc/passwd">]><Patient xmlns="http://hl7.org/fhir"><language value="&e;"/></Patient>',
      FHIR_XML,
      'xml.invalid',
    ],
    ['XML without namespace', '<Patient/>', FHIR_XML, 'xml.invalid'],
    [
      'XML with an element that R4 lacks',
      '<Patient xmlns="http://hl7.org/fhir"><nickname value="x"/></Patient>',
      FHIR_XML,
      'xml.invalid',
    ],
    ['XML too deep', nestedXml(120), FHIR_XML, 'xml.too-deep'],
    [
      'XML that is no UTF-8',
      Buffer.from('<Patient xmlns="http://hl7.org/fhir"><language value="\xff"/></Patient>', 'latin1'),
      FHIR_XML,
      '',
    ],
  ]
  for (const [id, body, headers, key] of rows) {
    test(id, async () => {
      const before = await server().counts()
      const answer = await server().post('Patient', body, headers)
      if (key === '') assert.equal(answer.status, 400, answer.text)
      else assertRefused(answer, 400, key)
      assert.deepEqual(await server().counts(), before)
      assert.equal(({} as { polluted?: unknown }).polluted, undefined)
    })
  }

  test('the place is told: line and column', async () => {
    const answer = await server().post('Patient', '{\n  "resourceType": "Patient",\n  oups\n}', FHIR_JSON)
    assert.match(assertRefused(answer, 400, 'json.syntax').details?.text ?? '', /ligne 3, colonne 3/)
  })
})

describe('an address that cannot be read: 400', () => {
  for (const target of ['Patient/%ZZ', 'Patient/%E9', 'Patient?name=%ZZ', 'Patient?name=%E9', 'Patient?na%me=x']) {
    test(target, async () => {
      assertRefused(await server().get(target), 400, 'http.url-encoding')
    })
  }

  test('a form that is no UTF-8', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    assertRefused(await server().post('Patient/_search', 'name=%E9', form), 400, 'http.url-encoding')
    assertRefused(
      await server().post('Patient/_search', Buffer.from('name=\xe9', 'latin1'), form),
      400,
      'http.url-encoding',
    )
    assert.equal((await server().post('Patient/_search', 'name=é', form)).status, 200)
  })
})

test('a store that is away: 503 with Retry-After, and no word of why', async () => {
  const own = await startServer()
  const { id } = await own.create(anOrganization())
  await own.record.dcc.store.close()
  try {
    for (const answer of [await own.get(`Organization/${id}`), await own.post('Organization', anOrganization())]) {
      assertRefused(answer, 503, 'store.closed')
      assert.equal(answer.headers['retry-after'], '2')
    }
    assert.equal((await own.get('metadata')).status, 200)
  } finally {
    await own.stop()
  }
})

describe('who is served', () => {
  const closed = sharedServer({ config: { auth: 'on' } })

  test('nobody without credentials, except for the CapabilityStatement', async () => {
    const requests = [
      await closed().get('Patient/x'),
      await closed().post('Patient', aPatient().build()),
      await closed().post('/fhir', aBatch()),
      await closed().get('Observation'),
    ]
    for (const answer of requests) {
      assertRefused(answer, 401, 'http.unauthorized')
      assert.equal(answer.headers['www-authenticate'], 'Bearer')
    }
    assert.equal((await closed().get('metadata')).status, 200)
    assert.equal((await closed().get('/healthz')).status, 200)
  })
})

describe('the language of refusals', () => {
  const rows: readonly [header: string | undefined, text: RegExp][] = [
    [undefined, /^Ressource inconnue\.$/],
    ['fr-FR,fr;q=0.9,en;q=0.8', /^Ressource inconnue\.$/],
    ['de', /^Ressource inconnue\.$/],
    ['*', /^Ressource inconnue\.$/],
    ['en', /^Unknown resource\.$/],
    ['en-GB,en;q=0.9,fr;q=0.5', /^Unknown resource\.$/],
    ['fr;q=0.2,en;q=0.9', /^Unknown resource\.$/],
  ]
  for (const [header, text] of rows) {
    test(`${header}`, async () => {
      const issue = assertRefused(
        await server().get('Patient/x', { 'accept-language': header }),
        404,
        'resource.unknown',
      )
      assert.match(issue.details?.text ?? '', text)
    })
  }
})

test('no value that a client sent is in a refusal, a log or a metric', async () => {
  const sentinel = 'Sentinelle7F3A'
  const digits = '284016322000210'
  const own = await startServer()
  try {
    const known = await own.create(aPatient().qualified().named(sentinel.toUpperCase()).build())
    const document = aDocument(`Patient/${known.id}`).inline(aContent())
    const attempts = [
      own.get(`Patient/${sentinel}`),
      own.get(`Patient/${digits}`),
      own.get(`${sentinel}/1`),
      own.get(`Patient/${known.id}/${sentinel}`),
      own.get(`/${sentinel}/${digits}`),
      own.get(`/%ZZ${sentinel}`),
      own.get(`Patient?${sentinel}=${digits}`, { prefer: 'handling=strict' }),
      own.get(`Patient?birthdate=${sentinel}`),
      own.get(`Patient?name:${sentinel}=${digits}`),
      own.get(`Patient?_cursor=${sentinel}`),
      own.get(`Patient?_sort=${sentinel}`, { prefer: 'handling=strict' }),
      own.get(`Patient?_include=${sentinel}`, { prefer: 'handling=strict' }),
      own.get('Patient', { accept: `application/${sentinel}` }),
      own.get(`Patient/${known.id}/_history?_since=${sentinel}`),
      own.post('Patient', `{"resourceType":"Patient","${sentinel}":"${digits}"}`, FHIR_JSON),
      own.post('Patient', `{"resourceType":"${sentinel}"}`, FHIR_JSON),
      own.post('Patient', `{"resourceType":"Patient" ${sentinel}`, FHIR_JSON),
      own.post('Patient', `<Patient xmlns="http://hl7.org/fhir"><${sentinel} value="${digits}"/></Patient>`, FHIR_XML),
      own.post('Patient', `<Patient xmlns="http://hl7.org/fhir"><gender value="${sentinel}"/><x/></Patient>`, FHIR_XML),
      own.post('Patient', { ...aPatient().build(), birthDate: sentinel }),
      own.post('Patient', 'x', { 'content-type': `application/${sentinel}` }),
      own.post('Patient', { ...aPatient().build(), identifier: known.identifier }),
      own.post('Patient', { ...aPatient().qualified().build(), gender: 'other', name: [{ family: sentinel }] }),
      own.put(`Patient?identifier=${digits}`, { ...known, id: sentinel }),
      own.put(`Patient/${known.id}`, { ...known, birthDate: '1901-01-01' }),
      own.patch(`Patient/${known.id}`, [{ op: 'replace', path: `/${sentinel}`, value: digits }]),
      own.patch(`Patient/${known.id}`, [{ op: sentinel, path: '/name', value: digits }]),
      own.post('DocumentReference', document.with({ subject: { reference: `Patient/${sentinel}` } }).build()),
      own.post(
        'DocumentReference',
        document.with({ subject: { identifier: { system: 'urn:x', value: digits } } }).build(),
      ),
      own.post('/fhir', aTransaction(putting(`Patient/${sentinel}`, { ...aPatient().build(), id: sentinel }))),
      own.post('/fhir', aTransaction({ request: { method: 'GET', url: `https://${sentinel}.example/${digits}` } })),
      own.send('OPTIONS', `Patient/${sentinel}`),
      own.post('Patient/_search', `birthdate=${sentinel}`, { 'content-type': 'application/x-www-form-urlencoded' }),
    ]
    for (const answer of await Promise.all(attempts)) {
      assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${answer.text}`)
      assert.ok(!answer.text.toLowerCase().includes(sentinel.toLowerCase()), answer.text)
      assert.ok(!answer.text.includes(digits), answer.text)
    }
    const metrics = (await own.get('/metrics')).text
    const written = [...own.logs, metrics].join('\n').toLowerCase()
    for (const secret of [sentinel.toLowerCase(), digits, known.id, known.identifier?.[0]?.value ?? '?']) {
      assert.ok(!written.includes(secret), secret)
    }
  } finally {
    await own.stop()
  }
})
