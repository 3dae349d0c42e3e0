import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Binary, Bundle, DocumentReference, List, Patient } from '@medplum/fhirtypes'
import {
  aBinary,
  aContent,
  aDocument,
  anOrganization,
  aPatient,
  aPractitioner,
  aSubmissionSet,
  aTransaction,
  creating,
  superseding,
  uniqueOid,
  urnUuid,
} from '../support/builders.ts'
import type { Answer } from '../support/client.ts'
import { sharedServer } from '../support/server.ts'

/** PDSm flows 01/02: what a submission has to say (reference/documents-fr.md 1.2, 1.4 to 1.7). Rules are strict here. */
const server = sharedServer({ config: { validation: 'strict' } })
const NOS = 'https://mos.esante.gouv.fr/NOS'
const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition'
const MHD = 'https://profiles.ihe.net/ITI/MHD'
const PROVIDE = `${PDSM}/pdsm-comprehensive-provide-document-bundle`

/** The patient of every submission of this file. */
let subject = ''

async function registered(): Promise<string> {
  const patient: Patient & { id: string } = await server().create(aPatient().build())
  return `Patient/${patient.id}`
}

/** The parts of a submission that is in order; rows change one of them. */
interface Parts {
  set: List
  document: DocumentReference
  binary: Binary
  others: Bundle['entry'] & object
}

type Change = (parts: Parts) => void

function submission(change: Change = () => {}): Bundle {
  const [documentUrl, binaryUrl] = [urnUuid(), urnUuid()]
  const content = aContent()
  const parts: Parts = {
    set: aSubmissionSet(subject, [documentUrl]),
    document: aDocument(subject).at(binaryUrl, content).build(),
    binary: aBinary(content),
    others: [],
  }
  change(parts)
  const bundle = aTransaction(
    creating(parts.set),
    creating(parts.document, documentUrl),
    creating(parts.binary, binaryUrl),
    ...parts.others,
  )
  return { ...bundle, meta: { profile: [PROVIDE] } }
}

async function publish(change?: Change): Promise<Answer> {
  if (subject === '') subject = await registered()
  return server().post('', submission(change))
}

const attachmentOf = ({ document }: Parts) => {
  const attachment = document.content?.[0]?.attachment
  assert.ok(attachment !== undefined)
  return attachment
}

const contextOf = ({ document }: Parts) => {
  assert.ok(document.context !== undefined)
  return document.context
}

const coded = (system: string, code: string) => ({ coding: [{ system, code }] })
const nos = (name: string) => `${NOS}/${name}/FHIR/${name.replace('_', '-')}`

/** Removes an element, whatever its type says of it. */
function without(target: object, element: string): void {
  assert.ok(Reflect.has(target, element), element)
  Reflect.deleteProperty(target, element)
}

const missing =
  (element: keyof DocumentReference): Change =>
  ({ document }) =>
    without(document, element)

const ARCHIVED = `${PDSM}/pdsm-ext-is-archived`

const related = (code: string, system = 'urn:ietf:rfc:3986') => ({
  identifier: { type: { coding: [{ system, code }] }, system: 'urn:oid:1.2.250.1.999.9', value: 'REF-1' },
})

/** A folder of the document; rows change it. */
function folder(parts: Parts, change: (folder: List) => void = () => {}): void {
  const own: List = {
    resourceType: 'List',
    meta: { profile: [`${PDSM}/pdsm-folder-comprehensive`] },
    extension: [
      {
        url: `${MHD}/StructureDefinition/ihe-designationType`,
        valueCodeableConcept: coded(nos('TRE_R209-TypeActivite'), '07'),
      },
    ],
    identifier: [
      {
        use: 'usual',
        type: { coding: [{ system: `${MHD}/CodeSystem/IHE.MHD.MHDIdentifierType`, code: 'uniqueId' }] },
        system: 'urn:ietf:rfc:3986',
        value: uniqueOid(),
      },
    ],
    status: 'current',
    mode: 'working',
    title: 'Parcours sein 2026',
    code: coded(`${MHD}/CodeSystem/MHDlistTypes`, 'folder'),
    subject: { reference: subject },
    date: '2026-03-01T10:00:00Z',
    entry: parts.set.entry ?? [],
  }
  change(own)
  const fullUrl = urnUuid()
  parts.set.entry = [...(parts.set.entry ?? []), { item: { reference: fullUrl } }]
  parts.others.push(creating(own, fullUrl))
}

