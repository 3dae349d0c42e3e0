import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Bundle, DocumentReference, Resource } from '@medplum/fhirtypes'
import {
  aBinary,
  aContent,
  aDocument,
  anOrganization,
  aPatient,
  aPractitioner,
  aRole,
  aSubmissionSet,
  INS_TEST,
  IPP,
} from '../../support/builders.ts'
import { assertRefused, linkOf, resourcesOf } from '../../support/client.ts'
import { overBothEngines, PUBLIC_ORIGIN, sharedServer, startServer } from '../../support/server.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const FHIR = `${PUBLIC_ORIGIN}/fhir`

await overBothEngines((server) => {
  /** Resources by the name that the tables below give them, and back. */
  const named = new Map<string, string>()
  const nameOf = (resource: Resource) => named.get(`${resource.resourceType}/${resource.id}`) ?? '?'
  const address = (name: string) => [...named].find(([, known]) => known === name)?.[0] ?? '?'
  const keep = async (name: string, resource: Resource) => {
    const stored = await server().create(resource)
    named.set(`${stored.resourceType}/${stored.id}`, name)
    return stored
  }
  const find = async (target: string, headers = {}) => {
    const answer = await server().get(target, headers)
    assert.equal(answer.status, 200, answer.text)
    return answer.resource('Bundle')
  }
  /** What was found; a warning about the search is none of it. */
  const names = (bundle: Bundle) =>
    resourcesOf(bundle)
      .filter(({ resourceType }) => resourceType !== 'OperationOutcome')
      .map(nameOf)

  const lea = aPatient().qualified().named('LEFÈVRE-FICTIF', 'LUCIE').born('1930-01-15')
  const marc = aPatient().named("D'ARC FICTIF", 'MARC-ANTOINE').born('1955-12-31').with({ gender: 'male' })

  before(async () => {
    await keep('lea', lea.build())
    await keep('marc', marc.build())
    await keep('camille', { ...aPractitioner(), name: [{ family: 'Étoile-Fictive', given: ['Camille'] }] })
    await keep('chu', { ...anOrganization(), name: 'CHU fictif de l’Étang' })
    await keep('service', { ...anOrganization(), name: 'Service d’oncologie', partOf: { reference: address('chu') } })
    await keep('role', aRole(address('camille'), address('service')))
    const document = async (subject: string, changes: Partial<DocumentReference>) => {
      const content = aContent()
      const binary = await server().create(aBinary(content, address(subject)))
      return aDocument(address(subject)).at(`Binary/${binary.id}`, content).with(changes).build()
    }
    const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] })
    await keep('rcp', await document('lea', { date: '2026-03-10T10:00:00Z', description: 'Réunion du 10 mars' }))
    await keep(
      'pps',
      await document('lea', {
        date: '2026-03-20T10:00:00Z',
        type: loinc('18776-5'),
        author: [{ reference: address('role') }],
      }),
    )
    await keep(
      'old',
      await document('lea', { date: '2025-03-10T10:00:00Z', securityLabel: [{ coding: [{ code: 'R' }] }] }),
    )
    await keep('marcs', await document('marc', { date: '2026-03-15T10:00:00Z' }))
    await keep(
      'new',
      await document('lea', {
        date: '2026-03-21T10:00:00Z',
        relatesTo: [{ code: 'replaces', target: { reference: address('old') } }],
      }),
    )
    await keep('set', aSubmissionSet(address('lea'), [address('rcp'), address('pps')]))
  })

  describe('which resources are found', () => {
    const rows: readonly [target: (at: (name: string) => string) => string, ...expected: string[]][] = [
      [() => `Patient?identifier=${INS_TEST}|${lea.ins}`, 'lea'],
      [() => `Patient?identifier=${lea.ins}`, 'lea'],
      [() => `Patient?identifier=${IPP}|${lea.ipp},${IPP}|${marc.ipp}`, 'lea', 'marc'],
      [() => `Patient?identifier=${IPP}|${lea.ins}`],
      [() => 'Patient?family=lefevre', 'lea'],
      [() => 'Patient?family=LEFÈVRE', 'lea'],
      [() => 'Patient?family=fevre'],
      [() => 'Patient?family:contains=fevre', 'lea'],
      [() => 'Patient?family:exact=LEFÈVRE-FICTIF', 'lea'],
      [() => 'Patient?family:exact=LEFEVRE-FICTIF'],
      [() => 'Patient?given=marc', 'marc'],
      [() => 'Patient?family=lefevre&given=lucie', 'lea'],
      [() => 'Patient?family=lefevre&given=marc'],
      [() => 'Patient?birthdate=1955-12-31', 'marc'],
      [() => 'Patient?birthdate=1955', 'marc'],
      [() => 'Patient?birthdate=ge1955-12-31', 'marc'],
      [() => 'Patient?birthdate=lt1950', 'lea'],
      [() => 'Patient?birthdate=gt1930-01-15&birthdate=le1955-12-31', 'marc'],
      [() => 'Patient?gender=male', 'marc'],
      [() => 'Patient?gender:not=male', 'lea'],
      [() => 'Patient?birthplace-cog:missing=true', 'marc'],
      [() => 'Patient?death-date:missing=false'],
      [(at) => `Patient?_id=${at('lea').split('/')[1]},unknown`, 'lea'],
      [(at) => `DocumentReference?patient=${at('marc')}`, 'marcs'],
      [(at) => `DocumentReference?patient=${at('marc').split('/')[1]}`, 'marcs'],
      [(at) => `DocumentReference?patient=${FHIR}/${at('marc')}`, 'marcs'],
      [(at) => `DocumentReference?subject:Patient=${at('marc').split('/')[1]}`, 'marcs'],
      [() => `DocumentReference?patient.identifier=${INS_TEST}|${lea.ins}`, 'new', 'old', 'pps', 'rcp'],
      [() => `DocumentReference?patient:identifier=${IPP}|${marc.ipp}`, 'marcs'],
      [(at) => `DocumentReference?patient=${at('lea')}&status=current`, 'new', 'pps', 'rcp'],
      [(at) => `DocumentReference?patient=${at('lea')}&status=superseded`, 'old'],
      [(at) => `DocumentReference?patient=${at('lea')}&type=18776-5`, 'pps'],
      [
        (at) => `DocumentReference?patient=${at('lea')}&type=http://loinc.org|34794-8&status:not=superseded`,
        'new',
        'rcp',
      ],
      [(at) => `DocumentReference?patient=${at('lea')}&type=|18776-5`],
      [(at) => `DocumentReference?patient=${at('lea')}&type=http://loinc.org|`, 'new', 'old', 'pps', 'rcp'],
      [(at) => `DocumentReference?patient=${at('lea')}&date=2026-03`, 'new', 'pps', 'rcp'],
      [(at) => `DocumentReference?patient=${at('lea')}&date=ge2026-03-20&date=lt2026-03-21`, 'pps'],
      [(at) => `DocumentReference?patient=${at('lea')}&security-label=R`, 'old'],
      [(at) => `DocumentReference?patient=${at('lea')}&description=reunion`, 'rcp'],
      [(at) => `DocumentReference?relatesto=${at('old')}`, 'new'],
      [(at) => `DocumentReference?author=${at('role')}`, 'pps'],
      [() => 'DocumentReference?author.family=etoile', 'pps'],
      [() => 'DocumentReference?author.given:exact=Camille', 'pps'],
      [(at) => `List?patient=${at('lea')}&code=submissionset`, 'set'],
      [(at) => `List?patient=${at('lea')}&code=folder`],
      [(at) => `List?item=${at('rcp')}`, 'set'],
      [() => 'List?title=lot&status=current', 'set'],
      [() => 'Practitioner?name=etoile', 'camille'],
      [() => 'Organization?name:contains=etang', 'chu'],
      [(at) => `Organization?partof=${at('chu')}`, 'service'],
      [(at) => `PractitionerRole?practitioner=${at('camille')}&organization=${at('service')}`, 'role'],
      [() => 'PractitionerRole?practitioner.family=etoile', 'role'],
    ]
    for (const [target, ...expected] of rows) {
      const title = target((name) => `{${name}}`)
      test(`${title}: ${expected.join(', ') || 'none'}`, async () => {
        const url = target(address)
        const bundle = await find(url.replace(/[^\x20-\x7e]/g, encodeURIComponent))
        assert.equal(bundle.type, 'searchset')
        assert.deepEqual(names(bundle).sort(), expected.sort())
        assert.equal(bundle.total, expected.length)
        for (const { fullUrl, resource, search } of bundle.entry ?? []) {
          assert.equal(fullUrl, `${FHIR}/${resource?.resourceType}/${resource?.id}`)
          assert.equal(search?.mode, 'match')
        }
      })
    }
  })

  describe('in which order', () => {
    const rows: readonly [query: string, ...expected: string[]][] = [
      ['', 'new', 'pps', 'rcp', 'old'],
      ['&_sort=date', 'old', 'rcp', 'pps', 'new'],
      ['&_sort=-date', 'new', 'pps', 'rcp', 'old'],
      ['&_sort=-_id', ...['rcp', 'pps', 'old', 'new'].reverse()],
      ['&_sort=_lastUpdated', 'rcp', 'pps', 'old', 'new'],
      ['&_sort=colour', 'new', 'pps', 'rcp', 'old'],
    ]
    for (const [query, ...expected] of rows) {
      test(query || 'newest first', async () => {
        const bundle = await find(`DocumentReference?patient=${address('lea')}${query}`)
        if (query.includes('_lastUpdated')) assert.equal(names(bundle)[0], 'rcp')
        else assert.deepEqual(names(bundle), expected)
        const self = linkOf(bundle, 'self') ?? ''
        assert.equal(self.includes('_sort'), query.includes('_sort') && !query.includes('colour'))
      })
    }

    test('patients by birth date or name', async () => {
      assert.deepEqual(names(await find('Patient?_sort=-birthdate')), ['marc', 'lea'])
      assert.deepEqual(names(await find('Patient?_sort=family')), ['marc', 'lea'])
    })
  })

  test('POST _search finds what GET finds, by the form, the URL or both', async () => {
    const patient = `patient=${encodeURIComponent(address('lea'))}`
    const expected = names(await find(`DocumentReference?${patient}&status=current`))
    const answers = await Promise.all([
      server().post('DocumentReference/_search', `${patient}&status=current`, FORM),
      server().post(`DocumentReference/_search?${patient}&status=current`),
      server().post(`DocumentReference/_search?${patient}`, 'status=current', FORM),
      server().post('DocumentReference/_search', `${patient}&status=current&_format=json`, {
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      }),
    ])
    for (const answer of answers) {
      assert.equal(answer.status, 200, answer.text)
      assert.deepEqual(names(answer.resource('Bundle')), expected)
    }
    const json = await server().post('DocumentReference/_search', '{}', { 'content-type': 'application/json' })
    assertRefused(json, 415, 'http.media-type')
  })

  describe('what is included', () => {
    const rows: readonly [query: string, matches: string[], included: string[]][] = [
      ['_include=DocumentReference:patient', ['pps'], ['lea']],
      ['_include=DocumentReference:author', ['pps'], ['role']],
      [
        '_include=DocumentReference:author&_include:iterate=PractitionerRole:practitioner&_include:iterate=PractitionerRole:organization',
        ['pps'],
        ['camille', 'role', 'service'],
      ],
      ['_revinclude=List:item', ['pps'], ['set']],
      ['_include=DocumentReference:patient&_revinclude=List:item', ['pps'], ['lea', 'set']],
      ['_include=DocumentReference:encounter', ['pps'], []],
    ]
    for (const [query, matches, included] of rows) {
      test(query, async () => {
        const bundle = await find(`DocumentReference?patient=${address('lea')}&type=18776-5&${query}`)
        const byMode = (mode: string) =>
          (bundle.entry ?? []).flatMap(({ resource, search }) =>
            search?.mode === mode && resource !== undefined ? [nameOf(resource)] : [],
          )
        assert.deepEqual(byMode('match'), matches)
        assert.deepEqual(byMode('include').sort(), included)
        assert.equal(bundle.total, matches.length)
      })
    }

    test('each resource once, and no match a second time', async () => {
      const bundle = await find(
        `DocumentReference?patient=${address('lea')}&_include=DocumentReference:patient&_include=DocumentReference:relatesto`,
      )
      assert.deepEqual(names(bundle).sort(), ['lea', 'new', 'old', 'pps', 'rcp'])
      const patients = await find(`Patient?_id=${address('lea').split('/')[1]}&_revinclude=DocumentReference:patient`)
      assert.deepEqual(names(patients).sort(), ['lea', 'new', 'old', 'pps', 'rcp'])
    })
  })

  describe('how much is told', () => {
    test('only the number, by _summary=count or _count=0', async () => {
      for (const query of ['_summary=count', '_count=0']) {
        const bundle = await find(`DocumentReference?patient=${address('lea')}&${query}`)
        assert.deepEqual([bundle.total, bundle.entry], [4, undefined])
      }
    })

    test('a part of each resource, marked', async () => {
      const elements = await find(`DocumentReference?patient=${address('lea')}&_elements=status,date`)
      for (const resource of resourcesOf(elements)) {
        assert.ok(resource.resourceType === 'DocumentReference')
        assert.ok(resource.date !== undefined && resource.subject === undefined)
        assert.equal(resource.meta?.tag?.[0]?.code, 'SUBSETTED')
      }
      const summary = await find(`DocumentReference?patient=${address('lea')}&_summary=true`)
      assert.ok(resourcesOf(summary).every((resource) => resource.meta?.tag?.[0]?.code === 'SUBSETTED'))
    })

    test('only the identifiers of the domains asked for (PDQ)', async () => {
      const bundle = await find(`Patient?family=lefevre&identifier=${IPP}|`)
      const [patient] = resourcesOf(bundle)
      assert.ok(patient?.resourceType === 'Patient')
      assert.deepEqual(
        patient.identifier?.map(({ system }) => system),
        [IPP],
      )
    })

    test('the total where IHE wants it, and where the client asks', async () => {
      const total = async (target: string) => (await find(target)).total
      assert.equal(await total(`DocumentReference?patient=${address('lea')}&_count=1`), 4)
      assert.equal(await total(`DocumentReference?patient.identifier=${INS_TEST}|${lea.ins}&_count=1`), 4)
      assert.equal(await total(`List?patient=${address('lea')}&_count=1`), 1)
      assert.equal(await total('Patient?family=lefevre&_count=1'), 1)
      assert.equal(await total('DocumentReference?status=current&_count=1'), undefined)
      assert.equal(await total('DocumentReference?status=current&_count=1&_total=accurate'), 4)
      assert.equal(await total(`DocumentReference?patient=${address('lea')}&_count=1&_total=none`), undefined)
    })
  })

  test('a later page never repeats, forgets or adds, whatever arrives meanwhile', async () => {
    for (const sort of ['', '&_sort=date', '&_sort=-_lastUpdated', '&_sort=_id', '&_sort=-creation']) {
      const patient = await server().create(aPatient().build())
      const subject = `Patient/${patient.id}`
      const publish = (date: string) => server().create(aDocument(subject).inline(aContent()).with({ date }).build())
      const made = []
      // Several of the same date: ids have to tell them apart.
      for (let index = 0; index < 11; index += 1) made.push(await publish(`2026-02-${10 + (index % 3)}T10:00:00Z`))
      const seen: (string | undefined)[] = []
      let pages = 0
      for (
        let next: string | undefined = `DocumentReference?patient=${subject}&_count=3${sort}`;
        next !== undefined;
      ) {
        const bundle: Bundle = await find(next)
        assert.equal(bundle.total, 11)
        assert.ok((bundle.entry?.length ?? 0) <= 3)
        seen.push(...resourcesOf(bundle).map(({ id }) => id))
        next = linkOf(bundle, 'next')
        pages += 1
        assert.ok(pages < 10)
        await publish('2026-02-11T10:00:00Z')
        await publish('2026-02-01T10:00:00Z')
      }
      assert.equal(pages, 4)
      assert.deepEqual([...seen].sort(), made.map(({ id }) => id).sort(), sort)
    }
  })
})

