import { code, codeableConcept, identifier, reference, string } from '../datatypes.ts'
import { allOf, at } from '../elements.ts'
import type { SearchParameter } from '../model.ts'
import { addresses } from './address.ts'
import { BOOLEAN, hl7 } from './common.ts'

/** Organization (R4). */
export const ORGANIZATION: readonly SearchParameter[] = [
  {
    name: 'active',
    type: 'token',
    definition: hl7('Organization-active'),
    from: 'active',
    as: code,
    codeSystem: BOOLEAN,
    whenAbsent: 'true',
    fr: 'Structure en activité ; absent vaut vrai.',
    en: 'Whether the organisation is active; absent counts as true.',
  },
  {
    name: 'identifier',
    type: 'token',
    definition: hl7('Organization-identifier'),
    from: 'identifier',
    as: identifier,
    fr: 'Identifiant (FINESS, SIRET, Struct_IdNat…).',
    en: 'Identifier (FINESS, SIRET, Struct_IdNat…).',
  },
  {
    name: 'name',
    type: 'string',
    definition: hl7('Organization-name'),
    from: allOf(at('name'), at('alias')),
    as: string,
    sortKey: 'family',
    fr: 'Nom ou autre nom.',
    en: 'Name or alias.',
  },
  {
    name: 'type',
    type: 'token',
    definition: hl7('Organization-type'),
    from: 'type',
    as: codeableConcept,
    fr: 'Type de structure.',
    en: 'Type of organisation.',
  },
  ...addresses('Organization'),
  {
    name: 'partof',
    type: 'reference',
    definition: hl7('Organization-partof'),
    from: 'partOf',
    as: reference,
    targets: ['Organization'],
    fr: 'Structure dont elle fait partie.',
    en: 'Organisation that it is part of.',
  },
]
