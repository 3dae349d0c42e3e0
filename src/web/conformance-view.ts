import type { MatrixRow, Proof, Standing } from '../ihe/conformance.ts'
import { TRANSACTIONS } from '../ihe/requirements/index.ts'
import type { Level, Transaction } from '../ihe/requirements/model.ts'
import { blockersOf, STATEMENTS, type Statement } from '../ihe/statements.ts'

/** Where the pages of conformance are. */
export const CONFORMANCE = '/conformance'

/** A group of requirements with a page of its own. */
export interface GroupView {
  /** Last part of the address of its page. */
  slug: string
  code: Transaction
  title: string
  fr: string
  shall: Counts
  /** Required only of an actor that is grouped with IUA or ATNA. */
  conditional: Counts
  should: Counts
  rows: readonly RowView[]
}

/** How many of a kind are proved. */
export interface Counts {
  passed: number
  total: number
}

/** A requirement as a person reads it. */
export interface RowView {
  id: string
  level: Level
  levelLabel: string
  fr: string
  en: string
  source: string
  flow: string | undefined
  standing: Standing
  standingLabel: string
  reason: string | undefined
  tests: readonly Proof[]
  group: string
}

/** A statement of a guide: whether this server makes it, and what is missing. */
export interface StatementView extends Pick<Statement, 'canonical' | 'title' | 'fr'> {
  made: boolean
  blockers: readonly string[]
}

/** Everything that the pages show. */
export interface ConformanceView {
  groups: readonly GroupView[]
  statements: readonly StatementView[]
  /** Required or recommended, and not met. */
  unmet: readonly RowView[]
  shall: Counts
  conditional: Counts
  /** Required ones that wait for a part of the product, and those that nothing explains. */
  waiting: number
  unproved: number
  tests: number
}

const LEVELS: Readonly<Record<Level, string>> = { SHALL: 'obligatoire', SHOULD: 'recommandée', MAY: 'facultative' }

const STANDINGS: Readonly<Record<Standing, string>> = {
  passed: 'prouvée',
  failed: 'en échec',
  open: 'non prouvée',
  later: 'à venir',
}

/** The matrix as the pages show it; `made` are the canonicals of the statements that this server makes. */
export function conformanceView(rows: readonly MatrixRow[], made: readonly string[]): ConformanceView {
  const groups = TRANSACTIONS.map(({ code, title, fr }) => {
    const own = rows.filter(({ requirement }) => requirement.transaction === code)
    const slug = slugOf(code)
    return {
      slug,
      code,
      title,
      fr,
      ...countsOf(own),
      rows: own.map((row) => rowView(row, slug)),
    }
  })
  const required = rows.filter(isRequired)
  return {
    groups,
    statements: STATEMENTS.map((statement) => ({
      canonical: statement.canonical,
      title: statement.title,
      fr: statement.fr,
      made: made.includes(statement.canonical),
      blockers: blockersOf(statement, rows).map(({ requirement }) => requirement.id),
    })),
    unmet: groups
      .flatMap((group) => group.rows)
      .filter(({ level, standing }) => level !== 'MAY' && standing !== 'passed'),
    ...countsOf(rows),
    waiting: required.filter(({ standing }) => standing === 'later').length,
    unproved: required.filter(({ standing }) => standing === 'open' || standing === 'failed').length,
    tests: new Set(rows.flatMap(({ proofs }) => proofs.map(({ file, name }) => `${file}\n${name}`))).size,
  }
}

/** The same for programs: statements, then each requirement with its tests. */
export function conformanceJson(rows: readonly MatrixRow[], made: readonly string[]): object {
  const { statements } = conformanceView(rows, made)
  return {
    instantiates: made,
    statements: statements.map(({ canonical, title, blockers }) => ({
      canonical,
      title,
      declared: made.includes(canonical),
      blockedBy: blockers,
    })),
    transactions: TRANSACTIONS.map(({ code, title }) => ({
      code,
      title,
      requirements: rows
        .filter(({ requirement }) => requirement.transaction === code)
        .map(({ requirement, standing, proofs }) => ({
          id: requirement.id,
          level: requirement.level,
          actor: requirement.actor,
          ...(requirement.flow === undefined ? {} : { flow: requirement.flow }),
          ...(requirement.grouping === undefined ? {} : { onlyGroupedWith: requirement.grouping }),
          statement: requirement.en,
          statementFr: requirement.fr,
          source: requirement.source,
          result: standing,
          ...(requirement.leftOut === undefined ? {} : { reason: requirement.leftOut.en }),
          ...(requirement.later === undefined
            ? {}
            : { openUntil: requirement.later.work, reason: requirement.later.en }),
          tests: proofs,
        })),
    })),
  }
}

function rowView({ requirement, standing, proofs }: MatrixRow, group: string): RowView {
  const { id, level, fr, en, source, flow, later, grouping, leftOut } = requirement
  return {
    id,
    level,
    levelLabel: grouping === undefined ? LEVELS[level] : `${LEVELS[level]} avec ${grouping}`,
    fr,
    en,
    // The guide alone: where our notes on it are is nothing to a reader.
    source: source.split(';')[0] ?? '',
    flow,
    standing,
    standingLabel: standing === 'open' && leftOut !== undefined ? 'non réalisée' : STANDINGS[standing],
    reason: later === undefined ? leftOut?.fr : later.fr,
    tests: proofs,
    group,
  }
}

function isRequired({ requirement: { level, grouping } }: MatrixRow): boolean {
  return level === 'SHALL' && grouping === undefined
}

function countsOf(rows: readonly MatrixRow[]): Pick<GroupView, 'shall' | 'conditional' | 'should'> {
  const counts = (kept: readonly MatrixRow[]): Counts => ({
    passed: kept.filter(({ standing }) => standing === 'passed').length,
    total: kept.length,
  })
  return {
    shall: counts(rows.filter(isRequired)),
    conditional: counts(rows.filter(({ requirement }) => requirement.grouping !== undefined)),
    should: counts(rows.filter(({ requirement }) => requirement.level === 'SHOULD')),
  }
}

function slugOf(code: string): string {
  return code.toLowerCase().replaceAll(' ', '-')
}
