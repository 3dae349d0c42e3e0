import { parseClinicalId } from '../store/ids.ts'
import type { StoredResource } from '../store/store.ts'
import { isReferenceType } from './resource-types.ts'

/** What has to be known of a resource to tell whether a caller may touch it. */
export type Touched = Pick<StoredResource, 'type' | 'id' | 'text'>

/** The patient to whom a resource belongs, by its id; undefined for the directories. */
export function ownerOf({ type, id }: Pick<Touched, 'type' | 'id'>): string | undefined {
  if (isReferenceType(type)) return undefined
  return type === 'Patient' ? id : parseClinicalId(id)?.patientId
}