describe('accepted', () => {
  const rows: readonly [ids: string, name: string, change: Change][] = [
    ['PDSM-01', 'a submission that declares the PDSm bundle', () => {}],
    [
      'PDSM-04',
      'a device as author, contained',
      ({ document }) => {
        document.contained?.push({
          resourceType: 'Device',
          id: 'automate',
          deviceName: [{ name: 'Automate', type: 'model-name' }],
        })
        document.author = [{ reference: '#automate' }, ...(document.author ?? [])]
      },
    ],
    [
      'PDSM-07',
      'more than one entry id',
      ({ document }) => {
        document.identifier?.push({ use: 'official', system: 'urn:ietf:rfc:3986', value: urnUuid() })
      },
    ],
    [
      'PDSM-07',
      'a unique id that is told by its type',
      ({ document }) => {
        without(document.masterIdentifier ?? {}, 'use')
      },
    ],
    [
      'PDSM-09',
      'an order, an accession and a study',
      (parts) => {
        contextOf(parts).related = [
          related('urn:ihe:iti:xds:2013:order'),
          related('urn:ihe:iti:xds:2013:accession'),
          related('urn:ihe:iti:xds:2016:studyInstanceUID'),
        ]
      },
    ],
    [
      'PDSM-10',
      'a type of the national system',
      ({ document }) => {
        document.type = coded(nos('TRE_A05-TypeDocComplementaire'), '06')
      },
    ],
    [
      'PDSM-16',
      'a confidentiality and three visibilities',
      ({ document }) => {
        document.securityLabel = [
          coded(nos('TRE_A08-HL7Confidentiality'), 'R'),
          ...['INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX', 'MASQUE_PS'].map((code) =>
            coded(nos('TRE_A07-StatutVisibiliteDocument'), code),
          ),
        ]
      },
    ],
    [
      'PDSM-17',
      'a device as source of the submission',
      ({ set }) => {
        set.contained = [{ resourceType: 'Device', id: 'source', deviceName: [{ name: 'DPI', type: 'model-name' }] }]
      },
    ],
    ['PDSM-18', 'a folder', (parts) => folder(parts)],
    [
      'PDSM-19',
      'a document and a list that are archived',
      ({ document, set }) => {
        document.extension = [{ url: ARCHIVED, valueBoolean: true }]
        set.extension?.push({ url: ARCHIVED, valueBoolean: false })
      },
    ],
    [
      'PDSM-03',
      'without custodian and date, as the release in force accepts',
      ({ document }) => {
        without(document, 'custodian')
        without(document, 'date')
      },
    ],
  ]
  for (const [ids, name, change] of rows) {
    test(`${ids}: ${name}`, async () => {
      const answer = await publish(change)
      assert.equal(answer.status, 200, answer.text)
      assert.ok(answer.resource('Bundle').entry?.every(({ response }) => response?.status?.startsWith('201')))
    })
  }
})

