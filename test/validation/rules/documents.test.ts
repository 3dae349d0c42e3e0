import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { frenchRules, type RuleContext } from '../../../src/validation/rules/index.ts'
import { needsOfficial, officialJson } from '../../french/official.ts'

const NOS = 'https://mos.esante.gouv.fr/NOS'
const nos = (name: string): string => `${NOS}/${name}/FHIR/${name.replace('_', '-')}`
const coded = (system: string, code: string) => ({ coding: [{ system, code }] })
const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition'
const CONTEXT: RuleContext = { insDomain: 'test' }

/** A PDSm document that every rule accepts: a fiche RCP as a PDF. */
const fiche = () => ({
  resourceType: 'DocumentReference',
  meta: { profile: [`${PDSM}/pdsm-comprehensive-document-reference`] },
  contained: [{ resourceType: 'PractitionerRole', id: 'author' }],
  status: 'current',
  type: coded('http://loinc.org', '34794-8'),
  category: [coded(nos('TRE_A03-ClasseDocument'), '10')],
  author: [{ reference: '#author' }],
  securityLabel: [coded(nos('TRE_A08-HL7Confidentiality'), 'N')],
  content: [
    {
      attachment: { contentType: 'application/pdf', url: 'Binary/1' },
      format: { system: nos('TRE_A11-IheFormatCode'), code: 'urn:ihe:iti:xds-sd:pdf:2008' },
    },
  ],
  context: {
    event: [coded('http://hl7.org/fhir/sid/icd-10', 'C50.2')],
    facilityType: coded(nos('TRE_R02-SecteurActivite'), 'SA36'),
    practiceSetting: coded(nos('TRE_A01-CadreExercice'), 'ETABLISSEMENT'),
  },
})
type Fiche = ReturnType<typeof fiche>

const found = (resource: object, context = CONTEXT): string[] =>
  frenchRules(resource, context).map(({ severity, key, expression }) => `${severity} ${key} ${expression}`)

test('a document that follows every text rule of PDSm is accepted', () => {
  assert.deepEqual(found(fiche()), [])
})

