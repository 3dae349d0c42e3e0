import { frames } from '../frames.ts'
import type { Pages } from '../visit.ts'
import { boundCall } from './bound-call.ts'
import { contextualCall } from './contextual-call.ts'
import { handle } from './handle.ts'
import { launch } from './launch.ts'

/** The ways in for calls of DPIs, in the order of a call. */
export const DOORS: readonly Pages[] = [frames, launch, contextualCall, handle, boundCall]
