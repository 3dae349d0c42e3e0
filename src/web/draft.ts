import { setTimeout as delay } from 'node:timers/promises'
import { type Request, type Response, Router } from 'express'
import {
  type CalledIdentity,
  type FieldSource,
  type FilledField,
  filledFields,
  type IdentityField,
  type InsUse,
  NEEDED,
} from '../dcc/call/identity.ts'
import { PATHWAY_REASONS } from '../dcc/call/pathway-reasons.ts'
import type { Draft } from '../smart/call/calls.ts'
import { SmartError } from '../smart/errors.ts'
import { callVisit, draftContext, idOf, sendVisitPage, wayBack } from './call-page.ts'
import { openConfirmedDrafts } from './confirmed-drafts.ts'
import { type DraftField, LONGEST, readDraft, type TypedDraft, untouched } from './draft-form.ts'
import { frenchDate, STATUS_TEXTS, TRAIT_LABELS, traitTexts } from './identity-view.ts'
import { field, type Pages, sheetAddress, type Visit } from './visit.ts'

const TITLE = 'Nouveau patient à confirmer'

/** How long a second click waits for the first, in milliseconds. */
const SECOND_CLICK = 250

/**
 * `/drafts/{id}`: the pre-filled sheet of a patient whom the DCC does not know (rule R8). Nothing is kept before the
 * professional confirms it; `POST /drafts/{id}` confirms, `POST /drafts/{id}/cancel` throws it away. Once confirmed,
 * each of its addresses leads to the patient.
 */
export const drafts: Pages = (options, visits) => {
  const router = Router({ caseSensitive: true, strict: true })
  const { calls } = options
  if (calls === undefined) return router
  const confirmed = openConfirmedDrafts(options.dcc.store.authorization, options.now)
  const toPatient = async (visit: Visit, request: Request, response: Response): Promise<boolean> => {
    const context = draftContext(visit, idOf(request))
    const patientId = await confirmed.find(idOf(request), visit.session.uid)
    if (patientId === undefined) return false
    const { id } = await options.contexts.open({ ...context, patientId, draftId: undefined })
    response.redirect(303, sheetAddress(patientId, id))
    return true
  }
  const unlessConfirmed = (handler: (visit: Visit, request: Request, response: Response) => Promise<void>) => {
    return async (visit: Visit, request: Request, response: Response): Promise<void> => {
      if (await toPatient(visit, request, response)) return
      try {
        await handler(visit, request, response)
      } catch (error) {
        if (!(error instanceof SmartError && error.key === 'draft.gone')) throw error
        // The first of two clicks has used the sheet and is about to note the patient.
        await delay(SECOND_CLICK)
        if (!(await toPatient(visit, request, response))) throw error
      }
    }
  }
  router.get(
    '/drafts/:id',
    visits.page(
      unlessConfirmed(async (visit, request, response) => {
        const draft = await calls.draft(idOf(request), visit.session.uid)
        sendDraft(response, visit, draft, untouched(fieldsOf(draft)))
      }),
    ),
  )
  router.post(
    '/drafts/:id',
    visits.form(
      unlessConfirmed(async (visit, request, response) => {
        const draft = await calls.draft(idOf(request), visit.session.uid)
        const sent = readDraft(fieldsOf(draft), (name) => field(request, name))
        if (sent.form === undefined) {
          response.status(400)
          sendDraft(response, visit, draft, sent)
          return
        }
        const opened = await calls.confirmDraft(callVisit(visit, response), draft.id, sent.form)
        const { patientId } = opened.context
        if (opened.kind === 'match' && patientId !== undefined) {
          await confirmed.note(draft.id, visit.session.uid, patientId)
        }
        response.redirect(303, opened.address)
      }),
    ),
  )
  router.post(
    '/drafts/:id/cancel',
    visits.form(
      unlessConfirmed(async (visit, request, response) => {
        await calls.cancelDraft(callVisit(visit, response), idOf(request))
        sendVisitPage(response, visit, 'draft-cancelled', { title: 'Fiche abandonnée' }, wayBack(visit))
      }),
    ),
  )
  return router
}

