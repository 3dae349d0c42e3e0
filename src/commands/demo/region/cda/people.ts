/** Persons and organisations of the header and of the entries. Professionals are rendered once and kept. */
import type { Organization, PostalAddress } from '../hospitals.ts'
import type { PatientIdentity } from '../identity.ts'
import { type Professional, SPECIALTIES } from '../professionals.ts'
import type { Coded } from './codes.ts'
import { coded, id } from './datatypes.ts'
import { element, fragment, NOTHING, solid, text, type Xml } from './xml.ts'

/** OID of the national identifiers of professionals; an RPPS number is preceded by the figure 8. */
const PROFESSIONAL_ROOT = '1.2.250.1.71.4.2.1'
/** OID of the national identifiers of structures; a FINESS number is preceded by the figure 1. */
const STRUCTURE_ROOT = '1.2.250.1.71.4.2.2'

const PRACTICE_SETTINGS: Readonly<Record<Organization['sector'], Coded>> = {
  ETABLISSEMENT: { system: 'PRACTICE_SETTING', code: 'ETABLISSEMENT', display: 'Etablissement de santé' },
  AMBULATOIRE: { system: 'PRACTICE_SETTING', code: 'AMBULATOIRE', display: 'Ambulatoire' },
}

/** `addr` with street, postal code and town. */
export function address(place: PostalAddress): Xml {
  return element(
    'addr',
    {},
    element('houseNumber', {}, text(place.houseNumber)),
    element('streetName', {}, text(place.streetName)),
    element('postalCode', {}, text(place.postalCode)),
    element('city', {}, text(place.city)),
  )
}

/** `telecom` of a telephone. */
export function telephone(number: string, use: 'WP' | 'H' | 'MC'): Xml {
  return element('telecom', { value: `tel:${number}`, use })
}

/** The national identifier of a structure. */
export function structureId(organization: Pick<Organization, 'finess'>): Xml {
  return id(STRUCTURE_ROOT, `1${organization.finess}`)
}

/** The content of an `assignedEntity` or `assignedAuthor`: identifier, profession, addresses, person, organisation. */
export function assigned(professional: Professional): Xml {
  return remembered(ASSIGNED, professional, () =>
    fragment([
      identification(professional),
      address(professional.organization),
      telephone(professional.organization.phone, 'WP'),
      element('assignedPerson', {}, personName(professional)),
      element('representedOrganization', {}, organizationContent(professional.organization, true)),
    ]),
  )
}

/** The content of an `associatedEntity`: identifier, profession and person, with the name of the organisation. */
export function associated(professional: Professional): Xml {
  return remembered(ASSOCIATED, professional, () =>
    fragment([
      identification(professional),
      element('associatedPerson', {}, personName(professional)),
      element(
        'scopingOrganization',
        {},
        structureId(professional.organization),
        element('name', {}, text(professional.organization.name)),
      ),
    ]),
  )
}

/** The content of an `assignedEntity` of an entry: identifier, profession and person; the header says the rest. */
export function brieflyAssigned(professional: Professional): Xml {
  return remembered(BRIEFLY, professional, () =>
    fragment([identification(professional), element('assignedPerson', {}, personName(professional))]),
  )
}

/** The content of an organisation element: identifier, name, telephone, address and, on request, practice setting. */
export function organizationContent(organization: Organization, withSetting: boolean): Xml {
  return fragment([
    structureId(organization),
    element('name', {}, text(organization.name)),
    telephone(organization.phone, 'WP'),
    address(organization),
    withSetting ? coded('standardIndustryClassCode', PRACTICE_SETTINGS[organization.sector]) : NOTHING,
  ])
}

/** "Dr Alix EXEMPLE", for the narrative. */
export function displayName(professional: Professional): string {
  return `Dr ${professional.given} ${professional.family}`
}

/** `recordTarget`: INS and IPP, address, and the traits with their qualifiers (BR birth, CL used). */
export function recordTarget(patient: PatientIdentity, insRoot: string, ipp: { root: string; value: string }): Xml {
  const usesAnotherName = patient.usedFamily !== undefined || patient.usedGiven !== undefined
  return element(
    'recordTarget',
    {},
    element(
      'patientRole',
      {},
      id(insRoot, patient.ins),
      id(ipp.root, ipp.value),
      address(patient.address),
      telephone(patient.phone, 'H'),
      element(
        'patient',
        {},
        element(
          'name',
          {},
          element('family', { qualifier: 'BR' }, text(patient.birthFamily)),
          element('given', {}, text(patient.birthGivens)),
          element('given', { qualifier: 'BR' }, text(patient.firstGiven)),
          usesAnotherName
            ? element('family', { qualifier: 'CL' }, text(patient.usedFamily ?? patient.birthFamily))
            : NOTHING,
          usesAnotherName
            ? element('given', { qualifier: 'CL' }, text(patient.usedGiven ?? patient.firstGiven))
            : NOTHING,
        ),
        coded('administrativeGenderCode', GENDERS[patient.sex]),
        element('birthTime', { value: patient.birthDate.replaceAll('-', '') }),
        element(
          'birthplace',
          {},
          element(
            'place',
            {},
            element(
              'addr',
              {},
              element('county', {}, text(patient.birthplace.cog)),
              element('city', {}, text(patient.birthplace.city)),
            ),
          ),
        ),
      ),
    ),
  )
}

const GENDERS: Readonly<Record<PatientIdentity['sex'], Coded>> = {
  F: { system: 'GENDER', code: 'F', display: 'Féminin' },
  M: { system: 'GENDER', code: 'M', display: 'Masculin' },
}

function identification(professional: Professional): Xml {
  const specialty = SPECIALTIES[professional.specialty]
  return fragment([
    id(PROFESSIONAL_ROOT, `8${professional.rpps}`),
    coded('code', { system: 'PROFESSION', ...specialty }),
  ])
}

function personName(professional: Professional): Xml {
  return element(
    'name',
    {},
    element('prefix', {}, text(professional.civility)),
    element('given', {}, text(professional.given)),
    element('family', {}, text(professional.family)),
    element('suffix', {}, text('DR')),
  )
}

const ASSIGNED = new WeakMap<Professional, Xml>()
const BRIEFLY = new WeakMap<Professional, Xml>()
const ASSOCIATED = new WeakMap<Professional, Xml>()

function remembered(memory: WeakMap<Professional, Xml>, professional: Professional, render: () => Xml): Xml {
  const known = memory.get(professional)
  if (known !== undefined) return known
  const rendered = solid(render())
  memory.set(professional, rendered)
  return rendered
}
