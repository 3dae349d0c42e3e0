import type { StoredResource, StoredType } from '../../store/store.ts'
import { resourceAnswer, versionHeaders } from '../answers.ts'
import { FhirError } from '../errors.ts'
import { type FhirContext, type FhirRequest, type FhirResponse, jsonText } from '../exchange.ts'
import { notModified } from '../preconditions.ts'
import { covered } from '../restrictions.ts'
import { summarise, summaryModeOf } from '../search/summary.ts'
import { shown } from '../seen-lists.ts'

/** read: GET [type]/[id] (FHIR http.html#read); 304 by If-None-Match or If-Modified-Since, 410 once deleted. */
export async function read(
  context: FhirContext,
  request: FhirRequest,
  type: StoredType,
  id: string,
): Promise<FhirResponse> {
  const stored = visible(await covered(context, 'read', await context.dcc.store.read(type, id)))
  if (notModified(request, stored)) return { status: 304, headers: versionHeaders(stored) }
  const [own = stored] = await shown(context, [stored])
  return shortened(request, resourceAnswer(context, own))
}

/**
 * vread: GET [type]/[id]/_history/[version]; the resource must still be visible, and that version must have been:
 * only finished documents are seen (design.md section 6, rule 4).
 */
export async function vread(
  context: FhirContext,
  request: FhirRequest,
  type: StoredType,
  id: string,
  version: string,
): Promise<FhirResponse> {
  if (!/^[1-9]\d{0,8}$/.test(version)) throw new FhirError('resource.unknown')
  const current = await covered(context, 'vread', await context.dcc.store.read(type, id))
  if (current === undefined || (!current.visible && !current.deleted)) throw new FhirError('resource.unknown')
  const stored = await covered(context, 'vread', await context.dcc.store.readVersion(type, id, Number(version)))
  if (stored === undefined || (!stored.visible && !stored.deleted)) throw new FhirError('resource.unknown')
  if (stored.deleted) throw new FhirError('resource.deleted')
  if (notModified(request, stored)) return { status: 304, headers: versionHeaders(stored) }
  const [own = stored] = await shown(context, [stored])
  return shortened(request, resourceAnswer(context, own))
}

/** The stored row when the domain shows it: 404 when unknown or hidden (they must not differ), 410 when deleted. */
export function visible(stored: StoredResource | undefined): StoredResource {
  if (stored === undefined || (!stored.visible && !stored.deleted)) throw new FhirError('resource.unknown')
  if (stored.deleted) throw new FhirError('resource.deleted')
  return stored
}

/** `_summary` and `_elements` on a read (FHIR search.html#summary). */
function shortened(request: FhirRequest, answer: FhirResponse): FhirResponse {
  const subset = summaryModeOf(request.query)
  if (subset === undefined || answer.body?.kind !== 'json') return answer
  const text = JSON.stringify(summarise(JSON.parse(jsonText(answer.body)), subset))
  return { ...answer, body: { kind: 'json', pieces: [text] } }
}
