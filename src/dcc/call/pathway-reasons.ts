import type { Pathway } from '../../store/store.ts'

/** Why a professional opens the oncology pathway of a patient. */
export type PathwayReason = 'new-rcp' | 'suspected' | 'follow-up' | 'other'

/** The reasons in the order of a page: their text and the status of the pathway (dcc-domain.md 1.4). */
export const PATHWAY_REASONS = [
  { code: 'new-rcp', fr: 'Nouveau dossier à présenter en RCP', en: 'New case for a meeting', status: 'active' },
  { code: 'suspected', fr: 'Suspicion de cancer', en: 'Suspected cancer', status: 'suspected' },
  { code: 'follow-up', fr: 'Suivi d’un cancer connu', en: 'Follow-up of a known cancer', status: 'surveillance' },
  { code: 'other', fr: 'Autre motif', en: 'Another reason', status: 'suspected' },
] as const satisfies readonly { code: PathwayReason; fr: string; en: string; status: Pathway['status'] }[]

/** The status of a pathway opened for a reason; undefined for what is no reason. */
export function pathwayStatus(code: string): Pathway['status'] | undefined {
  return PATHWAY_REASONS.find((reason) => reason.code === code)?.status
}

/** A topography by its CIM-10 code: a tumour, invasive or in situ or uncertain (C00-D48), or a suspicion (Z03.1). */
export const TOPOGRAPHY = /^(?:C\d{2}|D[0-3]\d|D4[0-8]|Z03)(?:\.\d{1,2})?$/
