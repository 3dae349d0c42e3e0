import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { builtInTerminology, type FrCoreRelease } from '../../../src/validation/terminology/built-in.ts'
import type { CodeSet } from '../../../src/validation/terminology/code-set.ts'

const OFFICIAL = resolve(dirname(fileURLToPath(import.meta.url)), '../../../../shared/official')
const skip =
  existsSync(OFFICIAL) || process.env.CI === 'true' ? false : 'the official resources are not on this machine'

/** Value sets that profiles bind and that nobody publishes as files we may read: answered as unknown. */
const AWAY: readonly RegExp[] = [
  // Directories of professionals and structures (RASS).
  /^https:\/\/mos\.esante\.gouv\.fr\/NOS\/JDV_J(78|79|81|89|91|101|105|106|107|129)-/,
  // Countries of ISO 3166; encounters of a later HL7 terminology; R5 codes of the subscription backport.
  /\/v3-Country(\||$)/,
  /\/v3-ActEncounterCode\|3\.0\.0$/,
  /\/subscription-notification-type$/,
]

const RELEASES: readonly [release: FrCoreRelease, files: string][] = [
  ['2.2.0', '{fr-core,fr-core/external,pdsm/**,ihe/**}'],
  ['2.1.0', 'fr-core/2.1.0'],
]

describe('the value sets that official profiles bind', { skip }, () => {
  for (const [release, folders] of RELEASES) {
    test(`are carried, with FR Core ${release}`, () => {
      const { registry } = builtInTerminology({ frCore: release })
      const bound = new Set<string>()
      for (const { snapshot, differential } of read<Profile>(`${folders}/StructureDefinition-*.json`)) {
        for (const { binding } of [...(snapshot?.element ?? []), ...(differential?.element ?? [])]) {
          const isRule = binding?.strength === 'required' || binding?.strength === 'extensible'
          if (isRule && binding.valueSet !== undefined) bound.add(binding.valueSet)
        }
      }
      assert.ok(bound.size > 30, String(bound.size))
      const missing = [...bound].filter((url) => registry.valueSet(url) === undefined)
      assert.deepEqual(
        missing.filter((url) => !AWAY.some((pattern) => pattern.test(url))),
        [],
      )
    })

    test(`hold the same codes when official packages replace ours, with FR Core ${release}`, () => {
      const packages = read(`${folders}/{ValueSet,CodeSystem}-*.json`)
      const ours = builtInTerminology({ frCore: release })
      const official = builtInTerminology({ frCore: release, packages })
      let compared = 0
      for (const { url } of ours.registry.valueSets) {
        const [a, b] = [ours.registry.valueSet(url), official.registry.valueSet(url)]
        if (a === undefined || b === undefined) continue
        assert.deepEqual(codesOf(official.expand(b)), codesOf(ours.expand(a)), url)
        if (a !== b) compared += 1
      }
      assert.ok(compared > 15, String(compared))
    })
  }
})

interface Profile {
  snapshot?: { element: Element[] }
  differential?: { element: Element[] }
}

interface Element {
  binding?: { strength: string; valueSet?: string }
}

function read<T>(pattern: string): T[] {
  return globSync(pattern, { cwd: OFFICIAL }).map((file) => JSON.parse(readFileSync(join(OFFICIAL, file), 'utf8')))
}

/** What a set tells, without displays. */
function codesOf({ sure, open, openToAll, bySyntax, doubtful }: CodeSet): unknown {
  const codes = [...sure].flatMap(([system, members]) => [...members.keys()].map((key) => `${system}#${key}`))
  return { codes: codes.sort(), open: [...open].sort(), openToAll, bySyntax, doubtful }
}
