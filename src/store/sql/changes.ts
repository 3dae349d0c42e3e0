import type { Change, ChangeOf } from '../store.ts'
import { requireContent, requireUnnamed } from './change-content.ts'
import { claim, release } from './change-directories.ts'
import {
  closePathways,
  merge,
  requireHolder,
  requireMerged,
  requireMerges,
  requirePathways,
  requireUnrelated,
  unmerge,
} from './change-merge.ts'
import { openPathway, requireEmpty, requirePatient } from './change-patient.ts'
import { requireUnclaimed, requireUnreplaced } from './change-replacement.ts'
import {
  putContent,
  putDocument,
  putList,
  putPatient,
  putReference,
  putRendition,
  removeResource,
} from './change-resources.ts'
import { keepSubmission } from './change-submission.ts'
import type { Dialect, Statement } from './driver.ts'
import { entitlementStatement } from './entitlement.ts'
import { patientLocks } from './locks.ts'
import { addEvent } from './outbox.ts'

/** Turns a list of changes into the statements of one transaction; StoreError `store.invalid` for a malformed change. */
export function compileChanges(changes: readonly Change[], dialect: Dialect): Statement[] {
  return [...patientLocks(changes, dialect), ...changes.flatMap((change) => compileChange(change, dialect))]
}

function compileChange(change: Change, dialect: Dialect): Statement[] {
  switch (change.kind) {
    case 'put-patient':
      return putPatient(change)
    case 'put-document':
      return putDocument(change)
    case 'put-list':
      return putList(change)
    case 'put-reference':
      return putReference(change)
    case 'put-content':
      return putContent(change)
    case 'put-rendition':
      return putRendition(change)
    case 'delete':
      return [...requireDeletable(change), ...removeResource(change)]
    case 'claim':
      return claim(change)
    case 'release':
      return release(change)
    case 'open-pathway':
      return openPathway(change)
    case 'require-patient':
      return requirePatient(change, dialect)
    case 'require-content':
      return requireContent(change)
    case 'require-unreplaced':
      return requireUnreplaced(change)
    case 'require-unclaimed':
      return requireUnclaimed(change)
    case 'merge':
      return merge(change)
    case 'unmerge':
      return unmerge(change)
    case 'require-merged':
      return requireMerged(change)
    case 'require-merges':
      return requireMerges(change)
    case 'require-pathways':
      return requirePathways(change)
    case 'close-pathways':
      return closePathways(change)
    case 'require-unrelated':
      return requireUnrelated(change)
    case 'require-holder':
      return requireHolder(change)
    case 'keep-submission':
      return keepSubmission(change)
    case 'entitle':
      return [entitlementStatement(change.change)]
    case 'event':
      return addEvent(change)
  }
}

function requireDeletable({ type, id }: ChangeOf<'delete'>): Statement[] {
  if (type === 'Patient') return requireEmpty(id)
  return type === 'Binary' ? requireUnnamed(id) : []
}