/** A change to the fiche, and what the rules find then. */
const DOCUMENTS: readonly (readonly [name: string, change: (fiche: Fiche) => object, expected: readonly string[]])[] = [
  [
    'a type of another code system',
    (fiche) => ({ ...fiche, type: coded('http://snomed.info/sct', '419891008') }),
    ['error pdsm.constr-bind-type DocumentReference.type'],
  ],
  [
    'a type told by text only',
    (fiche) => ({ ...fiche, type: { text: 'Fiche RCP' } }),
    ['error pdsm.constr-bind-type DocumentReference.type'],
  ],
  [
    'a type told by the OID of LOINC',
    (fiche) => ({ ...fiche, type: coded('urn:oid:2.16.840.1.113883.6.1', '34794-8') }),
    [],
  ],
  [
    'a class of another code system',
    (fiche) => ({ ...fiche, category: [coded('http://loinc.org', '11369-6')] }),
    ['error pdsm.constr-bind-category DocumentReference.category[0]'],
  ],
  [
    'a class that is not that of the type',
    (fiche) => ({ ...fiche, category: [coded(nos('TRE_A03-ClasseDocument'), '44')] }),
    ['error document.type-class DocumentReference.category[0]'],
  ],
  [
    'a second label of another code system',
    (fiche) => ({
      ...fiche,
      securityLabel: [...fiche.securityLabel, coded(nos('TRE_A07-StatusVisibiliteDocument'), 'N')],
    }),
    ['error pdsm.constr-bind-securityLabel DocumentReference.securityLabel[1]'],
  ],
  [
    'a label in the code system of HL7',
    (fiche) => ({ ...fiche, securityLabel: [coded('http://terminology.hl7.org/CodeSystem/v3-Confidentiality', 'N')] }),
    [],
  ],
  [
    'a label that says why, in a code system of HL7',
    (fiche) => ({
      ...fiche,
      securityLabel: [...fiche.securityLabel, coded('http://terminology.hl7.org/CodeSystem/v3-ActReason', 'HTEST')],
    }),
    [],
  ],
  [
    'a format of another code system',
    (fiche) => content(fiche, {}, { system: 'urn:oid:1.2.3', code: 'x' }),
    ['error pdsm.constr-bind-format DocumentReference.content[0].format'],
  ],
  [
    'a format in the code system of IHE',
    (fiche) =>
      content(
        fiche,
        {},
        {
          system: 'http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode',
          code: 'urn:ihe:iti:xds-sd:pdf:2008',
        },
      ),
    [],
  ],
  [
    'a structured format for a PDF',
    (fiche) =>
      content(fiche, {}, { system: nos('TRE_A06-FormatCodeComplementaire'), code: 'urn:asip:ci-sis:frcp:2011' }),
    ['error document.format-content DocumentReference.content[0].attachment.contentType'],
  ],
  [
    'the format of another structured document',
    (fiche) =>
      content(
        fiche,
        { contentType: 'text/xml' },
        {
          system: nos('TRE_A06-FormatCodeComplementaire'),
          code: 'urn:asip:ci-sis:pps-cancer:2017',
        },
      ),
    ['error document.type-format DocumentReference.content[0].format'],
  ],
  [
    'a PDF format for an image',
    (fiche) => content(fiche, { contentType: 'image/jpeg' }),
    ['error document.format-content DocumentReference.content[0].attachment.contentType'],
  ],
  [
    'a facility type of another code system',
    (fiche) => ({ ...fiche, context: { ...fiche.context, facilityType: coded('http://snomed.info/sct', '82242000') } }),
    ['error pdsm.constr-bind-ProducteurDoc DocumentReference.context.facilityType'],
  ],
  [
    'a practice setting of another code system',
    (fiche) => ({
      ...fiche,
      context: { ...fiche.context, practiceSetting: coded('http://snomed.info/sct', '408467006') },
    }),
    ['error pdsm.constr-bind-ProducteurDoc DocumentReference.context.practiceSetting'],
  ],
  [
    'the facility type of a patient for the document of a professional',
    (fiche) => ({
      ...fiche,
      context: { ...fiche.context, facilityType: coded(nos('TRE_A00-ProducteurDocNonPS'), 'EXP_PATIENT') },
    }),
    ['error pdsm.constr-bind-ProducteurDoc.author DocumentReference.context.facilityType'],
  ],
  [
    'the facility type of a patient for the document of a patient',
    (fiche) => ({
      ...fiche,
      author: [{ reference: 'Patient/1' }],
      context: { ...fiche.context, facilityType: coded(nos('TRE_A00-ProducteurDocNonPS'), 'EXP_PATIENT') },
    }),
    [],
  ],
  [
    'an event that is text only',
    (fiche) => ({
      ...fiche,
      context: { ...fiche.context, event: [...fiche.context.event, { text: 'tumeur du sein' }] },
    }),
    ['error pdsm.constr-bind-context-event DocumentReference.context.event[1]'],
  ],
  [
    'a content that stands nowhere',
    (fiche) => content(fiche, { url: 'urn:uuid:0c287d32-01e3-4d87-9953-9fcc9404eb21' }),
    ['error pdsm.constr-bind-attachmenturl DocumentReference.content[0].attachment.url'],
  ],
  ['a content by a version', (fiche) => content(fiche, { url: '/fhir/Binary/1/_history/2' }), []],
  [
    'a content contained',
    (fiche) => content(fiche, { url: '#1' }),
    ['error pdsm.constr-bind-attachmenturl DocumentReference.content[0].attachment.url'],
  ],
  ['a content at an absolute address', (fiche) => content(fiche, { url: 'https://example.org/Binary/1' }), []],
  [
    'a replacement with a second relation',
    (fiche) => ({
      ...fiche,
      relatesTo: [
        { code: 'replaces', target: { reference: 'DocumentReference/1' } },
        { code: 'appends', target: { reference: 'DocumentReference/2' } },
      ],
    }),
    ['error pdsm.constr-bind-relatesTo DocumentReference.relatesTo'],
  ],
  [
    'a relation to a content',
    (fiche) => ({ ...fiche, relatesTo: [{ code: 'appends', target: { reference: 'Binary/1' } }] }),
    ['error pdsm.constr-bind-relatesToTarget DocumentReference.relatesTo[0].target'],
  ],
  [
    'a relation by identifier',
    (fiche) => ({ ...fiche, relatesTo: [{ code: 'replaces', target: { identifier: { value: 'urn:oid:1.2' } } }] }),
    [],
  ],
]

for (const [name, change, expected] of DOCUMENTS) {
  test(`${name} is ${expected.length === 0 ? 'accepted' : 'refused'}`, () => {
    assert.deepEqual(found(change(fiche())), expected)
  })
}

