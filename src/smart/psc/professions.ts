import type { IdentifierKey } from '../../store/store.ts'

const NOS = 'https://mos.esante.gouv.fr/NOS'

/** Code systems of professions, by what JDV_J106-EnsembleProfession-RASS calls them. */
const SYSTEMS = {
  G15: `${NOS}/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante`,
  R94: `${NOS}/TRE_R94-ProfessionSocial/FHIR/TRE-R94-ProfessionSocial`,
  R95: `${NOS}/TRE_R95-UsagerTitre/FHIR/TRE-R95-UsagerTitre`,
  R291: `${NOS}/TRE_R291-AutreProfession/FHIR/TRE-R291-AutreProfession`,
} as const

/** Medical specialities (*savoir-faire* of type S, TRE_R38). */
const SPECIALITIES = `${NOS}/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale`

/**
 * The professions that may sign in: those that take part in the care or the coordination of a cancer, out of
 * JDV_J106-EnsembleProfession-RASS (ANS, version 20260330120000). It opens no record: the region grants habilitations.
 * 99 is whoever is known by a role only: the secretaries of the RCP.
 */
const PROFESSIONS: Readonly<Record<string, { system: keyof typeof SYSTEMS; fr: string }>> = {
  10: { system: 'G15', fr: 'Médecin' },
  21: { system: 'G15', fr: 'Pharmacien' },
  32: { system: 'G15', fr: 'Physicien médical' },
  40: { system: 'G15', fr: 'Chirurgien-dentiste' },
  41: { system: 'R94', fr: 'Assistant de service social' },
  50: { system: 'G15', fr: 'Sage-femme' },
  60: { system: 'G15', fr: 'Infirmier' },
  70: { system: 'G15', fr: 'Masseur-kinésithérapeute' },
  91: { system: 'G15', fr: 'Orthophoniste' },
  93: { system: 'R95', fr: 'Psychologue' },
  94: { system: 'G15', fr: 'Ergothérapeute' },
  95: { system: 'G15', fr: 'Diététicien' },
  98: { system: 'G15', fr: 'Manipulateur en électroradiologie médicale' },
  99: { system: 'R291', fr: 'Professionnel caractérisé par son rôle' },
}

/** A profession that may sign in, by its code; undefined for any other. */
export function allowedProfession(code: string | undefined): IdentifierKey | undefined {
  const profession = code !== undefined && Object.hasOwn(PROFESSIONS, code) ? PROFESSIONS[code] : undefined
  return code === undefined || profession === undefined
    ? undefined
    : { system: SYSTEMS[profession.system], value: code }
}

/** The French name of a profession, '' when it may not sign in. */
export function professionName({ value }: IdentifierKey): string {
  return (Object.hasOwn(PROFESSIONS, value) ? PROFESSIONS[value]?.fr : undefined) ?? ''
}

/** A speciality by its code (SM…); other kinds of *savoir-faire* are none. */
export function specialityOf(code: string | undefined): IdentifierKey | undefined {
  return code !== undefined && /^SM\d{2}$/.test(code) ? { system: SPECIALITIES, value: code } : undefined
}
