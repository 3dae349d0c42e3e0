import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FrCoreVersion } from '../../../src/french/ins.ts'
import type { Validator } from '../../../src/validation/validate.ts'
import { documentBytes } from '../../french/cda/a-document.ts'
import { needsOfficial, officialJson } from '../../french/official.ts'
import { qualifiedPatient } from '../../french/patients.ts'
import { IDENTITY_CASES } from '../rules/cases.ts'
import { derived } from '../rules/derived.ts'
import { officialFiles, officialFolder } from '../rules/official-files.ts'
import { profileValidator } from '../rules/whole.ts'

/** Errors that only one side finds, each a departure of ours (departures.ts). */
const EXPLAINED: readonly (readonly [side: 'ours' | 'published', error: RegExp, why: string])[] = [
  ['published', /^binding\.required Patient\.extension\[\d+\]\.value\.extension\[\d+\]\.value$/, 'births abroad'],
  ['ours', /^inv\.dcc-mhd-1 /, 'the master identifier told by use or type'],
  [
    'published',
    /^(element\.required|value\.pattern) .*masterIdentifier(\.type)?$/,
    'the master identifier told by type only',
  ],
  ['ours', /^inv\.dcc-pdsm-[12] /, 'identifiers told by their use'],
  [
    'ours',
    /^element\.required DocumentReference\.context\.related\[\d+\]\.identifier$/,
    'references told by their type',
  ],
  ['published', /^reference\.(type|target-profile) .*\.(author\[\d+\]|authenticator)$/, 'professionals without a role'],
]

const OFFICIAL: Readonly<Record<FrCoreVersion, readonly string[]>> = {
  '2.2.0': ['fr-core', 'ihe/mhd/conformance', 'pdsm/3.1.1'],
  '2.1.0': ['fr-core/2.1.0', 'ihe/mhd/conformance', 'pdsm/3.1.1'],
}
const RELEASES: readonly FrCoreVersion[] = ['2.2.0', '2.1.0']

for (const release of RELEASES) {
  test(`ours and the published profiles give the same verdicts, with FR Core ${release}`, needsOfficial, () => {
    const ours = profileValidator(release)
    const published = profileValidator(release, OFFICIAL[release].map(officialFolder))
    const differences = samples().flatMap(([name, resource]) => compared(ours, published, name, resource))
    assert.deepEqual(differences, [])
  })
}

/** The 54 edge cases, every official example, and valid resources without each of their members in turn. */
function samples(): (readonly [name: string, resource: unknown])[] {
  const examples = [
    'ihe/mhd/examples/*.json',
    'fr-core/examples/*.json',
    'pdsm/{3.1.1,pdsm4dmp-0.1.0-ci}/{DocumentReference,List,Bundle}-*.json',
  ]
  const { entry, submission } = derived(documentBytes())
  const valid: readonly (readonly [string, object])[] = [
    ['patient', qualifiedPatient()],
    ['document', entry],
    ['submission', submission],
  ]
  return [
    ...IDENTITY_CASES.map(({ id, patient }) => [`case ${id}`, patient] as const),
    ...examples
      .flatMap((pattern) => officialFiles(pattern))
      .map((file) => [file, officialJson<unknown>(file)] as const),
    ...valid.flatMap(([name, resource]) =>
      withoutEach(resource).map(([path, rest]) => [`${name} without ${path}`, rest] as const),
    ),
  ]
}

function compared(ours: Validator, published: Validator, name: string, resource: unknown): string[] {
  const [left, right] = [errorsOf(ours, resource), errorsOf(published, resource)]
  return [...only('ours', left, right), ...only('published', right, left)].map((error) => `${name}: ${error}`)
}

function only(side: 'ours' | 'published', these: readonly string[], those: readonly string[]): string[] {
  return these
    .filter((error) => !those.includes(error) && !EXPLAINED.some(([who, what]) => who === side && what.test(error)))
    .map((error) => `only ${side}: ${error}`)
}

function errorsOf(validator: Validator, resource: unknown): string[] {
  return validator
    .validate(resource)
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map(({ key, expression }) => `${key} ${expression}`)
}

/** Every copy of a value that lacks one member or item, at any depth, with the path of what it lacks. */
function withoutEach(value: unknown, path = ''): [path: string, rest: unknown][] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index): [string, unknown][] => [
      [`${path}[${index}]`, value.filter((_, at) => at !== index)],
      ...withoutEach(item, `${path}[${index}]`).map(([at, rest]): [string, unknown] => [at, value.with(index, rest)]),
    ])
  }
  if (typeof value !== 'object' || value === null) return []
  const members = Object.entries(value)
  return members.flatMap(([name, member]): [string, unknown][] => [
    [`${path}.${name}`, Object.fromEntries(members.filter(([other]) => other !== name))],
    ...withoutEach(member, `${path}.${name}`).map(([at, rest]): [string, unknown] => [at, { ...value, [name]: rest }]),
  ])
}
