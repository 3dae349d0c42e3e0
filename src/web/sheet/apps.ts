import type { Request, Response } from 'express'
import { SmartError } from '../../smart/errors.ts'
import { field, type WebOptions } from '../visit.ts'
import { type PatientVisit, traceOf } from './guard.ts'

/** `POST …/applications`: opens a registered app for this patient and this professional, by an EHR launch. */
export async function openApp(
  options: WebOptions,
  visit: PatientVisit,
  request: Request,
  response: Response,
): Promise<void> {
  const id = field(request, 'application')
  const { nationalId } = visit.session.professional
  const address = await options.apps?.launch(id, { nationalId, patientId: visit.patientId })
  if (address === undefined) throw new SmartError('form.invalid')
  await options.traces.record({ ...traceOf(visit, response, 'launch', undefined), client: id })
  response.redirect(303, address)
}
