import { type MatrixRow, type Proof, type Standing, tallyOf } from '../ihe/conformance.ts'
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
  shall: { passed: number; total: number }
  should: { passed: number; total: number }
  rows: readonly RowView[]
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
  shall: { passed: number; total: number }
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
      shall: countsOf(own, 'SHALL'),
      should: countsOf(own, 'SHOULD'),
      rows: own.map((row) => rowView(row, slug)),
    }
  })
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
    shall: countsOf(rows, 'SHALL'),
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
  const condition = grouping === undefined ? '' : ` Exigée seulement d’un acteur associé à ${grouping}.`
  return {
    id,
    level,
    levelLabel: LEVELS[level],
    fr,
    en,
    // The guide alone: where our notes on it are is nothing to a reader.
    source: source.split(';')[0] ?? '',
    flow,
    standing,
    standingLabel: STANDINGS[standing],
    reason: later === undefined ? leftOut?.fr : `${later.fr}${condition}`,
    tests: proofs,
    group,
  }
}

function countsOf(rows: readonly MatrixRow[], level: Level): { passed: number; total: number } {
  const { passed, open } = tallyOf(rows, level)
  return { passed, total: passed + open }
}

function slugOf(code: string): string {
  return code.toLowerCase().replaceAll(' ', '-')
}
