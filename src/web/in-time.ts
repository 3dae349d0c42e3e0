import type { RequestHandler } from 'express'
import { sendLate } from './error-page.ts'

/**
 * Answers what has no answer after so many milliseconds: a store that says nothing at all must not keep anybody waiting.
 * What is being sent goes on; what comes later is thrown away.
 */
export function inTime(milliseconds: number): RequestHandler {
  return (request, response, next) => {
    const timer = setTimeout(() => {
      if (!response.headersSent) sendLate(request, response)
    }, milliseconds)
    response.once('close', () => clearTimeout(timer))
    next()
  }
}