test('a document of another guide keeps its own code systems', () => {
  const { meta: _meta, ...document } = fiche()
  const foreign = { ...document, type: coded('urn:x', 'x'), category: [coded('urn:x', 'x')], relatesTo: [{}, {}] }
  assert.deepEqual(found(foreign), [])
  assert.ok(found(foreign, { ...CONTEXT, profiles: [`${PDSM}/pdsm-simplified-publish|3.1.1`] }).length > 0)
})

test('in the simplified publish, facility type and practice setting are only recommended', () => {
  const simplified = {
    ...fiche(),
    meta: { profile: [`${PDSM}/pdsm-simplified-publish`] },
    context: { facilityType: coded('urn:x', 'x'), practiceSetting: coded('urn:x', 'x') },
  }
  assert.deepEqual(found(simplified), [
    'warning pdsm.constr-bind-ProducteurDoc DocumentReference.context.facilityType',
    'warning pdsm.constr-bind-ProducteurDoc DocumentReference.context.practiceSetting',
  ])
})

test('a structured document has the format of the template that it declares', () => {
  const cda = (template: string) =>
    Buffer.from(
      `<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><!-- <templateId root="1.2.250.1.213.1.1.1.26"/> --><templateId root="${template}" extension="2022.01"/><recordTarget/></ClinicalDocument>`,
    ).toString('base64')
  const document = (template: string) =>
    content(
      fiche(),
      { contentType: 'text/xml', data: cda(template) },
      {
        system: nos('TRE_A06-FormatCodeComplementaire'),
        code: 'urn:asip:ci-sis:frcp:2011',
      },
    )
  assert.deepEqual(found(document('1.2.250.1.213.1.1.1.8')), [])
  const [issue] = frenchRules(document('1.2.250.1.213.1.1.1.32'), CONTEXT)
  assert.equal(issue?.key, 'document.template-format')
  assert.deepEqual(issue?.detail, { expected: 'urn:asip:ci-sis:crgm:2018' })
})

