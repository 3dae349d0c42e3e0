import { identifier, reference, string } from './datatypes.ts'
import { at, containedTarget, listOf, objectOf } from './elements.ts'
import type { JsonObject, SearchParameter, Selector } from './model.ts'

/**
 * Who made a document or a submission set. MHD and PDSm put the author in `contained`, most often as a
 * PractitionerRole that points at a Practitioner and an Organization, contained or not (ihe.md P-23,
 * documents-fr.md 1.11). What is contained is indexed with the document; what is not is found by a chain.
 */

interface Actor {
  reference: JsonObject
  /** The contained resource, when the reference points at one. */
  contained: JsonObject | undefined
  /** References of a contained PractitionerRole. */
  behind: readonly { name: 'practitioner' | 'organization'; reference: unknown; contained: JsonObject | undefined }[]
}

/** Most actors of one resource that are looked at. */
const MOST_ACTORS = 100

const actors = (path: string) => {
  const references = at(path)
  return (resource: JsonObject, visit: (actor: Actor) => void): void => {
    let seen = 0
    references(resource, (value) => {
      const reference = objectOf(value)
      seen += 1
      if (reference === undefined || seen > MOST_ACTORS) return
      const contained = containedTarget(resource, reference)
      const behind = contained?.resourceType === 'PractitionerRole' ? behindRole(resource, contained) : []
      visit({ reference, contained, behind })
    })
  }
}

function behindRole(resource: JsonObject, role: JsonObject): Actor['behind'] {
  return (['practitioner', 'organization'] as const).flatMap((name) =>
    role[name] === undefined ? [] : [{ name, reference: role[name], contained: containedTarget(resource, role[name]) }],
  )
}

const names = (path: string, part: 'family' | 'given'): Selector => {
  const eachActor = actors(path)
  const eachName = at(`name.${part}`)
  return (resource, visit) =>
    eachActor(resource, ({ contained, behind }) => {
      if (contained !== undefined) eachName(contained, visit)
      for (const { name, contained: person } of behind) {
        if (name === 'practitioner' && person !== undefined) eachName(person, visit)
      }
    })
}

const identifiers = (path: string): Selector => {
  const eachActor = actors(path)
  return (resource, visit) =>
    eachActor(resource, (actor) => {
      for (const holder of [actor, ...actor.behind]) {
        const logical = objectOf(holder.reference)?.identifier
        if (logical !== undefined) visit(logical)
        for (const member of listOf(holder.contained?.identifier)) visit(member)
      }
    })
}

/** References of contained roles to resources that are not contained. */
const outside = (path: string, wanted: 'practitioner' | 'organization'): Selector => {
  const eachActor = actors(path)
  return (resource, visit) =>
    eachActor(resource, ({ behind }) => {
      for (const { name, reference } of behind) {
        const address = objectOf(reference)?.reference
        if (name === wanted && typeof address === 'string' && !address.startsWith('#')) visit({ reference: address })
      }
    })
}

const throughRole = (parameter: 'practitioner' | 'organization') => ({ type: 'PractitionerRole', parameter }) as const

const PERSON_STEPS = (parameter: string) => [
  { type: 'Practitioner', parameter, through: throughRole('practitioner') } as const,
  { type: 'Patient', parameter, onlyNamed: true } as const,
]

/** Parameters that go through an author or source: its names and identifiers, and what its contained roles point at. */
export function actorParameters(via: 'author' | 'source'): readonly SearchParameter[] {
  return [
    ...(['family', 'given'] as const).map(
      (part): SearchParameter => ({
        name: `${via}.${part}`,
        type: 'string',
        definition: undefined,
        from: names(via, part),
        as: string,
        chain: {
          via,
          aliases: [`practitioner.${part}`, `partOf.practitioner.${part}`, `partOf.${part}Ex`],
          steps: PERSON_STEPS(part),
        },
        fr: part === 'family' ? 'Nom de l’auteur, contenu ou référencé.' : 'Prénom de l’auteur, contenu ou référencé.',
        en: `${part === 'family' ? 'Family' : 'Given'} name of the author, contained or referenced.`,
      }),
    ),
    {
      name: `${via}.identifier`,
      type: 'token',
      definition: undefined,
      from: identifiers(via),
      as: identifier,
      chain: {
        via,
        aliases: ['practitioner.identifier', 'organization.identifier'],
        steps: [
          { type: 'Practitioner', parameter: 'identifier', through: throughRole('practitioner') },
          { type: 'PractitionerRole', parameter: 'identifier' },
          { type: 'Organization', parameter: 'identifier', through: throughRole('organization') },
          { type: 'Patient', parameter: 'identifier', onlyNamed: true },
        ],
      },
      fr: 'Identifiant de l’auteur ou de sa structure, contenus ou référencés.',
      en: 'Identifier of the author or of its organisation, contained or referenced.',
    },
    ...(['practitioner', 'organization'] as const).map(
      (name): SearchParameter => ({
        name: `${via}.${name}`,
        type: 'reference',
        definition: undefined,
        from: outside(via, name),
        as: reference,
        internal: true,
        fr: 'Ressource vers laquelle pointe un PractitionerRole contenu.',
        en: 'Resource that a contained PractitionerRole points at.',
      }),
    ),
  ]
}
