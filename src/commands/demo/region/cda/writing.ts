import type { Course, PlannedDocument } from '../course.ts'
import type { NextId } from './entries.ts'

/** What every section is written from. */
export interface Writing {
  readonly course: Course
  readonly planned: PlannedDocument
  readonly nextId: NextId
}