describe('refused, and nothing is stored', () => {
  const rows: readonly [ids: string, name: string, change: Change][] = [
    ['PDSM-02', 'a practitioner as an entry', ({ others }) => void others.push(creating(aPractitioner()))],
    ['PDSM-02', 'an organization as an entry', ({ others }) => void others.push(creating(anOrganization()))],
    ['PDSM-03', 'no unique id', missing('masterIdentifier')],
    ['PDSM-03', 'no type', missing('type')],
    ['PDSM-03', 'no category', missing('category')],
    ['PDSM-03', 'no subject', missing('subject')],
    ['PDSM-03', 'no author', missing('author')],
    ['PDSM-03', 'no security label', missing('securityLabel')],
    ['PDSM-03', 'no format', ({ document }) => without(document.content?.[0] ?? {}, 'format')],
    ...(['contentType', 'language', 'creation', 'title'] as const).map(
      (element) =>
        ['PDSM-03', `no ${element}`, (parts: Parts) => without(attachmentOf(parts), element)] as [
          string,
          string,
          Change,
        ],
    ),
    [
      'PDSM-04',
      'an author outside',
      ({ document }) => {
        document.author = [{ reference: 'https://annuaire.example.test/Practitioner/1' }]
      },
    ],
    [
      'PDSM-04',
      'an authenticator outside',
      ({ document }) => {
        document.authenticator = { reference: 'https://annuaire.example.test/Practitioner/1' }
      },
    ],
    [
      'PDSM-04',
      'a source patient outside',
      (parts) => {
        contextOf(parts).sourcePatientInfo = { reference: 'https://annuaire.example.test/Patient/1' }
      },
    ],
    [
      'PDSM-04',
      'an organization as author',
      ({ document }) => {
        document.author = [{ reference: '#etablissement' }]
      },
    ],
    [
      'PDSM-05',
      'a docStatus',
      ({ document }) => {
        document.docStatus = 'final'
      },
    ],
    [
      'PDSM-05',
      'a modifier extension',
      ({ document }) => {
        document.modifierExtension = [{ url: 'https://example.test/not-really', valueBoolean: true }]
      },
    ],
    [
      'PDSM-05',
      'bytes inside',
      (parts) => {
        attachmentOf(parts).data = aContent().bytes.toString('base64')
      },
    ],
    [
      'PDSM-06',
      'a document entered in error',
      ({ document }) => {
        document.status = 'entered-in-error'
      },
    ],
    [
      'PDSM-07',
      'an entry id that is no UUID',
      ({ document }) => {
        document.identifier = [{ use: 'official', system: 'urn:ietf:rfc:3986', value: uniqueOid() }]
      },
    ],
    [
      'PDSM-08',
      'no beginning of care',
      (parts) => {
        contextOf(parts).period = { end: '2026-02-02T08:00:00+01:00' }
      },
    ],
    ...(['period', 'facilityType', 'practiceSetting', 'sourcePatientInfo'] as const).map(
      (element) =>
        ['PDSM-08', `no ${element}`, (parts: Parts) => without(contextOf(parts), element)] as [string, string, Change],
    ),
    [
      'PDSM-10',
      'a type of a system of nobody',
      ({ document }) => {
        document.type = coded('https://example.test/types', 'rcp')
      },
    ],
    [
      'PDSM-11',
      'a category of a system of nobody',
      ({ document }) => {
        document.category = [coded('https://example.test/classes', '10')]
      },
    ],
    [
      'PDSM-12',
      'a format of a system of nobody',
      ({ document }) => {
        const [content] = document.content ?? []
        assert.ok(content !== undefined)
        content.format = { system: 'https://example.test/formats', code: 'pdf' }
      },
    ],
    [
      'PDSM-13',
      'a facility of a system of nobody',
      (parts) => {
        contextOf(parts).facilityType = coded('https://example.test/facilities', 'SA01')
      },
    ],
    [
      'PDSM-13',
      'a practice setting of a system of nobody',
      (parts) => {
        contextOf(parts).practiceSetting = coded('https://example.test/settings', 'CHU')
      },
    ],
    [
      'PDSM-14',
      'a type of submission of a system of nobody',
      ({ set }) => {
        const designation = set.extension?.find(({ url }) => url?.endsWith('designationType'))
        assert.ok(designation !== undefined)
        designation.valueCodeableConcept = coded('https://example.test/submissions', '07')
      },
    ],
    [
      'PDSM-15',
      'a replacement of nothing that is known',
      ({ document }) => {
        document.relatesTo = [{ code: 'replaces', target: { reference: 'DocumentReference/unknown' } }]
      },
    ],
    ...(['date', 'subject', 'source'] as const).map(
      (element) =>
        ['PDSM-17', `a submission without ${element}`, ({ set }: Parts) => without(set, element)] as [
          string,
          string,
          Change,
        ],
    ),
    ...(['ihe-designationType', 'ihe-sourceId'] as const).map(
      (name) =>
        [
          'PDSM-17',
          `a submission without ${name}`,
          ({ set }: Parts) => {
            set.extension = set.extension?.filter(({ url }) => !url?.endsWith(name)) ?? []
          },
        ] as [string, string, Change],
    ),
    [
      'PDSM-17',
      'a bare practitioner as source',
      ({ set }) => {
        set.contained = [{ resourceType: 'Practitioner', id: 'source', name: [{ family: 'Auteur' }] }]
      },
    ],
    [
      'PDSM-17',
      'a unique id of the submission that is no OID',
      ({ set }) => {
        set.identifier = [{ use: 'usual', system: 'urn:ietf:rfc:3986', value: urnUuid() }]
      },
    ],
    ['PDSM-18', 'a folder without title', (parts) => folder(parts, (own) => without(own, 'title'))],
    ['PDSM-18', 'a folder without date', (parts) => folder(parts, (own) => without(own, 'date'))],
    ['PDSM-18', 'a folder of nothing', (parts) => folder(parts, (own) => without(own, 'entry'))],
    ['PDSM-18', 'a folder without type', (parts) => folder(parts, (own) => without(own, 'extension'))],
    [
      'PDSM-19',
      'an archive mark that says nothing',
      ({ document }) => {
        document.extension = [{ url: ARCHIVED, valueString: 'oui' }]
      },
    ],
    [
      'PDSM-19',
      'two archive marks',
      ({ document }) => {
        document.extension = [true, false].map((valueBoolean) => ({ url: ARCHIVED, valueBoolean }))
      },
    ],
    [
      'PDSM-22',
      'a hash that is not that of the bytes',
      (parts) => {
        attachmentOf(parts).hash = aContent().hash
      },
    ],
    [
      'PDSM-22',
      'a size that is not that of the bytes',
      (parts) => {
        attachmentOf(parts).size = 3
      },
    ],
  ]
  for (const [ids, name, change] of rows) {
    test(`${ids}: ${name}`, async () => {
      if (subject === '') subject = await registered()
      const before = await server().counts()
      const answer = await publish(change)
      assert.ok([400, 422].includes(answer.status), `${answer.status} ${answer.text}`)
      assert.ok(answer.resource('OperationOutcome').issue?.some(({ severity }) => severity === 'error'))
      assert.deepEqual(await server().counts(), before)
    })
  }
})

