import { CONTEXT } from '../visit.ts'
import { type Filter, PARAMETERS } from './timeline.ts'

/** The addresses of the pages of one patient, all within one context. */
export interface SheetAddresses {
  sheet(filter?: Partial<Filter>): string
  document(documentId: string): string
  /** The content as the page shows it, or the original file; `download` offers it as a file. */
  content(documentId: string, how?: { original?: boolean; download?: boolean }): string
  /** Where the form goes that opens an app. */
  apps: string
  /** The n-th image inside a structured document. */
  image(documentId: string, index: number): string
}

/** Parameters of the address of a content. */
export const CONTENT_PARAMETERS = { original: 'original', download: 'telecharger' } as const

/** Addresses within a context: ids and the choices of the reader, nothing of who the patient is. */
export function addressesOf(patientId: string, contextId: string): SheetAddresses {
  const own = `/patients/${encodeURIComponent(patientId)}`
  const at = (path: string, parameters: Readonly<Record<string, string | undefined>> = {}) => {
    const given = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
    return `${own}${path}?${new URLSearchParams([[CONTEXT, contextId], ...given])}`
  }
  const document = (id: string) => `/documents/${encodeURIComponent(id)}`
  return {
    sheet: ({ kind, period, page = 1 } = {}) =>
      at('', {
        [PARAMETERS.kind]: kind,
        [PARAMETERS.period]: period,
        [PARAMETERS.page]: page === 1 ? undefined : String(page),
      }),
    document: (id) => at(document(id)),
    content: (id, { original = false, download = false } = {}) =>
      at(`${document(id)}/content`, {
        [CONTENT_PARAMETERS.original]: original ? '1' : undefined,
        [CONTENT_PARAMETERS.download]: download ? '1' : undefined,
      }),
    apps: `${own}/applications`,
    image: (id, index) => at(`${document(id)}/images/${index}`),
  }
}
