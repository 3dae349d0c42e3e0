import type { AccessDecision, CareBasis, Habilitation } from './model.ts'

/** What is known between a professional and the person of a record, at one instant. */
export interface AccessFacts {
  /** The habilitation in force. */
  habilitation: Pick<Habilitation, 'profile' | 'reach'> | undefined
  /** `no-pathway`: hidden, whoever asks (design.md section 6, rule 2). */
  patient: 'unknown' | 'no-pathway' | 'visible'
  /** Why the professional is in the care team of the person; empty: is not. */
  bases: readonly CareBasis[]
  /** The patient is opposed to the sharing. */
  opposed: boolean
  /** The record is closed to the professional. */
  blocked: boolean
}

/**
 * What a professional may do with a record (dcc-domain.md 1.4 "Access rule"; docs/decisions/0017). What the patient has
 * refused goes before every right, an emergency included; an emergency opens what only the care team is missing for.
 */
export function decide({ habilitation, patient, bases, opposed, blocked }: AccessFacts): AccessDecision {
  if (habilitation === undefined) return refused('not-habilitated')
  if (patient === 'unknown') return refused('unknown-patient')
  if (patient === 'no-pathway') return refused('no-pathway')
  if (blocked) return refused('access-blocked')
  if (opposed) return refused('patient-opposed')
  const basis = STRONGEST.find((one) => bases.includes(one))
  if (basis !== undefined) return { allowed: true, basis }
  if (habilitation.reach === 'region') return { allowed: true, basis: 'region' }
  return { allowed: false, reason: 'not-in-care-team', emergency: MAY_BREAK_GLASS[habilitation.profile] }
}

/** Whether a text says why somebody opens a record in an emergency. */
export function isEmergencyReason(text: string): boolean {
  const { length } = text.trim().replaceAll(/\s+/g, ' ')
  return length >= EMERGENCY.leastReason && length <= EMERGENCY.mostReason
}

/** How long an emergency opens a record, and how many characters its reason has. */
export const EMERGENCY = { hours: 4, leastReason: 15, mostReason: 500 } as const

/** The basis that is told when there are several. */
const STRONGEST: readonly CareBasis[] = ['care-team', 'patient-choice', 'emergency']

/** Who treats patients may have to act at once; who prepares meetings does not. */
const MAY_BREAK_GLASS: Readonly<Record<Habilitation['profile'], boolean>> = {
  clinician: true,
  coordinator: true,
  'rcp-secretary': false,
}

type Refusal = Extract<AccessDecision, { allowed: false }>

function refused(reason: Refusal['reason']): Refusal {
  return { allowed: false, reason, emergency: false }
}
