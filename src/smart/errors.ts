/** What went wrong in a browser flow, for the person in front of it and for whoever connects a DPI. */
interface ErrorText {
  status: number
  /** Heading and text in French; `en` says both. */
  title: string
  fr: string
  en: string
}

/** Every error of sign-in, launch and pages by its stable key. No text can hold a value of a request. */
const ERRORS = {
  'page.unknown': {
    status: 404,
    title: 'Page introuvable',
    fr: 'Cette page n’existe pas.',
    en: 'There is no such page.',
  },
  'page.unexpected': {
    status: 500,
    title: 'Une erreur est survenue',
    fr: 'La page n’a pas pu être affichée. Rien n’a été modifié. Réessayez dans un instant.',
    en: 'The page could not be shown. Nothing was changed. Try again in a moment.',
  },
  'page.unavailable': {
    status: 503,
    title: 'Service momentanément indisponible',
    fr: 'Le dossier ne répond pas pour le moment. Rien n’a été modifié. Réessayez dans un instant.',
    en: 'The record does not answer at the moment. Nothing was changed. Try again in a moment.',
  },
  'form.forged': {
    status: 403,
    title: 'Formulaire refusé',
    fr: 'Ce formulaire ne vient pas de votre session, ou celle-ci a changé depuis. Revenez à la page et recommencez.',
    en: 'This form does not come from your session, or that has changed since. Go back to the page and try again.',
  },
  'form.invalid': {
    status: 400,
    title: 'Formulaire incomplet',
    fr: 'Il manque une réponse, ou l’une d’elles ne convient pas. Revenez à la page et corrigez.',
    en: 'An answer is missing or not acceptable. Go back to the page and correct it.',
  },
  'context.unknown': {
    status: 410,
    title: 'Cette page n’est plus valable',
    fr: 'Le contexte de cette page a expiré ou appartient à une autre session. Rouvrez le patient depuis votre logiciel ou par la recherche.',
    en: 'The context of this page has expired or is of another session. Open the patient again.',
  },
  'context.other-patient': {
    status: 409,
    title: 'Deux patients différents',
    fr: 'Cette page a été ouverte pour un autre patient. Rien n’a été affiché ni modifié. Rouvrez le patient voulu.',
    en: 'This page was opened for another patient. Nothing was shown or changed. Open the patient again.',
  },
  'professional.not-habilitated': {
    status: 403,
    title: 'Accès réservé aux professionnels habilités',
    fr: 'Votre identité est reconnue, mais vous n’êtes pas habilité à utiliser le dossier communicant de cancérologie. Adressez-vous au réseau régional de cancérologie.',
    en: 'You are signed in but not habilitated to use the cancer record. Ask the regional cancer network.',
  },
} as const satisfies Record<string, ErrorText>

/** Stable key of an error. */
export type SmartErrorKey = keyof typeof ERRORS

/** An error of a browser flow. */
export class SmartError extends Error {
  readonly key: SmartErrorKey
  constructor(key: SmartErrorKey, options?: ErrorOptions) {
    super(key, options)
    this.name = 'SmartError'
    this.key = key
  }
}

/** Status and texts of an error. */
export function smartErrorText(key: SmartErrorKey): ErrorText {
  return ERRORS[key]
}
