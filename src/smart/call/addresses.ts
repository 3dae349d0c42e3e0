import type { PageContext } from '../page-contexts.ts'
import type { Opened } from './calls.ts'

/** Where the pages of a call are, by what became of it. Each has its context in the parameter `contexte`. */
const PAGES: Readonly<Record<Exclude<Opened['kind'], 'match'>, (draftId: string) => string>> = {
  unknown: (id) => `/drafts/${id}`,
  candidates: (id) => `/candidates/${id}`,
  conflict: (id) => `/conflict/${id}`,
  'not-entitled': (id) => `/access/${id}`,
  // The outcome is found by `draftId` of the context, where there is one.
  search: () => '/search',
  hints: () => '/search',
}

/** The address of the page of a call. */
export function callPage(kind: Opened['kind'], { id, patientId, draftId }: PageContext): string {
  const path = kind === 'match' ? `/patients/${patientId ?? ''}` : PAGES[kind](draftId ?? '')
  return `${path}?${new URLSearchParams({ contexte: id })}`
}
