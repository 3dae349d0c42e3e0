import { bestOf, type Result, spreadOf } from './results.ts'

const HEAD = [
  'measurement',
  'server',
  'figure',
  'spread',
  'p50 ms',
  'p99 ms',
  'CPU µs',
  'database CPU µs',
  'busy',
  'RSS MB',
  'others',
  'failed',
  'of Express',
  'aim',
  '',
]

/** The table of all results, in Markdown that is aligned for a terminal. */
export function tableOf(results: readonly Result[], express: number | undefined): string {
  const rows = results.map((result) => cellsOf(result, express))
  const widths = HEAD.map((head, column) => Math.max(...[head, ...rows.map((row) => row[column] ?? '')].map(widthOf)))
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  return [line(HEAD), line(widths.map((width) => '-'.repeat(Math.max(3, width)))), ...rows.map(line)].join('\n')
}

function cellsOf(result: Result, express: number | undefined): string[] {
  const aim = [result.aim?.text ?? '', result.aim === undefined ? '' : result.aim.met ? 'met' : 'NOT MET']
  const title = result.note === undefined ? result.title : `${result.title} (${result.note})`
  if (result.rounds.length === 0) {
    return [title, result.server, figureOf(result), ...Array.from({ length: HEAD.length - 5 }, () => ''), ...aim]
  }
  const best = bestOf(result.rounds)
  const spread = result.rounds.length > 1 ? percent(spreadOf(result.rounds)) : ''
  const failed = result.rounds.reduce((sum, round) => sum + round.failed, 0)
  return [
    title,
    result.server,
    figureOf(result),
    spread,
    best.p50.toFixed(2),
    best.p99.toFixed(2),
    best.cpu.toFixed(0),
    best.databaseCpu?.toFixed(0) ?? '',
    percent((best.cpu * best.perSecond) / 1e6),
    megabytes(best.rss),
    best.others === undefined ? '' : percent(best.others),
    String(failed),
    express === undefined ? '' : percent(best.perSecond / express),
    ...aim,
  ]
}

function figureOf({ value, unit }: Result): string {
  switch (unit) {
    case 'per-second':
      return `${Math.round(value)}/s`
    case 'seconds':
      return `${value.toFixed(2)} s`
    case 'microseconds':
      return `${value.toFixed(1)} µs`
    case 'milliseconds':
      return `${value.toFixed(1)} ms`
    case 'kilobytes':
      return `${(value / 1000).toFixed(1)} KB`
    case 'bytes':
      return `${megabytes(value)} MB`
    case 'ratio':
      return value.toFixed(2)
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

function widthOf(text: string): number {
  return text.length
}
