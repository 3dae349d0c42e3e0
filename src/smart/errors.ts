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
  'page.too-many': {
    status: 429,
    title: 'Trop de demandes à la fois',
    fr: 'Trop de demandes arrivent en ce moment de votre établissement. Rien n’a été ouvert. Réessayez dans quelques secondes.',
    en: 'Too many requests come from your site at the moment. Nothing was opened. Try again in some seconds.',
  },
  'page.uncertain': {
    status: 503,
    title: 'Service momentanément indisponible',
    fr: 'Le dossier n’a pas répondu à temps. Ce que vous veniez de valider a pu être enregistré : vérifiez-le dans un instant, avant de recommencer.',
    en: 'The record did not answer in time. What was just confirmed may have been stored: look before trying again.',
  },
  'form.forged': {
    status: 403,
    title: 'Formulaire refusé',
    fr: 'Ce formulaire ne vient pas de votre session, ou celle-ci est terminée ou a changé depuis. Rien n’a été enregistré. Revenez à l’accueil, reconnectez-vous si besoin, et recommencez.',
    en: 'This form does not come from your session, or that has ended or changed since. Nothing was stored. Sign in again if need be.',
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
  'document.unknown': {
    status: 404,
    title: 'Document introuvable',
    fr: 'Ce document n’est pas dans la fiche de ce patient, ou n’y est plus. Revenez à la fiche.',
    en: 'This document is not in the sheet of this patient, or no longer. Go back to the sheet.',
  },
  'document.withdrawn': {
    status: 410,
    title: 'Document sans contenu',
    fr: 'Le contenu de ce document a été retiré, ou n’est pas dans le dossier. Revenez à la fiche.',
    en: 'The content of this document was withdrawn or is not in the record. Go back to the sheet.',
  },
  'professional.not-habilitated': {
    status: 403,
    title: 'Accès réservé aux professionnels habilités',
    fr: 'Votre identité est reconnue, mais vous n’êtes pas habilité à utiliser le dossier communicant de cancérologie. Adressez-vous au réseau régional de cancérologie.',
    en: 'You are signed in but not habilitated to use the cancer record. Ask the regional cancer network.',
  },
  'call.invalid': {
    status: 400,
    title: 'Appel contextuel refusé',
    fr: 'L’appel de votre logiciel n’a pas pu être lu ou vérifié. Rien n’a été ouvert. Réessayez depuis le dossier du patient ; si cela se répète, prévenez votre service informatique.',
    en: 'The call of the hospital software could not be read or verified. Nothing was opened.',
  },
  'call.unknown-dpi': {
    status: 400,
    title: 'Logiciel inconnu',
    fr: 'Le logiciel qui appelle n’est pas enregistré auprès du dossier communicant de cancérologie. Rien n’a été ouvert.',
    en: 'The calling software is not registered. Nothing was opened and nothing was asked of it.',
  },
  'call.used': {
    status: 410,
    title: 'Ce lien n’est plus valable',
    fr: 'Un lien d’appel ne sert qu’une fois et pendant deux minutes. Rouvrez le patient depuis votre logiciel.',
    en: 'A link of a call works once, for two minutes. Open the patient again from the hospital software.',
  },
  'call.other-user': {
    status: 403,
    title: 'Cet appel est destiné à une autre personne',
    fr: 'Votre logiciel a préparé cet appel pour un autre professionnel que celui qui s’est identifié. Rien n’a été ouvert. Vérifiez qui est connecté, puis rouvrez le patient.',
    en: 'The call was prepared for somebody else than who has signed in. Nothing was opened.',
  },
  'call.unverified': {
    status: 400,
    title: 'Identité à vérifier avec le patient',
    fr: 'L’appel de votre logiciel n’est pas signé. Vérifiez avec le patient son nom, son prénom, son sexe, sa date et son lieu de naissance, cochez la case, puis ouvrez le dossier. Rien n’a été ouvert.',
    en: 'The call was not signed: the professional must confirm the five strict traits. Nothing was opened.',
  },
  'call.wrong-domain': {
    status: 400,
    title: 'Identité d’un autre environnement',
    fr: 'L’identité transmise est une identité de test dans un environnement réel, ou l’inverse. Rien n’a été ouvert.',
    en: 'A test identity was sent to production, or a real one to a test installation. Nothing was opened.',
  },
  'launch.dpi-unavailable': {
    status: 502,
    title: 'Votre logiciel ne répond pas',
    fr: 'Le patient n’a pas pu être lu dans votre logiciel. Rien n’a été ouvert. Réessayez dans un instant.',
    en: 'The patient could not be read from the hospital software. Nothing was opened.',
  },
  'launch.dpi-changed': {
    status: 502,
    title: 'Les adresses de votre logiciel ont changé',
    fr: 'Les adresses que votre logiciel annonce ne sont pas celles qui ont été enregistrées. Par prudence, rien n’a été ouvert. Prévenez votre service informatique.',
    en: 'The endpoints announced are not those that were registered. Nothing was opened.',
  },
  'launch.refused': {
    status: 403,
    title: 'Ouverture refusée par votre logiciel',
    fr: 'Votre logiciel n’a pas autorisé l’ouverture du dossier. Rien n’a été ouvert. Réessayez depuis le dossier du patient.',
    en: 'The hospital software did not authorize the launch. Nothing was opened.',
  },
  'launch.state': {
    status: 400,
    title: 'Ouverture interrompue',
    fr: 'Cette ouverture a expiré, a déjà servi, ou a été commencée dans un autre navigateur. Rouvrez le patient depuis votre logiciel.',
    en: 'This launch has expired, was used, or was begun in another browser. Launch again.',
  },
  'draft.gone': {
    status: 410,
    title: 'Cette fiche n’est plus disponible',
    fr: 'La fiche a expiré, a été annulée ou confirmée, ou appartient à une autre session. Rouvrez le patient depuis votre logiciel : s’il a été enregistré, son dossier s’ouvre.',
    en: 'The sheet has expired, was cancelled or confirmed, or is of another session. Call the patient again.',
  },
  'draft.other-identity': {
    status: 409,
    title: 'Ce serait un autre patient',
    fr: 'Trop de traits d’identité ont été changés : ce ne serait plus le patient que votre logiciel a transmis. Rien n’a été enregistré. Corrigez l’identité dans votre logiciel, puis rouvrez le patient.',
    en: 'Too many traits were changed: it would be another patient. Nothing was stored. Correct the identity at its source.',
  },
  'draft.identity-rules': {
    status: 409,
    title: 'Identité non conforme',
    fr: 'L’identité transmise ne respecte pas les règles de l’INS ou du profil national. Rien n’a été enregistré. Faites vérifier l’identité dans votre logiciel.',
    en: 'The identity breaks the rules of the INS or of the national profile. Nothing was stored.',
  },
  'sign-in.none': {
    status: 404,
    title: 'Connexion non disponible',
    fr: 'Aucun fournisseur d’identité n’est configuré sur ce serveur : seuls les logiciels des établissements y accèdent.',
    en: 'No identity provider is configured: only back ends of hospitals use this server.',
  },
  'sign-in.unknown-provider': {
    status: 404,
    title: 'Fournisseur d’identité inconnu',
    fr: 'Ce moyen de connexion n’existe pas ici. Choisissez-en un autre.',
    en: 'There is no such identity provider here.',
  },
  'sign-in.attempt': {
    status: 400,
    title: 'Connexion expirée',
    fr: 'Cette connexion a expiré, a déjà servi, ou a été commencée dans un autre navigateur. Recommencez.',
    en: 'This sign-in has expired, was used, or was begun in another browser. Begin again.',
  },
  'sign-in.denied': {
    status: 403,
    title: 'Connexion annulée',
    fr: 'La connexion a été annulée ou refusée auprès du fournisseur d’identité. Vous pouvez recommencer.',
    en: 'The sign-in was cancelled or refused at the identity provider.',
  },
  'sign-in.untrusted': {
    status: 403,
    title: 'Connexion refusée',
    fr: 'La réponse du fournisseur d’identité n’a pas pu être vérifiée. Par prudence, personne n’a été connecté. Recommencez ; si cela se répète, prévenez votre support.',
    en: 'The answer of the identity provider could not be verified. Nobody was signed in.',
  },
  'sign-in.weak': {
    status: 403,
    title: 'Authentification insuffisante',
    fr: 'Vous avez été reconnu, mais par un moyen trop faible pour des données de santé. Recommencez avec votre carte CPS ou votre e-CPS.',
    en: 'The authentication was weaker than required (acr or amr). Use a CPS card or e-CPS.',
  },
  'sign-in.not-professional': {
    status: 403,
    title: 'Professionnel non reconnu',
    fr: 'Votre identité a été vérifiée, mais aucun exercice professionnel n’y est attaché. Le dossier est réservé aux professionnels de santé.',
    en: 'The identity has no national id or no professional practice.',
  },
  'sign-in.profession': {
    status: 403,
    title: 'Profession non concernée',
    fr: 'Votre identité a été vérifiée, mais votre profession n’a pas accès au dossier communicant de cancérologie.',
    en: 'This profession may not use the cancer record.',
  },
  'sign-in.unavailable': {
    status: 503,
    title: 'Le fournisseur d’identité ne répond pas',
    fr: 'La connexion n’est pas possible pour le moment. Rien n’a été modifié. Réessayez dans un instant.',
    en: 'The identity provider does not answer. Try again in a moment.',
  },
  'authorization.client': {
    status: 400,
    title: 'Application inconnue',
    fr: 'L’application qui demande l’accès n’est pas enregistrée, ou pas avec cette adresse de retour. Rien ne lui a été transmis.',
    en: 'The client_id is not registered, or not with this redirect_uri. Nothing was sent to it.',
  },
  'authorization.invalid': {
    status: 400,
    title: 'Demande d’accès incorrecte',
    fr: 'La demande d’accès de l’application ne peut pas être traitée. Signalez-le à l’éditeur de l’application.',
    en: 'The authorization request is not one that can be answered by a redirect.',
  },
  'authorization.expired': {
    status: 410,
    title: 'Demande d’accès expirée',
    fr: 'Cette demande d’accès a expiré, a déjà reçu une réponse ou vient d’un autre navigateur. Relancez l’application.',
    en: 'The authorization has expired, was answered, or belongs to another browser. Launch the app again.',
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

/** Every error. */
export const SMART_ERRORS: Readonly<Record<SmartErrorKey, ErrorText>> = ERRORS

/** Status and texts of an error. */
export function smartErrorText(key: SmartErrorKey): ErrorText {
  return ERRORS[key]
}
