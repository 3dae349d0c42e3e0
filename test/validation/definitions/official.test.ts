import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadRuleset, type Ruleset } from '../../../src/validation/definitions/load.ts'
import { needsOfficial, officialJson } from '../../french/official.ts'
import { type Json, object, text } from '../profiles/files.ts'
import { EXPLANATIONS, type Explanation } from './explanations.ts'
import { type Difference, differencesOf } from './published.ts'

const OFFICIAL = fileURLToPath(new URL('../../../../shared/official/', import.meta.url))

/** Guides that are read together, because they stand on each other. */
const SETS: Readonly<Record<string, readonly string[]>> = {
  'the published guides': [
    ...['fr-core', 'fr-core/2.1.0', 'pdsm/3.1.1'],
    ...['mhd', 'pdqm', 'pixm', 'balp', 'dsubm', 'subscriptions-backport-r4'].map((guide) => `ihe/${guide}/conformance`),
  ],
  'PDSm as it will be': ['pdsm/ci-2026-06-30', 'ihe/mhd/conformance', 'ihe/balp/conformance'],
}

/** Definitions that cannot be used, with the part of the message that says why. */
const UNUSABLE: Readonly<Record<string, RegExp>> = {
  'backport-subscription-notification': /type SubscriptionStatus is not among those of its base/, // it is of R4B
}

const used = new Set<Explanation>()

for (const [name, folders] of Object.entries(SETS)) {
  test(`every profile of ${name} compiles, as its publisher's snapshot has it`, needsOfficial, async (t) => {
    const ruleset = loadRuleset({ packages: folders.map((folder) => join(OFFICIAL, folder)) })
    for (const { problem } of ruleset.refused) {
      assert(
        Object.values(UNUSABLE).some((reason) => reason.test(problem)),
        problem,
      )
    }
    for (const published of folders.flatMap(profilesIn)) {
      const title = `${text(published.url)} ${published.version ?? ''}`
      if (Object.keys(UNUSABLE).some((id) => text(published.url).endsWith(`/${id}`))) continue
      await t.test(title, () => assert.deepEqual(unexplained(published, ruleset), []))
    }
  })
}

after(() => {
  if (needsOfficial.skip !== undefined) return
  const idle = EXPLANATIONS.filter((explanation) => !used.has(explanation)).map(({ why }) => why)
  assert.deepEqual(idle, [], 'every explanation still explains a difference')
})

const profilesIn = (folder: string): Json[] =>
  globSync('StructureDefinition-*.json', { cwd: join(OFFICIAL, folder) })
    .sort()
    .map((file) => object(officialJson<unknown>(`${folder}/${file}`)))
    .filter(({ kind }) => kind !== 'logical')

function unexplained(published: Json, { definitions }: Ruleset): string[] {
  const { url, version } = published
  const tree = definitions(version === undefined ? text(url) : `${url}|${version}`)
  assert(tree, `${url} is not loaded`)
  return differencesOf(published, tree, definitions).flatMap((difference) => {
    const explanation = EXPLANATIONS.find((each) => each.explains(difference, tree, definitions))
    if (explanation === undefined) return [line(difference)]
    used.add(explanation)
    return []
  })
}

const line = ({ element, facet, published, ours }: Difference): string =>
  `${element} ${facet}: published ${published || 'nothing'}, ours ${ours || 'nothing'}`
