import type { Cast, HospitalPatient } from '../cast.ts'

/** Something to click: what the hospital knows of a patient, and what the DCC should make of it. */
export interface Case {
  key: string
  title: string
  expected: string
  patient: HospitalPatient | undefined
}

/** Every case that a cast can play, in the order in which a newcomer should click. */
export function casesOf(cast: Cast): Case[] {
  return ROWS.flatMap(({ role, ...texts }): Case[] => {
    if (role === undefined) return [{ key: 'sans-patient', patient: undefined, ...texts }]
    const patient = cast[role]
    return patient === undefined ? [] : [{ key: patient.key, patient, ...texts }]
  })
}

const ROWS: readonly { role: keyof Cast | undefined; title: string; expected: string }[] = [
  {
    role: 'known',
    title: 'Patiente connue, identité qualifiée',
    expected: 'Sa fiche s’ouvre sur ses documents.',
  },
  {
    role: 'second',
    title: 'Autre patient de la même équipe',
    expected: 'Sa fiche s’ouvre dans un second onglet, sans se mélanger à la première.',
  },
  {
    role: 'unknown',
    title: 'Patient inconnu de la région',
    expected: 'Une fiche préremplie est proposée : rien n’est créé avant confirmation.',
  },
  {
    role: 'contradicted',
    title: 'Même INS, date de naissance différente',
    expected: 'Discordance d’identité : rien n’est affiché.',
  },
  {
    role: 'unqualified',
    title: 'Même patiente sans INS, connue par son IPP',
    expected: 'La fiche s’ouvre avec le bandeau « identité non qualifiée ».',
  },
  {
    role: 'candidate',
    title: 'Aucun numéro connu, traits semblables',
    expected: 'Des candidats sont proposés : la personne choisit, rien n’est lié d’office.',
  },
  {
    role: 'ofOthers',
    title: 'Patient suivi par une autre équipe',
    expected: 'Accès non autorisé ; accès en urgence possible avec un motif.',
  },
  {
    role: undefined,
    title: 'Sans patient',
    expected: 'Le DCC s’ouvre sur la recherche.',
  },
]
