import { TRAIT_NAMES } from '../french/traits.ts'
import type { CallOutcome } from '../smart/call/calls.ts'
import { TRAIT_LABELS, traitTexts } from './identity-view.ts'

/** Whom a call is about, as its DPI has said it: no value of the record, hence the same whether or not there is one. */
export interface CalledView {
  dpi: string
  said: readonly { label: string; text: string }[]
}

/** The identity of a call; what was not transmitted is left out. */
export function calledView({ dpi, identity }: Pick<CallOutcome, 'dpi' | 'identity'>): CalledView {
  const { traits, usedFamily, usedGiven, ipp } = identity
  const texts = traitTexts(traits)
  const said = [
    ...TRAIT_NAMES.map((name) => ({ label: TRAIT_LABELS[name], text: texts[name] })),
    { label: 'Nom utilisé', text: [usedFamily, usedGiven].filter((name) => name !== undefined).join(' ') },
    { label: 'Numéro de dossier', text: ipp?.value ?? '' },
  ]
  return { dpi: dpi.name, said: said.filter(({ text }) => text !== '') }
}
