import type { RuleText } from '../model.ts'

/** Texts of the rules about slices (validation.md section 5). */
export const SLICING_RULES = {
  'slice.min': {
    code: 'required',
    fr: '« {name} » : la tranche {slice} (reconnue par {mark}) est attendue au moins {min} fois, {count} trouvée(s).',
    en: '"{name}": the slice {slice} (told by {mark}) is expected at least {min} times, {count} found.',
  },
  'slice.max': {
    code: 'structure',
    fr: '« {name} » : la tranche {slice} (reconnue par {mark}) est admise au plus {max} fois, {count} trouvées.',
    en: '"{name}": the slice {slice} (told by {mark}) is allowed at most {max} times, {count} found.',
  },
  'slice.closed': {
    code: 'structure',
    fr: 'Cette valeur de « {name} » n’appartient à aucune des tranches que le profil admet : {slices}. Retirez-la ; ou, si elle devrait être de l’une d’elles, vérifiez-la seule avec le profil de cette tranche ($validate).',
    en: 'This value of "{name}" belongs to none of the slices that the profile allows: {slices}. Remove it; or, if it should be of one of them, check it alone with the profile of that slice ($validate).',
  },
  'slice.order': {
    code: 'structure',
    fr: 'Les valeurs de « {name} » doivent suivre l’ordre des tranches du profil : {slices}.',
    en: 'The values of "{name}" must follow the order of the slices of the profile: {slices}.',
  },
  'slice.end': {
    code: 'structure',
    fr: 'Les valeurs de « {name} » hors tranche ne sont admises qu’après celles des tranches {slices}.',
    en: 'Values of "{name}" outside the slices are allowed only after those of the slices {slices}.',
  },
  'slice.not-checked': {
    code: 'informational',
    fr: 'Les tranches de « {name} » ({slices}) n’ont pas pu être distinguées : leurs règles ne sont pas vérifiées.',
    en: 'The slices of "{name}" ({slices}) could not be told apart: their rules are not checked.',
  },
} as const satisfies Readonly<Record<string, RuleText>>