describe('what a search refuses, or leaves out', () => {
  const server = sharedServer()

  test('an unknown parameter is ignored and missing from self, or refused when strict', async () => {
    const target = 'Patient?family=x&nickname=y&birthdate:approximately=2020'
    assertRefused(await server().get(target), 400, 'search.modifier-unknown')
    const lenient = await server().get('Patient?family=x&nickname=y&_sort=colour&_include=Patient:nobody')
    assert.equal(lenient.status, 200)
    assert.equal(linkOf(lenient.resource('Bundle'), 'self'), `${FHIR}/Patient?family=x`)
    const strict = { prefer: 'handling=strict' }
    const issue = assertRefused(await server().get('Patient?nickname=y', strict), 400, 'search.parameter-unknown')
    assert.match(issue.details?.text ?? '', /nickname/)
    assertRefused(await server().get('Patient?_sort=colour', strict), 400, 'search.sort-unknown')
    assertRefused(await server().get('Patient?_include=Patient:nobody', strict), 400, 'search.include-unknown')
    assertRefused(await server().get('Patient?family=', strict), 400, 'search.value-empty')
    assert.equal((await server().get('Patient?family=x&_format=json&_pretty=true', strict)).status, 200)
  })

  const invalid = [
    'birthdate=tomorrow',
    'birthdate=xx2020',
    '_count=-1',
    '_count=many',
    '_total=most',
    '_summary=half',
    'active:missing=perhaps',
    'general-practitioner=a/b/c/d',
    '_lastUpdated=1',
  ]
  for (const query of invalid) {
    test(`a value that cannot be: ${query}`, async () => {
      assertRefused(await server().get(`Patient?${query}`), 400, 'search.value-invalid')
    })
  }

  test('a page link that was altered, made up, or is another search’s: 400', async () => {
    for (let index = 0; index < 3; index += 1) await server().create(anOrganization())
    const bundle = (await server().get('Organization?_count=1')).resource('Bundle')
    const next = linkOf(bundle, 'next') ?? ''
    const cursor = new URL(next).searchParams.get('_cursor') ?? ''
    const flipped = cursor.slice(0, 20) + (cursor[20] === 'A' ? 'B' : 'A') + cursor.slice(21)
    for (const target of [
      `Organization?_cursor=${flipped}`,
      `Organization?_cursor=${cursor.slice(0, -4)}`,
      `Organization?_cursor=${cursor}AAAA`,
      'Organization?_cursor=',
      'Organization?_cursor=abc',
      `Practitioner?_cursor=${cursor}`,
      `Organization?_cursor=${cursor}&name=x`,
    ]) {
      assertRefused(await server().get(target), 400, 'search.cursor-invalid')
    }
    assert.equal((await server().get(`Organization?_cursor=${cursor}&_count=2&_format=json`)).status, 200)
  })

  test('a page link of yesterday: 410', async () => {
    let now = Date.parse('2026-05-01T10:00:00Z')
    const own = await startServer({ now: () => new Date(now) })
    try {
      for (let index = 0; index < 2; index += 1) await own.create(anOrganization())
      const next = linkOf((await own.get('Organization?_count=1')).resource('Bundle'), 'next') ?? ''
      now += 59 * 60_000
      assert.equal((await own.get(next)).status, 200)
      now += 2 * 60_000
      assertRefused(await own.get(next), 410, 'search.cursor-expired')
    } finally {
      await own.stop()
    }
  })

  test('no value of a search stands in the link to a later page', async () => {
    for (let index = 0; index < 3; index += 1) await server().create(aPatient().named('SECRET-FICTIF').build())
    const answer = await server().post('Patient/_search', 'family=secret-fictif&_count=1', FORM)
    const next = linkOf(answer.resource('Bundle'), 'next') ?? ''
    assert.match(next, /^https:\/\/dcc\.example\.test\/fhir\/Patient\?_count=1&_cursor=[\w-]+$/)
    assert.ok(
      !Buffer.from(next.split('_cursor=')[1] ?? '', 'base64url')
        .toString('latin1')
        .includes('secret'),
    )
    const second = (await server().get(next)).resource('Bundle')
    assert.equal(resourcesOf(second).length, 1)
  })
})
