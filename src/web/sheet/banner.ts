import type { Patient } from '@medplum/fhirtypes'
import { identityStatusOf, insOf, publishable } from '../../french/identity.ts'
import type { PageContext } from '../../smart/page-contexts.ts'
import { identityView, STATUS_TEXTS } from '../identity-view.ts'
import { renderPart } from '../pages.ts'
import { ageOn, longDate, NBSP } from './words.ts'

/** Who the patient of a page is: on every page, whatever else it shows (smart-launch.md 4.3, "Always"). */
export interface BannerView {
  birthFamily: string
  firstGiven: string
  usedName: string
  gender: string
  /** `né` or `née`. */
  born: string
  birthDate: string
  age: string
  birthPlace: string
  deceased: string
  /** The matricule, only of a qualified identity; '' otherwise. */
  ins: string
  status: string
  /** Why whoever reads must check who it is; '' when nothing is to be checked. */
  warning: string
  dpi: { name: string; returnUrl: string | undefined } | undefined
}

/** The HTML of the banner of a patient. */
export function bannerOf(patient: Patient, context: PageContext, today: string): string {
  return renderPart('banner', bannerView(patient, context, today))
}

/** What the banner says on a day. */
export function bannerView(patient: Patient, { unqualified, dpi }: PageContext, today: string): BannerView {
  const identity = identityView(patient)
  const qualified = identityStatusOf(patient) === 'QUAL'
  const death = patient.deceasedDateTime
  const age = ageOn(patient.birthDate ?? '', death ?? today)
  return {
    birthFamily: identity.birthFamily || 'Nom inconnu',
    firstGiven: identity.firstGiven,
    usedName: identity.usedName,
    gender: SEXES[patient.gender ?? ''] ?? 'Sexe inconnu',
    born: BORN[patient.gender ?? ''] ?? 'né(e)',
    birthDate: identity.birthDate || 'date inconnue',
    age: age === undefined || age < 0 ? '' : `${age}${NBSP}${age > 1 ? 'ans' : 'an'}`,
    birthPlace: identity.birthPlace,
    deceased: death === undefined ? (patient.deceasedBoolean === true ? 'Décès signalé' : '') : deathText(death),
    ins: qualified ? grouped(insOf(publishable(patient))?.value ?? '') : '',
    status: identity.statusLabel,
    warning: warningOf(qualified, unqualified, STATUS_TEXTS[identity.status].label),
    dpi: dpi && { name: dpi.name, returnUrl: webAddress(dpi.returnUrl) },
  }
}

const SEXES: Readonly<Record<string, string>> = { female: 'Femme', male: 'Homme', other: 'Sexe indéterminé' }
const BORN: Readonly<Record<string, string>> = { female: 'née', male: 'né' }

function deathText(date: string): string {
  return `Décès le ${longDate(date)}`
}

/** An identity that is not qualified, or that a call matched by a local number alone (rule R4). */
function warningOf(qualified: boolean, byLocalNumber: boolean, status: string): string {
  if (byLocalNumber)
    return `Appel reçu avec une identité non qualifiée${NBSP}: patient retrouvé par son numéro d’établissement. Vérifiez son identité.`
  return qualified ? '' : `Identité non qualifiée (${status.toLowerCase()}). Vérifiez l’identité du patient.`
}

/** `2 84 01 63 220 002 10`: as it is printed on a card. */
function grouped(ins: string): string {
  return ins.replace(/^(.)(..)(..)(..)(...)(...)(..)$/, ['$1', '$2', '$3', '$4', '$5', '$6', '$7'].join(NBSP))
}

/** A link leads to a web page only, whatever was registered. */
function webAddress(address: string | undefined): string | undefined {
  const url = URL.parse(address ?? '')
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : undefined
}