function fieldsOf({ identity, insUse }: Draft): FilledField[] {
  return filledFields(identity, insUse)
}

function sendDraft(response: Response, visit: Visit, draft: Draft, { typed, faults }: TypedDraft): void {
  const fields = fieldsOf(draft)
  const focus = inOrder(fields).find((name) => faults[name] !== undefined)
  const show = (one: FilledField) => ({
    ...one,
    label: LABELS[one.name],
    hint: HINTS[one.name],
    text: textOf(one, draft.identity),
    typed: typed[one.name] ?? '',
    fault: faults[one.name],
    origin: originOf(one, draft.dpi.name),
    focus: focus === one.name,
  })
  const page = {
    ...wayBack(visit),
    dpi: draft.dpi.name,
    id: draft.id,
    context: visit.context?.id,
    given: fields.filter(({ correctable }) => !correctable).map(show),
    open: fields.filter(({ correctable }) => correctable).map(show),
    status: statusOf(draft.insUse),
    reasons: PATHWAY_REASONS,
    longest: LONGEST,
    typed,
    faults,
    faulty: Object.keys(faults).length,
    focus,
  }
  sendVisitPage(response, visit, 'draft', { title: TITLE }, page)
}

/** Fields in the order of the page. */
function inOrder(fields: readonly FilledField[]): DraftField[] {
  return [...fields.map(({ name }) => name), 'reason', 'topography']
}

const LABELS: Readonly<Record<IdentityField, string>> = {
  ...TRAIT_LABELS,
  ins: 'INS',
  ipp: 'Numéro de dossier',
  usedFamily: 'Nom utilisé',
  usedGiven: 'Prénom utilisé',
}

const HINTS: Partial<Record<IdentityField, string>> = {
  birthDate: 'jj/mm/aaaa',
  birthPlace: 'code INSEE',
  birthGivenList: 'tous, dans l’ordre',
}

function textOf({ name, value }: FilledField, { traits }: CalledIdentity): string {
  if (name === 'birthDate') return frenchDate(value)
  if (name === 'ins') return spaced(value)
  return name === 'gender' ? traitTexts(traits).gender : value
}

/** A matricule as it is read aloud. */
function spaced(matricule: string): string {
  return matricule.replace(/^(.)(..)(..)(..)(...)(...)(..)$/, '$1 $2 $3 $4 $5 $6 $7')
}

/** Where an answer comes from, in the words of whoever reads it. */
function originOf({ name, value, source }: FilledField, dpi: string): string {
  if (value !== '') return ORIGINS[source](dpi)
  return NEEDED.some((needed) => needed === name) ? 'à compléter' : 'non transmis'
}

const ORIGINS: Readonly<Record<FieldSource, (dpi: string) => string>> = {
  insi: (dpi) => `téléservice INSi, par ${dpi}`,
  dpi: (dpi) => `transmis par ${dpi}`,
  professional: () => 'corrigé par vous',
}

/** The status that the new patient will have, and why. */
function statusOf(use: InsUse): { label: string; text: string } {
  const { label, meaning } = STATUS_TEXTS[use === 'usable' ? 'QUAL' : 'PROV']
  return { label, text: `${meaning} ${WHY[use]}`.trim() }
}

const WHY: Readonly<Record<InsUse, string>> = {
  usable: 'L’INS et les traits sont repris tels quels. Une erreur se corrige dans votre logiciel.',
  none: 'Votre logiciel n’a pas transmis d’INS.',
  'not-qualified': 'L’INS transmis n’est pas qualifié : il n’est pas repris.',
  'not-believed': 'La région ne reprend pas encore les INS de votre logiciel.',
  malformed: 'L’INS transmis est mal formé : il n’est pas repris.',
  'other-domain': 'L’INS transmis vient d’un autre environnement (test ou réel) : il n’est pas repris.',
  'traits-missing': 'Des traits manquent : l’INS transmis n’est pas repris.',
}
