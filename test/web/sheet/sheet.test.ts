import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Patient, Resource } from '@medplum/fhirtypes'
import { addToCareTeam } from '../../../src/dcc/entitlement/administration.ts'
import { addClient } from '../../../src/smart/clients.ts'
import { openLaunchContexts } from '../../../src/smart/launch-contexts.ts'
import { anOrganization, aPatient, aPractitioner, aRole } from '../../support/builders.ts'
import { aProfessional, ONCOLOGIST } from '../../support/signed-in.ts'
import { ofType, sheetStories, written } from './stories.ts'

const LABELS = 'https://mos.esante.gouv.fr/NOS/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument'

/** The texts of the links to documents, in the order of the page. */
function titles(html: string): string[] {
  return [...html.matchAll(/<a href="\/patients\/[^"]*\/documents\/[^"]*">([^<]*)<\/a>/g)].map(
    ([, title = '']) => title,
  )
}

/** The first answer of some seconds that is as it should be, else the last one. */
async function eventually<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 30; tries += 1) {
    const answer = await ask()
    if (isRight(answer)) return answer
    await delay(100)
  }
  return ask()
}

describe('the sheet of a patient', () => {
  const stories = sheetStories()

  test('opened without context it opens one, and its address says nothing of who the patient is', async () => {
    const { doctor, patient } = stories()
    const id = await patient()
    const page = await doctor.visitor.get(`/patients/${id}`)
    assert.equal(page.status, 200, page.text)
    assert.match(page.url.search, /^\?contexte=[\w-]{43}$/)
    assert.equal(page.url.pathname, `/patients/${id}`)
    assert.match(page.text, /TESTFICTIF LUCIE/)
    assert.doesNotMatch(page.url.href, /TESTFICTIF|LUCIE|\d{13}/)
    assert.doesNotMatch(/<title>(.*)<\/title>/.exec(page.text)?.[1] ?? '', /TESTFICTIF/)
    assert.equal(page.headers.get('cache-control'), 'no-store')
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/)
  })

  test('threat context-confusion: within the context of one patient nothing of another one is shown', async () => {
    const { doctor, patient, publish, context } = stories()
    const [one, other] = [await patient(), await patient()]
    const document = await publish(other)
    const { id } = await context({ patientId: one })
    const addresses = [
      '',
      `/documents/${document}`,
      `/documents/${document}/content`,
      `/documents/${document}/images/0`,
    ]
    for (const address of addresses) {
      const page = await doctor.visitor.get(`/patients/${other}${address}?contexte=${id}`)
      assert.equal(page.status, 409, address)
      assert.match(page.text, /context\.other-patient/)
      assert.doesNotMatch(page.text, /TESTFICTIF|Fiche RCP fictive/)
    }
  })

  test('a document of another patient is not found under this one, whoever may see both', async () => {
    const { doctor, patient, publish, context } = stories()
    const [one, other] = [await patient(), await patient()]
    const document = await publish(other)
    const { id } = await context({ patientId: one })
    for (const part of ['', '/content', '/images/0']) {
      const page = await doctor.visitor.get(`/patients/${one}/documents/${document}${part}?contexte=${id}`)
      assert.equal(page.status, 404, part)
      assert.match(page.text, /document\.unknown/)
    }
  })

  test('a context of another session is worth nothing', async () => {
    const { patient, reader, context } = stories()
    const id = await patient()
    const { id: ours } = await context({ patientId: id })
    const { visitor } = await reader(aProfessional('810000000077'))
    const page = await visitor.get(`/patients/${id}?contexte=${ours}`)
    assert.equal(page.status, 410)
    assert.match(page.text, /context\.unknown/)
  })

  test('R10: an unknown patient, one in the care of others and a malformed id are answered alike', async () => {
    const { doctor, fhir } = stories()
    const strange = (await fhir('POST', 'Patient', aPatient().qualified().build())) as { id: string }
    const asked = [strange.id, '0123456789abcdefghjk', 'x', '%3Cscript%3E', `${strange.id}.x`]
    const pages = []
    for (const id of asked) pages.push(await doctor.visitor.get(`/patients/${id}`))
    const texts = pages.map(({ text }) => text.replaceAll(/value="[\w-]{43}"/g, ''))
    assert.deepEqual(new Set(pages.map(({ status }) => status)), new Set([403]))
    assert.equal(new Set(texts).size, 1)
  })

  test('who has not signed in is sent to the sign-in and comes back', async () => {
    const { server, patient } = stories()
    const id = await patient()
    const answer = await server.get(`/patients/${id}`)
    assert.equal(answer.status, 303)
    assert.equal(answer.headers.location, `/login?next=%2Fpatients%2F${id}`)
  })

  test('documents are listed newest first, by year, with their kind, author and structure', async () => {
    const { doctor, patient, publish } = stories()
    const id = await patient()
    await publish(id, (one) => written(one, '2025-03-12T10:00:00+01:00', 'RCP de mars'))
    await publish(id, (one) => written(one.with(ofType('18776-5')), '2026-01-05T10:00:00+01:00', 'Programme'))
    await publish(id, (one) => written(one.with(ofType('60568-3')), '2025-12-31T23:30:00Z', 'Biopsie'))
    const { text } = await doctor.visitor.get(`/patients/${id}`)
    assert.deepEqual(titles(text), ['Programme', 'Biopsie', 'RCP de mars'])
    // The last evening of December in UTC is the first of January in Paris.
    const years = [...text.matchAll(/<h3 class="year">(.*?)<\/h3>/g)].map(([, year]) => year)
    assert.deepEqual(years, ['2026', '2025'])
    assert.match(text, /<time datetime="2026-01-01">1er janv\.<\/time>/)
    assert.match(text, /Fiches RCP <span class="number">1<\/span>/)
    assert.match(text, /Camille\d* MEDECIN-FICTIF, Hôpital fictif/)
  })

  test('authors of the directories are named too, by their role and alone', async () => {
    const { doctor, patient, publish, fhir } = stories()
    const id = await patient()
    const created = async (resource: Resource) => {
      const { id: own } = (await fhir('POST', resource.resourceType, resource)) as { id: string }
      return `${resource.resourceType}/${own}`
    }
    const suffix = [{ use: 'official' as const, family: 'Roux-Fictif', given: ['JEAN-PIERRE'], suffix: ['DR'] }]
    const person = await created({ ...aPractitioner(), name: suffix })
    const place = await created({ ...anOrganization(), name: 'Clinique fictive du Lac' })
    const role = await created(aRole(person, place))
    await publish(id, (one) => written(one.with({ author: [{ reference: role }] }), '2026-03-03', 'Par le rôle'))
    await publish(id, (one) => written(one.with({ author: [{ reference: person }] }), '2026-03-02', 'Par la personne'))
    await publish(id, (one) => written(one.with({ author: [{ reference: place }] }), '2026-03-01', 'Par la structure'))
    const { text } = await doctor.visitor.get(`/patients/${id}`)
    const authors = [...text.matchAll(/<p class="by">([^<]*)<\/p>/g)].map(([, by = '']) => by.trim())
    assert.deepEqual(authors, [
      'Dr Jean-Pierre ROUX-FICTIF, Clinique fictive du Lac',
      'Dr Jean-Pierre ROUX-FICTIF',
      'Clinique fictive du Lac',
    ])
  })

  test('filters are links that keep the context, and say when they leave nothing', async () => {
    const { doctor, patient, publish } = stories()
    const id = await patient()
    await publish(id, (one) => written(one, '2025-03-12T10:00:00+01:00', 'RCP de mars'))
    await publish(id, (one) => written(one.with(ofType('18776-5')), '2024-01-05T10:00:00+01:00', 'Programme'))
    const sheet = await doctor.visitor.get(`/patients/${id}`)
    const context = sheet.url.searchParams.get('contexte')
    const rcp = await doctor.visitor.follow('Fiches RCP 1')
    assert.deepEqual(titles(rcp.text), ['RCP de mars'])
    assert.equal(rcp.url.searchParams.get('contexte'), context)
    assert.equal(rcp.url.searchParams.get('type'), 'rcp')
    const nothing = await doctor.visitor.get(`${rcp.url.pathname}${rcp.url.search}&periode=2023`)
    assert.match(nothing.text, /Aucun document ne correspond à ces filtres/)
    const all = await doctor.visitor.follow('Tout afficher')
    assert.deepEqual(titles(all.text), ['RCP de mars', 'Programme'])
    const odd = await doctor.visitor.get(`/patients/${id}?contexte=${context}&type=__proto__&periode=x&page=-1`)
    assert.deepEqual(titles(odd.text), ['RCP de mars', 'Programme'])
  })

  test('a record without documents says so', async () => {
    const { doctor, patient } = stories()
    const { text } = await doctor.visitor.get(`/patients/${await patient()}`)
    assert.match(text, /Aucun document n’est encore publié/)
  })

  test('a version that was replaced is folded below the one in force, and says so when it is opened', async () => {
    const { doctor, patient, publish } = stories()
    const id = await patient()
    const old = await publish(id, (one) => written(one, '2026-03-01T10:00:00+01:00', 'RCP'))
    const late = (one: Parameters<typeof written>[0]) => written(one, '2026-03-02T10:00:00+01:00', 'RCP corrigée')
    const current = await publish(id, (one) => late(one.replacing(`DocumentReference/${old}`)))
    const sheet = await doctor.visitor.get(`/patients/${id}`)
    assert.deepEqual(titles(sheet.text), ['RCP corrigée', 'Fiche RCP du 1er mars 2026'])
    assert.match(sheet.text, /1\u00a0version précédente/)
    const page = await doctor.visitor.follow('Fiche RCP du 1er mars 2026')
    assert.match(page.text, /Cette version a été remplacée\./)
    assert.match(page.text, /<span class="mark replaced">Remplacé<\/span>/)
    const led = await doctor.visitor.follow('Ouvrir la version en vigueur (2 mars 2026)')
    assert.equal(led.url.pathname, `/patients/${id}/documents/${current}`)
    assert.doesNotMatch(led.text, /Cette version a été remplacée/)
  })

  test('labels are said, and a document that is masked to professionals is shown to its author alone', async () => {
    const { server, doctor, patient, publish, reader, fhir } = stories()
    const id = await patient()
    const label = (code: string) => [{ coding: [{ system: LABELS, code }] }]
    const entitled = (title: string, code: string) =>
      publish(id, (one) => written(one.with({ securityLabel: label(code) }), '2026-03-01T10:00:00+01:00', title))
    await entitled('Annonce', 'INVISIBLE_PATIENT')
    const masked = await entitled('Masqué', 'MASQUE_PS')
    const sheet = await doctor.visitor.get(`/patients/${id}`)
    assert.deepEqual(titles(sheet.text), ['Annonce'])
    assert.match(sheet.text, /Non visible par le patient/)
    const context = sheet.url.searchParams.get('contexte')
    for (const part of ['', '/content']) {
      const page = await doctor.visitor.get(`/patients/${id}/documents/${masked}${part}?contexte=${context}`)
      assert.equal(page.status, 404, part)
    }
    const stored = JSON.stringify(await fhir('GET', `DocumentReference/${masked}`))
    const rpps = /"system":"https:\/\/rpps\.esante\.gouv\.fr","value":"(\d{11})"/.exec(stored)?.[1] ?? ''
    const author = await reader(aProfessional(`8${rpps}`))
    await addToCareTeam(server.record.dcc, { patientId: id, nationalId: `8${rpps}` })
    const own = await author.visitor.get(`/patients/${id}`)
    assert.deepEqual(titles(own.text).sort(), ['Annonce', 'Masqué'])
    assert.equal((await author.visitor.follow('Masqué')).status, 200)
  })

  test('a withdrawn document keeps its place and has no content', async () => {
    const { doctor, patient, publish, fhir } = stories()
    const id = await patient()
    const document = await publish(id, (one) => written(one, '2026-03-01T10:00:00+01:00', 'Déposé par erreur'))
    const stored = (await fhir('GET', `DocumentReference/${document}`)) as object
    await fhir('PUT', `DocumentReference/${document}`, { ...stored, status: 'entered-in-error' })
    const sheet = await doctor.visitor.get(`/patients/${id}`)
    assert.match(sheet.text, /<span class="mark withdrawn">Retiré<\/span>/)
    const page = await doctor.visitor.follow('Déposé par erreur')
    assert.match(page.text, /Document retiré\./)
    assert.doesNotMatch(page.text, /<iframe|Télécharger/)
    const content = await doctor.visitor.get(`${page.url.pathname}/content${page.url.search}`)
    assert.equal(content.status, 410)
  })

  test('R9: a record that was merged leads to the one that stands, with the documents of both', async () => {
    const { doctor, patient, publish, fhir, context } = stories()
    const [merged, standing] = [await patient(aPatient().build()), await patient(aPatient().qualified().build())]
    await publish(merged, (one) => written(one, '2026-03-01T10:00:00+01:00', 'Avant la fusion'))
    await publish(standing, (one) => written(one, '2026-03-02T10:00:00+01:00', 'Après'))
    const { id: before } = await context({ patientId: merged, origin: 'smart', unqualified: true })
    const stored = (await fhir('GET', `Patient/${merged}`)) as Patient
    const link = [{ other: { reference: `Patient/${standing}` }, type: 'replaced-by' }]
    await fhir('PUT', `Patient/${merged}`, { ...stored, active: false, link })
    for (const address of [`/patients/${merged}`, `/patients/${merged}?contexte=${before}`]) {
      const page = await doctor.visitor.get(address)
      assert.equal(page.url.pathname, `/patients/${standing}`)
      assert.deepEqual(titles(page.text), ['Après', 'Avant la fusion'])
    }
    const document = await doctor.visitor.follow('Avant la fusion')
    assert.equal(document.status, 200)
    // Filed under a record whose traits are those of the person: nothing to be warned of.
    assert.match(document.text, /<iframe/)
  })

  test('a call that matched a local number alone has the identity checked on every page', async () => {
    const { doctor, patient, context } = stories()
    const id = await patient()
    const dpi = { id: 'dpi', name: 'DPI du CHU', frameOrigins: ['https://dpi.example.test'], returnUrl: 'javascript:x' }
    const { id: called } = await context({ patientId: id, unqualified: true, dpi })
    const page = await doctor.visitor.get(`/patients/${id}?contexte=${called}`)
    assert.match(page.text, /Appel reçu avec une identité non qualifiée\u00a0: patient retrouvé par son numéro/)
    assert.match(page.text, /Ouvert depuis DPI du CHU/)
    assert.doesNotMatch(page.text, /javascript:/)
    const policy = page.headers.get('content-security-policy') ?? ''
    assert.match(policy, /frame-ancestors 'self' https:\/\/dpi\.example\.test$/)
  })

  test('who came in by an emergency is told so on every sheet', async () => {
    const { server, doctor, fhir } = stories()
    const { id } = (await fhir('POST', 'Patient', aPatient().qualified().build())) as { id: string }
    const member = { patientId: id, nationalId: ONCOLOGIST.nationalId, basis: 'emergency', reason: 'Coma' } as const
    await addToCareTeam(server.record.dcc, member)
    const { status, text } = await doctor.visitor.get(`/patients/${id}`)
    assert.equal(status, 200)
    assert.match(text, /au titre d’un accès en urgence/)
  })

  test('a registered app is opened on this patient by an EHR launch, good once and for this professional', async () => {
    const { server, doctor, patient } = stories()
    const { authorization } = server.record.dcc.store
    const facts = { hospital: 'CHU', token_endpoint_auth_method: 'none' } as const
    const uris = { redirect_uris: ['https://app.example.test/cb'], launch_uri: 'https://app.example.test/launch?a=1' }
    const app = { ...facts, ...uris, id: 'app-essai', name: 'Courbes <essai>', scope: 'launch patient/Patient.rs' }
    assert.ok(await addClient(authorization, app))
    const id = await patient()
    // What is registered is believed for two seconds at most.
    const sheet = await eventually(
      () => doctor.visitor.get(`/patients/${id}`),
      ({ text }) => text.includes('app-essai'),
    )
    assert.match(sheet.text, />Courbes &lt;essai&gt;<\/button>/)
    assert.match(sheet.headers.get('content-security-policy') ?? '', /form-action 'self' https:\/\/app\.example\.test/)
    doctor.visitor.following = false
    const led = await doctor.visitor.submit('/applications', { application: 'app-essai' })
    const unknown = await doctor.visitor.post(led.url, { jeton: doctor.csrf, contexte: '', application: 'x' })
    doctor.visitor.following = true
    assert.equal(led.status, 303)
    const address = new URL(led.headers.get('location') ?? '')
    assert.equal(address.origin + address.pathname, 'https://app.example.test/launch')
    assert.equal(address.searchParams.get('iss'), `${server.config.baseUrl}/fhir`)
    assert.equal(address.searchParams.get('a'), '1')
    const launches = openLaunchContexts(authorization, () => Date.now())
    const by = { clientId: 'app-essai', nationalId: ONCOLOGIST.nationalId }
    const launched = await launches.consume(address.searchParams.get('launch') ?? '', by)
    assert.equal(launched?.patientId, id)
    assert.equal(unknown.status, 410)
  })

  test('what is opened leaves a trace of ids alone, and so does what is refused', async () => {
    const { server, doctor, patient, publish, fhir } = stories()
    const id = await patient()
    const document = await publish(id)
    const sheet = await doctor.visitor.get(`/patients/${id}`)
    await doctor.visitor.get(`/patients/${id}/documents/${document}${sheet.url.search}`)
    const strange = (await fhir('POST', 'Patient', aPatient().build())) as { id: string }
    await doctor.visitor.get(`/patients/${strange.id}`)
    const { entitlement } = server.record.dcc.store
    const traced = await entitlement.traces({ patientId: id, limit: 10 })
    const kinds = traced.map(({ kind, actor, detail }) => [kind, actor, detail])
    const { nationalId } = ONCOLOGIST
    assert.ok(
      kinds.some((one) => String(one) === String(['patient-opened', nationalId, 'care-team'])),
      String(kinds),
    )
    assert.ok(
      kinds.some((one) => String(one) === String(['document-opened', nationalId, document])),
      String(kinds),
    )
    const refused = await entitlement.traces({ patientId: strange.id, limit: 10 })
    assert.deepEqual(
      refused.filter(({ kind }) => kind === 'patient-refused').map(({ detail }) => detail),
      ['not-in-care-team'],
    )
    assert.doesNotMatch(JSON.stringify([...traced, ...refused]), /TESTFICTIF/)
    assert.doesNotMatch(server.logs.join('\n'), /TESTFICTIF|contexte=/)
  })
})
