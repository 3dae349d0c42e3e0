import { FieldError, type Fields } from './fields.ts'

/** A row of a file of acts, or why it cannot be read. */
export type FileRow = { line: number; fields: Fields } | { line: number; fault: string }

/**
 * The acts of a file: JSON lines (an object a line), or CSV (RFC 4180, comma or semicolon) whose first line names the
 * fields. `act` says what is to be done; empty fields are not given. Throws FieldError for a CSV that names no act.
 */
export function rowsOf(text: string): FileRow[] {
  const plain = text.replace(/^\u{feff}/u, '')
  return /^\s*\{/.test(plain) ? jsonLines(plain) : csvRows(plain)
}

function jsonLines(text: string): FileRow[] {
  return text.split(/\r?\n/).flatMap((content, index): FileRow[] => {
    if (content.trim() === '') return []
    const line = index + 1
    const fields = fieldsOf(content)
    return [fields === undefined ? { line, fault: 'the line is no JSON object of texts' } : { line, fields }]
  })
}

function fieldsOf(content: string): Fields | undefined {
  try {
    const json: unknown = JSON.parse(content)
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
    const members = Object.entries(json)
    return members.every(([, value]) => typeof value === 'string') ? Object.fromEntries(members) : undefined
  } catch {
    return undefined
  }
}

function csvRows(text: string): FileRow[] {
  const [head = [], ...rows] = cellsOf(text)
  const names = head.map((name) => name.trim())
  if (!names.includes('act')) throw new FieldError('the first line of a CSV file names the fields, act among them')
  return rows.flatMap((cells, index): FileRow[] => {
    if (cells.every((cell) => cell === '')) return []
    const line = index + 2
    if (cells.length > names.length) return [{ line, fault: 'the line has more cells than there are fields' }]
    const given = names.map((name, at) => [name, cells[at] ?? ''] as const).filter(([, value]) => value !== '')
    return [{ line, fields: Object.fromEntries(given) }]
  })
}

/** Cells may be quoted, with a quote written twice; a quoted cell may hold separators, not line ends. */
function cellsOf(text: string): string[][] {
  const separator = (text.split(/\r?\n/)[0] ?? '').includes(';') ? ';' : ','
  const cell = new RegExp(`("(?:[^"]|"")*"|[^${separator}"]*)(${separator}|$)`, 'y')
  return text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => {
      const cells: string[] = []
      cell.lastIndex = 0
      for (let found = cell.exec(line); found !== null; found = cell.exec(line)) {
        const [, content = '', end] = found
        cells.push(content.startsWith('"') ? content.slice(1, -1).replaceAll('""', '"') : content.trim())
        if (end === '') break
      }
      return cells
    })
}
