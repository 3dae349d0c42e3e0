import type { BundleEntry } from '@medplum/fhirtypes'
import type { DccIssue } from '../../dcc/errors.ts'
import type { FhirContext, FhirRequest } from '../exchange.ts'
import { ofSeenNow } from '../personal-view.ts'
import { isStoredType } from '../resource-types.ts'
import { shown } from '../seen-lists.ts'
import { writtenEntry } from './perform.ts'

/** How one entry of a submission was answered, without addresses that a setting could change. */
export interface KeptEntry {
  index: number
  created: boolean
  /** `Type/id/version`. */
  written: string
  updatedAt: string
  warnings: readonly DccIssue[]
}

/** The answer of an entry as it is kept; undefined for one that wrote nothing. */
export function keptEntry(
  index: number,
  { response }: BundleEntry,
  baseUrl: string,
  warnings: readonly DccIssue[],
): KeptEntry | undefined {
  const { location = '', status = '', lastModified = '' } = response ?? {}
  if (!location.startsWith(`${baseUrl}/`)) return undefined
  const written = location.slice(baseUrl.length + 1).replace('/_history/', '/')
  return { index, created: status.startsWith('201'), written, updatedAt: lastModified, warnings }
}

/** The entries of an answer that was kept, in the language and detail that are asked for now. */
export async function keptEntries(
  context: FhirContext,
  request: FhirRequest,
  answer: string,
): Promise<Map<number, BundleEntry>> {
  const kept: KeptEntry[] = JSON.parse(answer)
  const entries = new Map<number, BundleEntry>()
  for (const { index, created, written, updatedAt, warnings } of kept) {
    const [type, id = '', version = '1'] = written.split('/')
    if (!isStoredType(type)) continue
    const stored =
      request.prefer.return === 'representation' && type !== 'Binary'
        ? await context.dcc.store.readVersion(type, id, Number(version))
        : undefined
    // What was labelled since is not shown again to who may not see it.
    const [own] = stored === undefined ? [] : await shown(context, await ofSeenNow(context, [stored]))
    const result = { type, id, version: Number(version), updatedAt, created, text: own?.text ?? '' }
    entries.set(index, writtenEntry(context, request, result, warnings))
  }
  return entries
}
