import type { Patient } from '@medplum/fhirtypes'
import { Router } from 'express'
import type { CallCandidate } from '../dcc/call/resolution.ts'
import { differingTraits } from '../dcc/call/traits.ts'
import { type StrictTraits, TRAIT_NAMES, type TraitName, traitsOfPatient } from '../french/traits.ts'
import type { CallOutcome } from '../smart/call/calls.ts'
import { SmartError } from '../smart/errors.ts'
import { callVisit, draftContext, idOf, sendVisitPage, wayBack } from './call-page.ts'
import { identityView, TRAIT_LABELS, traitTexts } from './identity-view.ts'
import { field, type Pages, type Visit, type WebOptions } from './visit.ts'

const TITLE = 'Est-ce l’un de ces patients ?'

/** A trait of a candidate beside the one of the call. */
interface Compared {
  text: string
  /** `unknown`: one of both does not say. */
  verdict: 'same' | 'different' | 'unknown'
}

/**
 * `/candidates/{id}`: patients whose traits are those of a call that no number proves (rule R7). The professional
 * compares and chooses, or says that it is none of them; nothing is chosen beforehand.
 */
export const candidates: Pages = (options, visits) => {
  const router = Router({ caseSensitive: true, strict: true })
  const { calls } = options
  if (calls === undefined) return router
  router.get(
    '/candidates/:id',
    visits.page(async (visit, request, response) => {
      const id = idOf(request)
      draftContext(visit, id)
      const outcome = await calls.outcome(id, visit.session.uid)
      if (outcome.resolution.kind !== 'candidates') throw new SmartError('context.other-patient')
      const shown = await Promise.all(
        outcome.resolution.candidates.map((candidate) => compare(options, visit, outcome, candidate)),
      )
      sendVisitPage(
        response,
        visit,
        'candidates',
        { title: TITLE },
        {
          ...wayBack(visit),
          dpi: outcome.dpi.name,
          id,
          context: visit.context?.id,
          called: TRAIT_NAMES.map((name) => ({
            label: TRAIT_LABELS[name],
            text: traitTexts(outcome.identity.traits)[name],
          })),
          candidates: shown.flat(),
        },
      )
    }),
  )
  router.post(
    '/candidates/:id',
    visits.form(async (visit, request, response) => {
      const id = idOf(request)
      draftContext(visit, id)
      const chosen = field(request, 'patient')
      const none = field(request, 'none') === 'oui'
      if ((chosen === '') !== none) throw new SmartError('form.invalid')
      const { address } = await calls.choose(callVisit(visit, response), id, none ? undefined : chosen, false)
      response.redirect(303, address)
    }),
  )
  return router
}

/** A candidate beside the call; nobody whom the professional may not see. */
async function compare(
  { dcc, entitlements }: WebOptions,
  { session }: Visit,
  { identity }: CallOutcome,
  { patientId }: CallCandidate,
): Promise<{ id: string; insEnd: string; traits: Compared[] }[]> {
  const { allowed } = await entitlements.access(session.professional, patientId)
  const state = allowed ? await dcc.store.patient(patientId) : undefined
  if (state?.state !== 'current') return []
  const patient: Patient = JSON.parse(state.text)
  const view = identityView(patient)
  const held = traitsOfPatient(patient)
  const differing = differingTraits(identity.traits, held)
  const traits = TRAIT_NAMES.map((name) => ({
    text: view[name],
    verdict: verdictOf(name, held, identity.traits, differing),
  }))
  return [{ id: patientId, insEnd: view.insEnd, traits }]
}

function verdictOf(
  name: TraitName,
  held: StrictTraits,
  called: StrictTraits,
  differing: readonly TraitName[],
): Compared['verdict'] {
  if (differing.includes(name)) return 'different'
  const values = [held[name], called[name]]
  return values.includes(undefined) || values.includes('unknown') ? 'unknown' : 'same'
}
