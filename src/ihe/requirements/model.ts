/** What a requirement belongs to: an IHE transaction, or a group of rules that cross them. */
export type Transaction =
  | 'Appendix Z'
  | 'ITI-65'
  | 'ITI-66'
  | 'ITI-67'
  | 'ITI-68'
  | 'ITI-105'
  | 'ITI-106'
  | 'ITI-78'
  | 'ITI-119'
  | 'ITI-83'
  | 'ITI-104'
  | 'PDSm'
  | 'NIST'
  | 'Pitfalls'

/** The actors that this server plays. */
export type Actor =
  | 'Document Recipient'
  | 'Document Responder'
  | 'Patient Demographics Supplier'
  | 'PIX Manager'
  | 'PDSm Gestionnaire'
  | 'every server actor'

/** How strongly it is asked. NIST assertions and pitfalls are nobody's SHALL: we hold ourselves to them as to one. */
export type Level = 'SHALL' | 'SHOULD' | 'MAY'

/** A part of the product that does not exist yet and that a requirement waits for: it is open until then. */
export interface Later {
  work: 'authorization' | 'audit' | 'subscriptions'
  en: string
  fr: string
}

/** One thing that a guide asks of an actor of ours, in our own words. */
export interface Requirement {
  /** Ours, stable: tests begin with it. */
  id: string
  transaction: Transaction
  actor: Actor
  level: Level
  /** What is asked, in English. */
  en: string
  /** The same in a few French words. */
  fr: string
  /** Where it is asked: guide, version, part. */
  source: string
  /** The PDSm flow concerned, as `01/02`. */
  flow?: string
  /** Asked only of an actor that is grouped with one of these; then it does not stand between us and a statement. */
  grouping?: 'IUA' | 'ATNA'
  later?: Later
  /** Why it is left out for good; never of a SHALL. */
  leftOut?: Pick<Later, 'en' | 'fr'>
}

/** What the requirements of a group have in common. */
export type Shared = Pick<Requirement, 'transaction' | 'actor' | 'source'> & Partial<Requirement>

/** A requirement without what its group says already. */
export type Row = Pick<Requirement, 'id' | 'level' | 'en' | 'fr'> & Partial<Requirement>

/** The requirements of a group: each row over what the group shares. */
export function requirementsOf(shared: Shared, rows: readonly Row[]): readonly Requirement[] {
  return rows.map((row) => ({ ...shared, ...row }))
}

/** A search parameter that a server has to support: name, and what it searches in both languages. */
export type ParameterRow = readonly [name: string, en: string, fr: string]

/** One requirement a parameter, under the prefix of its transaction: `MHD-67-author.family`. */
export function parametersOf(prefix: string, shared: Shared, rows: readonly ParameterRow[]): readonly Requirement[] {
  return requirementsOf(
    shared,
    rows.map(([name, en, fr]) => ({
      id: `${prefix}-${name}`,
      level: shared.level ?? 'SHALL',
      en: `Support the search parameter ${name}: ${en}.`,
      fr: `Paramètre ${name} : ${fr}`,
    })),
  )
}

/** What statements of IHE list without an expectation, and no text of theirs asks for. */
export function searchOfAllTypes(id: string): Row {
  return {
    id,
    level: 'SHOULD',
    en: 'Search over all types at the root of the service (listed in the statement of the guide only).',
    fr: 'Recherche sur tous les types, à la racine',
    leftOut: {
      en: 'Its text asks for no search over all types, and records are found by patient: left out.',
      fr: 'Le texte du guide ne la demande pas, et un dossier se cherche par patient : non réalisée.',
    },
  }
}

/** The scope that a token has to carry once an actor is grouped with IUA. */
export function iuaScope(id: string, scope: string): Row {
  return {
    id,
    level: 'SHALL',
    grouping: 'IUA',
    en: `When grouped with IUA: answer only to a token that carries the scope ${scope}, or SMART scopes that give as much.`,
    fr: `Avec IUA : jeton portant la portée ${scope}, ou des portées SMART équivalentes`,
  }
}

/** The audit event that has to be recorded once an actor is grouped with ATNA. */
export function auditEvent(id: string, event: string): Row {
  return {
    id,
    level: 'SHALL',
    grouping: 'ATNA',
    en: `When grouped with ATNA: be able to record the audit event ${event}.`,
    fr: `Avec ATNA : événement d’audit ${event}`,
    later: {
      work: 'audit',
      en: 'Audit events are not recorded yet.',
      fr: 'Les événements d’audit ne sont pas encore enregistrés.',
    },
  }
}
