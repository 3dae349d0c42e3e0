/** One of the errors that the publisher's own report finds in the examples of PDSm. */
export type KnownError = {
  readonly id: string
  /** Example of the build of 2026-06-30; absent for what is no example. */
  readonly file?:
    | 'DocumentReference-PDSmSimplifiedExample'
    | 'DocumentReference-exemple-pdsm-documentreference'
    | 'List-ExampleFolder'
    | 'List-ExampleSubmissionSet'
  readonly what: string
  /** What we find: severity, key, expression. */
  readonly found?: string
  /** Why we find nothing there, or less than an error. */
  readonly why?: string
}

const OUR_WARNING = 'R4 asks displays to be right but lets readers ignore them: a warning (validation.md section 6)'
const ELSEWHERE =
  'a resource is judged alone: whether its target exists elsewhere only the server that would hold it can tell (the publisher has the whole guide at hand)'
const NO_PAGE =
  'a link between pages of the built guide, in a narrative that its publisher generates: no validator of a resource knows the pages'
const SAME_DISPLAY =
  'the publisher refuses the coding for its display once more: the code is in the required set of MHD, and its display is the finding above'
const DIRECTORY =
  'the directory profiles are carried as their resource type only (profiles/README.md): found when their package is given by DCC_PACKAGES'

/**
 * The 27 errors of documents-fr.md 1.9, row by row as the report of the publisher (main/ig/qa.txt of 2026-07-27, 27
 * errors, branch gh-pages of ansforge/IG-fhir-partage-de-documents-de-sante) counts them: S the simplified document, D
 * the document, F the folder, L the submission set, G the guide itself.
 */
export const KNOWN_ERRORS: readonly KnownError[] = [
  ...(
    [
      ['S1', 'display of LOINC 15507-7', 'warning coding.display DocumentReference.type.coding[0]', OUR_WARNING],
      ['S2', 'author leads nowhere', undefined, ELSEWHERE],
      [
        'S3',
        'authenticator leads nowhere',
        'information reference.not-checked DocumentReference.authenticator',
        ELSEWHERE,
      ],
      ['S4', 'size', 'error attachment.size DocumentReference.content[0].attachment.size'],
      ['S5', 'hash', 'error attachment.hash DocumentReference.content[0].attachment.hash'],
      ['S6', 'link of the narrative to the author', undefined, NO_PAGE],
      ['S7', 'link of the narrative to the authenticator', undefined, NO_PAGE],
    ] as const
  ).map((row) => known('DocumentReference-PDSmSimplifiedExample', row)),
  ...(
    [
      ['D1', 'display of LOINC 34133-9', 'warning coding.display DocumentReference.type.coding[0]', OUR_WARNING],
      ['D2', 'display of TRE_A03 10', 'warning coding.display DocumentReference.category[0].coding[0]', OUR_WARNING],
      ['D3', 'author leads nowhere', 'error reference.aggregation DocumentReference.author[0]'],
      ['D4', 'author is not contained', 'error reference.aggregation DocumentReference.author[0]'],
      ['D5', 'authenticator is not contained', 'error reference.aggregation DocumentReference.authenticator'],
      [
        'D6',
        'sourcePatientInfo is not contained',
        'error reference.aggregation DocumentReference.context.sourcePatientInfo',
      ],
      ['D7', 'contained Practitioner with lastUpdated (dom-4)', 'error inv.dom-4 DocumentReference'],
      ['D8', 'contained Practitioner that nothing refers to (dom-3)', 'error inv.dom-3 DocumentReference.contained[0]'],
      ['D9', 'link of the narrative to the author', undefined, NO_PAGE],
    ] as const
  ).map((row) => known('DocumentReference-exemple-pdsm-documentreference', row)),
  ...(
    [
      ['F1', 'display of MHDlistTypes folder', 'warning coding.display List.code.coding[0]', OUR_WARNING],
      ['F2', 'code outside MHDlistTypesVS', 'warning coding.display List.code.coding[0]', SAME_DISPLAY],
    ] as const
  ).map((row) => known('List-ExampleFolder', row)),
  ...(
    [
      [
        'L1',
        'practitioner of the contained role leads nowhere',
        'information reference.not-checked List.contained[0].practitioner',
        ELSEWHERE,
      ],
      ['L2', 'intended recipient meets no directory profile', undefined, DIRECTORY],
      ['L3', 'unique id is no OID (mhd-startswithoid)', 'error inv.dcc-pdsm-2 List.identifier[0]'],
      ['L4', 'display of MHDlistTypes submissionset', 'warning coding.display List.code.coding[0]', OUR_WARNING],
      ['L5', 'code outside MHDlistTypesVS', 'warning coding.display List.code.coding[0]', SAME_DISPLAY],
      ['L6', 'source meets no directory profile', undefined, DIRECTORY],
      ['L7', 'contained resources with versionId (dom-4)', 'error inv.dom-4 List'],
      ['L8', 'link of the narrative to the practitioner', undefined, NO_PAGE],
    ] as const
  ).map((row) => known('List-ExampleSubmissionSet', row)),
  {
    id: 'G1',
    what: 'file of suppressed messages',
    why: 'a parameter of the build names a file that is not there: no resource is wrong',
  },
]

/** What 1.9 tells of besides: the publisher has them as warnings or not at all. */
export const TOLD_BESIDES: readonly KnownError[] = [
  ...(
    [
      ['D10', 'format of a laboratory report', 'error document.type-format DocumentReference.content[0].format'],
      [
        'D11',
        'system of the confidentiality',
        'error pdsm.constr-bind-securityLabel DocumentReference.securityLabel[0]',
      ],
    ] as const
  ).map((row) => known('DocumentReference-exemple-pdsm-documentreference', row)),
]

type Row = readonly [id: string, what: string, found?: string | undefined, why?: string]

function known(file: KnownError['file'] & string, [id, what, found, why]: Row): KnownError {
  return { id, file, what, ...(found === undefined ? {} : { found }), ...(why === undefined ? {} : { why }) }
}