const BYTES = Buffer.from('fiche RCP fictive')
const DIGEST = createHash('sha1').update(BYTES).digest()
const ATTACHMENTS: readonly (readonly [name: string, attachment: object, expected: readonly string[]])[] = [
  ['right size and hash', { size: BYTES.length, hash: DIGEST.toString('base64') }, []],
  ['the size of the base64', { size: 24 }, ['error attachment.size size']],
  ['the hash of something else', { hash: '2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }, ['error attachment.hash hash']],
  ['the hash in hexadecimal', { hash: DIGEST.toString('hex') }, ['error attachment.hash-hex hash']],
]

for (const [name, attachment, expected] of ATTACHMENTS) {
  const placed = (place: string) => expected.map((issue) => issue.replace(/(\w+)$/, `${place}.$1`))

  test(`an attachment with ${name} beside its data`, () => {
    const photo = { resourceType: 'Patient', photo: [{ data: BYTES.toString('base64'), ...attachment }] }
    assert.deepEqual(found(photo), placed('Patient.photo[0]'))
    assert.deepEqual(found(photo, { ...CONTEXT, verifiesContents: false }), [])
  })

  test(`an attachment with ${name} of the Binary in its bundle`, () => {
    const url = 'urn:uuid:0c287d32-01e3-4d87-9953-9fcc9404eb21'
    const data = BYTES.toString('base64').replace(/(.{8})/g, '$1\n')
    const bundle = {
      resourceType: 'Bundle',
      entry: [
        { resource: { resourceType: 'DocumentReference', content: [{ attachment: { url, ...attachment } }] } },
        { fullUrl: url, resource: { resourceType: 'Binary', data } },
      ],
    }
    assert.deepEqual(found(bundle), placed('Bundle.entry[0].resource.content[0].attachment'))
  })
}

const NUMBERS: readonly (readonly [name: string, system: string, value: string, key?: string])[] = [
  ['an RPPS', 'https://rpps.esante.gouv.fr', '10101201233'],
  ['a wrong RPPS', 'https://rpps.esante.gouv.fr', '10101201234', 'registry.rpps'],
  ['a wrong national identifier', 'urn:oid:1.2.250.1.71.4.2.1', '810101201234', 'registry.rpps'],
  ['a local number under the national authority', 'urn:oid:1.2.250.1.71.4.2.1', '3750100125/1453'],
  ['a FINESS', 'https://finess.esante.gouv.fr', '350005179'],
  ['a wrong FINESS', 'https://finess.esante.gouv.fr', '350005178', 'registry.finess'],
  ['a structure by its FINESS', 'urn:oid:1.2.250.1.71.4.2.2', '1350005179'],
  ['a structure by a wrong FINESS', 'urn:oid:1.2.250.1.71.4.2.2', '1350005178', 'registry.finess'],
  ['a SIREN', 'https://sirene.fr', '264403106'],
  ['a structure by a wrong SIREN', 'urn:oid:1.2.250.1.71.4.2.2', '2264403107', 'registry.siren'],
  ['a wrong SIRET', 'https://sirene.fr', '26350007609999', 'registry.siret'],
  ['a number of a hospital', 'urn:oid:1.2.250.1.71.4.2.2.990000001', '1234'],
]

for (const [name, system, value, key] of NUMBERS) {
  test(`${name} is ${key === undefined ? 'accepted' : 'refused in production, told in test'}`, () => {
    const resource = { resourceType: 'Composition', custodian: { identifier: { system, value } } }
    const place = `${key} Composition.custodian.identifier.value`
    assert.deepEqual(found(resource, { insDomain: 'production' }), key === undefined ? [] : [`error ${place}`])
    assert.deepEqual(found(resource), key === undefined ? [] : [`warning ${place}`])
  })
}

test('the kind of a submission is of one of the national terminologies', () => {
  const url = 'https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType'
  const list = (system: string, code: string) => ({
    resourceType: 'List',
    meta: { profile: [`${PDSM}/pdsm-submissionset-comprehensive`] },
    extension: [{ url, valueCodeableConcept: coded(system, code) }],
  })
  assert.deepEqual(found(list(nos('TRE_R209-TypeActivite'), '07')), [])
  assert.deepEqual(found(list(nos('TRE_A03-ClasseDocument'), '10')), [
    'error pdsm.constr-bind-designationtype List.extension[0].value',
  ])
})

test('what supersedes a document in a submission comes with the document that replaces it', () => {
  const part = [
    { name: 'path', valueString: 'DocumentReference.status' },
    { name: 'value', valueCode: 'superseded' },
  ]
  const patch = {
    resource: { resourceType: 'Parameters', parameter: [{ name: 'operation', part }] },
    request: { method: 'PATCH', url: 'DocumentReference/x' },
  }
  const submission = (target: string) => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        resource: {
          resourceType: 'DocumentReference',
          relatesTo: [{ code: 'replaces', target: { reference: target } }],
        },
      },
      patch,
    ],
  })
  assert.deepEqual(found(submission('https://a.fr/fhir/DocumentReference/x')), [])
  assert.deepEqual(found(submission('DocumentReference/y')), ['error pdsm.constr-cdr-rempl Bundle.entry[1].resource'])
  assert.deepEqual(found({ ...submission('x'), entry: [patch] }), [
    'error pdsm.constr-cdr-rempl Bundle.entry[0].resource',
  ])
})

test('entries of a PDSm provide bundle follow PDSm without saying so', () => {
  const { meta: _meta, ...document } = fiche()
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    meta: { profile: [`${PDSM}/pdsm-comprehensive-provide-document-bundle`] },
    entry: [{ resource: { ...document, type: coded('urn:x', 'x') } }],
  }
  assert.deepEqual(found(bundle), ['error pdsm.constr-bind-type Bundle.entry[0].resource.type'])
})

for (const release of ['3.1.1', 'ci-2026-06-30']) {
  test(
    `the errors of the official PDSm examples that concern these rules are found (${release})`,
    needsOfficial,
    () => {
      const official = (name: string) => found(officialJson<object>(`pdsm/${release}/DocumentReference-${name}.json`))
      assert.deepEqual(official('exemple-pdsm-documentreference'), [
        'error document.type-class DocumentReference.category[0]',
        'error document.type-format DocumentReference.content[0].format',
        'error document.format-content DocumentReference.content[0].attachment.contentType',
        'error pdsm.constr-bind-securityLabel DocumentReference.securityLabel[0]',
        'warning registry.rpps DocumentReference.contained[0].identifier[0].value',
        'warning registry.rpps DocumentReference.contained[0].identifier[1].value',
      ])
      assert.deepEqual(official('PDSmSimplifiedExample'), [
        'error attachment.size DocumentReference.content[0].attachment.size',
        'error attachment.hash DocumentReference.content[0].attachment.hash',
      ])
    },
  )
}

function content(fiche: Fiche, attachment: object, format: object = {}): object {
  return {
    ...fiche,
    content: fiche.content.map((one) => ({
      attachment: { ...one.attachment, ...attachment },
      format: { ...one.format, ...format },
    })),
  }
}
