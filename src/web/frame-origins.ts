import type { Response } from 'express'

/** Who may show, in a frame, a page that holds nothing of a patient: every registered DPI that shows ours in frames. */
interface Frames {
  origins: readonly string[]
  /** One of them is another site than ours: its frames get cookies only where they say so. */
  elsewhere: boolean
}

const NONE: Frames = { origins: [], elsewhere: false }

const known = new WeakMap<Response, Frames>()

/** Keeps them for an answer. */
export function keepFrames(response: Response, frames: Frames): void {
  known.set(response, frames)
}

/** Those of an answer; none where nothing was kept. */
export function framesOf(response: Response): Frames {
  return known.get(response) ?? NONE
}
