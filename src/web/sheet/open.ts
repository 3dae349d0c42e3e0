import { Router } from 'express'
import type { Pages } from '../visit.ts'
import { openApp } from './apps.ts'
import { sendContent, sendImage } from './content.ts'
import { documentPage } from './document-page.ts'
import { patientForm, patientPage } from './guard.ts'
import { sheetPage } from './sheet-page.ts'

/** The sheet of a patient and its documents: what the product exists for. */
export const sheet: Pages = (options, visits) => {
  const router = Router({ caseSensitive: true, strict: true })
  router.get(
    '/patients/:id',
    patientPage(options, visits, (visit, request, response) => sheetPage(options, visit, request.query, response)),
  )
  router.get(
    '/patients/:id/documents/:documentId',
    patientPage(options, visits, (visit, request, response) =>
      documentPage(options, visit, String(request.params.documentId), response),
    ),
  )
  router.get(
    '/patients/:id/documents/:documentId/content',
    patientPage(options, visits, (visit, request, response) => sendContent(options, visit, request, response)),
  )
  router.get(
    '/patients/:id/documents/:documentId/images/:index',
    patientPage(options, visits, (visit, request, response) => sendImage(options, visit, request, response)),
  )
  router.post(
    '/patients/:id/applications',
    patientForm(options, visits, (visit, request, response) => openApp(options, visit, request, response)),
  )
  return router
}
