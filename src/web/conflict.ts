import { Router } from 'express'
import type { Discord } from '../dcc/call/resolution.ts'
import { SmartError } from '../smart/errors.ts'
import { draftContext, idOf, sendVisitPage, wayBack } from './call-page.ts'
import { calledView } from './called-view.ts'
import { TRAIT_LABELS } from './identity-view.ts'
import type { Pages } from './visit.ts'

const TITLE = 'Discordance d’identité'

/** What does not go together, by name only. */
const DISCORDS: Readonly<Record<Discord, string>> = {
  ...TRAIT_LABELS,
  identifiers: 'Les numéros (INS, numéro de dossier) désignent deux patients différents',
}

/**
 * `/conflict/{id}`: a call that contradicts the record (rules R2, R5, R6). It names the traits that differ and nothing
 * of the record: neither value nor document, and no way to open it.
 */
export const conflict: Pages = ({ calls }, visits) => {
  const router = Router({ caseSensitive: true, strict: true })
  if (calls === undefined) return router
  router.get(
    '/conflict/:id',
    visits.page(async (visit, request, response) => {
      const id = idOf(request)
      draftContext(visit, id)
      const outcome = await calls.outcome(id, visit.session.uid)
      const { resolution, dpi, requestId: reference } = outcome
      if (resolution.kind !== 'conflict') throw new SmartError('context.other-patient')
      const differing = resolution.differing.map((name) => DISCORDS[name])
      response.status(409)
      sendVisitPage(
        response,
        visit,
        'conflict',
        { title: TITLE },
        {
          ...wayBack(visit),
          dpi: dpi.name,
          called: calledView(outcome),
          differing,
          reference,
        },
      )
    }),
  )
  return router
}
