import type { RuleText } from '../model.ts'

/** Texts of the rules about profiles (validation.md section 4). */
export const PROFILE_RULES = {
  'profile.unknown': {
    code: 'not-found',
    fr: 'Le profil n’est pas connu de ce serveur et n’est pas vérifié : {profile}.',
    en: 'This server does not know the profile and does not check it: {profile}.',
  },
  'profile.version': {
    code: 'not-found',
    fr: 'Le profil n’est pas connu dans cette version et n’est pas vérifié : {profile} (version connue : {version}).',
    en: 'The profile is not known in this version and is not checked: {profile} (version known: {version}).',
  },
  'profile.other-type': {
    code: 'structure',
    fr: 'Le profil {profile} est un profil de {type}, pas de ce type de ressource.',
    en: 'The profile {profile} is one of {type}, not of this resource type.',
  },
  'profile.none-fits': {
    code: 'structure',
    fr: 'Aucun des profils attendus n’est respecté : {profiles}. Pour savoir pourquoi, vérifiez la ressource seule avec l’un d’eux ($validate, paramètre profile).',
    en: 'None of the profiles expected is fulfilled: {profiles}. To know why, check the resource alone with one of them ($validate, parameter profile).',
  },
} as const satisfies Readonly<Record<string, RuleText>>