/** The resources that a submission became, in the order in which they were sent. */
async function published(change?: Change): Promise<[set: List, document: DocumentReference, binary: string]> {
  const answer = await publish(change)
  assert.equal(answer.status, 200, answer.text)
  const locations = answer.resource('Bundle').entry?.map(({ response }) => response?.location ?? '') ?? []
  const [set = '', document = '', binary = ''] = locations.map((location) => location.replace(/\/_history\/.*/, ''))
  return [
    (await server().get(set)).resource('List'),
    (await server().get(document)).resource('DocumentReference'),
    binary,
  ]
}

describe('what becomes of a submission', () => {
  test('PDSM-21: the answer tells of each entry, in the order in which they came', async () => {
    const answer = await publish((parts) => folder(parts))
    const told = answer
      .resource('Bundle')
      .entry?.map(({ response }) => [
        response?.status?.slice(0, 3),
        /\/fhir\/(\w+)\//.exec(response?.location ?? '')?.[1],
        response?.etag,
      ])
    assert.deepEqual(told, [
      ['201', 'List', 'W/"1"'],
      ['201', 'DocumentReference', 'W/"1"'],
      ['201', 'Binary', 'W/"1"'],
      ['201', 'List', 'W/"1"'],
    ])
  })

  test('PDSM-03 PDSM-22: size and hash that do not come are those of the bytes', async () => {
    const content = aContent()
    const [, document] = await published((parts) => {
      parts.binary = aBinary(content)
      without(attachmentOf(parts), 'size')
      without(attachmentOf(parts), 'hash')
    })
    const { size, hash } = document.content?.[0]?.attachment ?? {}
    assert.deepEqual([size, hash], [content.size, content.hash])
  })

  test('PDSM-15 PDSM-20: a replacement is current, and what it replaces is superseded with it', async () => {
    const [, old] = await published()
    const reference = `DocumentReference/${old.id}`
    const [, fresh] = await published(({ document, others }) => {
      document.relatesTo = [{ code: 'replaces', target: { reference } }]
      others.push(superseding(reference))
    })
    assert.deepEqual([fresh.status, fresh.relatesTo?.[0]?.target?.reference], ['current', reference])
    const superseded = (await server().get(reference)).resource('DocumentReference')
    assert.deepEqual([superseded.status, superseded.meta?.versionId], ['superseded', '2'])
    const again = await publish(({ document }) => {
      document.relatesTo = [{ code: 'replaces', target: { reference } }]
    })
    assert.ok([409, 422].includes(again.status), 'a chain does not fork')
  })

  test('PDSM-23: a stored document cannot be changed, and of a submission set the status only', async () => {
    const [set, document, binary] = await published()
    const [content] = document.content ?? []
    const other = { ...document, content: [{ ...content, attachment: { ...content?.attachment, ...{ size: 9 } } }] }
    assert.ok((await server().put(`DocumentReference/${document.id}`, other)).status >= 400)
    assert.equal((await server().put(binary, aBinary(aContent()))).status, 405)
    for (const change of [
      { date: '2026-04-01T10:00:00Z' },
      { title: 'Autre lot' },
      { entry: [] },
    ] satisfies Partial<List>[]) {
      const answer = await server().put(`List/${set.id}`, { ...set, ...change })
      assert.ok(answer.status >= 400 && answer.status < 500, `${Object.keys(change)}: ${answer.status}`)
    }
    assert.deepEqual((await server().get(`List/${set.id}`)).resource('List').date, set.date)
  })

  test('PDSM-24: a document that is withdrawn keeps its trace', async () => {
    const [, document] = await published()
    const url = document.content?.[0]?.attachment?.url ?? ''
    assert.equal((await server().delete(`DocumentReference/${document.id}`)).status, 204)
    assert.equal((await server().get(url)).status, 410)
    assert.equal((await server().get(`DocumentReference/${document.id}`)).status, 410)
    const trace = (await server().get(`DocumentReference/${document.id}/_history`)).resource('Bundle')
    assert.deepEqual(
      trace.entry?.map(({ request }) => request?.method),
      ['DELETE', 'POST'],
    )
  })

  test('PDSM-25: the first version is 1, and a change of metadata makes the next', async () => {
    const [, document] = await published()
    assert.equal(document.meta?.versionId, '1')
    const patched = await server().patch(`DocumentReference/${document.id}`, [
      { op: 'add', path: '/extension', value: [{ url: ARCHIVED, valueBoolean: true }] },
    ])
    assert.equal(patched.status, 200, patched.text)
    assert.equal(patched.resource('DocumentReference').meta?.versionId, '2')
    assert.equal(patched.headers.etag, 'W/"2"')
  })
})
