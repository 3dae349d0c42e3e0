import type {
  CodeableConcept,
  Device,
  HumanName,
  Organization,
  Practitioner,
  PractitionerRole,
  Reference,
} from '@medplum/fhirtypes'
import type { CdaAuthor, CdaFunction, CdaOrganization, CdaPerson, CdaProfessional } from '../cda/participants.ts'
import { registeredIdentifierOf } from '../identifiers.ts'
import { present } from '../present.ts'
import { codingOf } from './codings.ts'

/** A participant of a document as a contained resource. */
export type ContainedParticipant = Practitioner | PractitionerRole | Organization | Device

/**
 * The participants of one document, contained in its DocumentReference. The same participant twice (an author who signs) is contained
 * once. Every method returns the local reference to use. Source: reference/documents-fr.md 1.11 (the form of the health directory).
 */
export class ContainedParticipants {
  readonly #resources = new Map<string, ContainedParticipant>()
  readonly #counts = new Map<string, number>()

  /** Everything contained so far. */
  resources(): ContainedParticipant[] {
    return [...this.#resources.values()]
  }

  /** An author: a device when the document says so, else a professional. */
  author(author: CdaAuthor): Reference<PractitionerRole | Device> {
    return author.device === undefined
      ? this.professional(author, author.function)
      : this.#device(author, author.device)
  }

  /** A professional in a structure: a role that points to both. */
  professional(professional: CdaProfessional, role?: CdaFunction): Reference<PractitionerRole> {
    const { ids, person, organization, code } = professional
    const practitioner = this.#add<Practitioner>({
      resourceType: 'Practitioner',
      ...present({ identifier: ids.map(registeredIdentifierOf), name: person === undefined ? [] : [nameOf(person)] }),
    })
    const structure = organization === undefined ? undefined : this.organization(organization)
    const codes: CodeableConcept[] = code === undefined ? [] : [{ coding: [codingOf(code)] }]
    return this.#add<PractitionerRole>({
      resourceType: 'PractitionerRole',
      ...present({ practitioner, organization: structure, code: [...codes, ...functionConcept(role)] }),
    })
  }

  /** An organisation; undefined when the document neither names nor identifies it. */
  organization({ ids, name }: CdaOrganization): Reference<Organization> | undefined {
    if (ids.length === 0 && name === undefined) return undefined
    return this.#add<Organization>({
      resourceType: 'Organization',
      ...present({ identifier: ids.map(registeredIdentifierOf), name }),
    })
  }

  #device({ ids, organization }: CdaAuthor, device: NonNullable<CdaAuthor['device']>): Reference<Device> {
    const owner = organization === undefined ? undefined : this.organization(organization)
    const names = [
      ...(device.model === undefined ? [] : [{ name: device.model, type: 'model-name' as const }]),
      ...(device.software === undefined ? [] : [{ name: device.software, type: 'other' as const }]),
    ]
    return this.#add<Device>({
      resourceType: 'Device',
      ...present({ identifier: ids.map(registeredIdentifierOf), deviceName: names, owner }),
    })
  }

  /** Contains a resource once and returns the reference to it: `#practitioner-1`, `#organization-2`… */
  #add<T extends ContainedParticipant>(resource: T): Reference<T> {
    const key = JSON.stringify(resource)
    const known = this.#resources.get(key)
    if (known?.id !== undefined) return { reference: `#${known.id}` }
    const count = (this.#counts.get(resource.resourceType) ?? 0) + 1
    this.#counts.set(resource.resourceType, count)
    const id = `${resource.resourceType.toLowerCase()}-${count}`
    this.#resources.set(key, { ...resource, id })
    return { reference: `#${id}` }
  }
}

function nameOf({ family, givens, prefix, suffix }: CdaPerson): HumanName {
  const titles = [prefix, suffix].map((title) => (title === undefined ? [] : [title]))
  return present({ family, given: [...givens], prefix: titles[0], suffix: titles[1] })
}

function functionConcept(role: CdaFunction | undefined): CodeableConcept[] {
  if (role === undefined) return []
  return [present({ coding: role.code === undefined ? [] : [codingOf(role.code)], text: role.text })]
}
