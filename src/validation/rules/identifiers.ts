import { isFiness, isSiren, isSiret } from '../../french/finess.ts'
import { checkMatricule, insAuthority } from '../../french/ins.ts'
import { PROFESSIONALS_OID, STRUCTURES_OID } from '../../french/oids.ts'
import { isRpps } from '../../french/rpps.ts'
import type { ValidationIssue } from '../model.ts'
import { found, type Rule, type RuleContext, type Visit } from './model.ts'

/**
 * Numbers of the national registers wherever an identifier stands (Identifier, Reference.identifier): INS outside the
 * identifiers of a patient (INS-03, INS-05), RPPS, FINESS, SIREN, SIRET. On a test server a wrong number of a register is
 * a warning: professionals and structures are fictitious there.
 */
export const identifiers: Rule = {
  members: ['system'],
  // Systems of contact points (phone, email…) are short words.
  looksAt: (system, { value }) => typeof system === 'string' && system.length > 5 && typeof value === 'string',
  check: (visit, context) => {
    const { system, value } = visit.node
    if (typeof system !== 'string' || typeof value !== 'string') return []
    if (system.includes(INS_ARC) && insAuthority(system) !== undefined)
      return isOfPatient(visit) ? [] : insIssues(visit, system, value, context)
    const number = registerNumber(system.trim().replace(/^http:/, 'https:'), value)
    if (number === undefined || number.isRight(number.digits)) return []
    const severity = context.insDomain === 'test' ? 'warning' : 'error'
    return [found(`registry.${number.register}`, severity, `${visit.at()}.value`, REGISTER_SOURCE)]
  },
}

/** What the OIDs of the INS begin with, and so every name of one. */
const INS_ARC = '1.2.250.1.213.1.4.'
const REGISTER_SOURCE = 'reference/documents-fr.md 1.11'

type RegisterNumber = {
  readonly register: 'rpps' | 'finess' | 'siren' | 'siret'
  readonly digits: string
  readonly isRight: (digits: string) => boolean
}

/** What number a value claims to be; undefined for a system that is no register, or a form that we do not check. */
function registerNumber(system: string, value: string): RegisterNumber | undefined {
  if (system === 'https://rpps.esante.gouv.fr') return { register: 'rpps', digits: value, isRight: isRpps }
  if (system === 'https://finess.esante.gouv.fr') return { register: 'finess', digits: value, isRight: isFiness }
  if (system === 'https://sirene.fr') {
    return value.length === SIREN_LENGTH
      ? { register: 'siren', digits: value, isRight: isSiren }
      : { register: 'siret', digits: value, isRight: isSiret }
  }
  const prefixes = PREFIXES[system.replace(/^urn:oid:/, '')]
  const prefixed = prefixes?.[value.slice(0, 1)]
  return prefixed === undefined ? undefined : { ...prefixed, digits: value.slice(1) }
}

const SIREN_LENGTH = 9

/** National identifiers of professionals and structures: a digit that names the register, then its number. */
const PREFIXES: Readonly<Record<string, Readonly<Record<string, Omit<RegisterNumber, 'digits'>>>>> = {
  [PROFESSIONALS_OID]: { '8': { register: 'rpps', isRight: isRpps } },
  [STRUCTURES_OID]: {
    '1': { register: 'finess', isRight: isFiness },
    '2': { register: 'siren', isRight: isSiren },
    '3': { register: 'siret', isRight: isSiret },
  },
}

/** The identifiers of a patient follow the identity rules, which see them together with the traits. */
function isOfPatient({ path, resource, resourceDepth }: Visit): boolean {
  return resource.resourceType === 'Patient' && path.length === resourceDepth + 2 && path.at(-2) === 'identifier'
}

function insIssues(visit: Visit, system: string, value: string, { insDomain }: RuleContext): ValidationIssue[] {
  const issues = checkMatricule(value, system).map(({ severity, reason }) =>
    found(
      `INS-03.${reason}`,
      reason === 'key' && insDomain === 'test' ? 'warning' : severity,
      `${visit.at()}.value`,
      'reference/identity-fr.md 1.2',
    ),
  )
  if (insAuthority(system)?.domain === insDomain) return issues
  return [
    ...issues,
    found('INS-05', insDomain === 'test' ? 'warning' : 'error', `${visit.at()}.system`, 'reference/identity-fr.md 1.6'),
  ]
}
