import type { RuleText } from '../model.ts'

/** Texts of the rules about narratives (validation.md section 12). */
export const NARRATIVE_RULES = {
  'narrative.malformed': {
    code: 'structure',
    fr: 'div n’est pas du XHTML bien formé : fermez chaque balise, échappez & et <, n’employez que les cinq entités XML (&nbsp; s’écrit &#160;).',
    en: 'div is not well-formed XHTML: close every tag, escape & and <, use the five XML entities only (&nbsp; is written &#160;).',
  },
  'narrative.namespace': {
    code: 'structure',
    fr: 'div doit déclarer l’espace de noms xmlns="http://www.w3.org/1999/xhtml", et lui seul.',
    en: 'div must declare the namespace xmlns="http://www.w3.org/1999/xhtml", and no other.',
  },
  'narrative.root': {
    code: 'structure',
    fr: 'Le texte doit être un seul élément div.',
    en: 'The text must be one div element.',
  },
  'inv.txt-1': {
    code: 'invariant',
    fr: 'Le texte de présentation n’admet que la mise en forme, les liens et les images : « {name} » n’est pas admis (txt-1).',
    en: 'The narrative allows formatting, links and images only: "{name}" is not allowed (txt-1).',
  },
} as const satisfies Readonly<Record<string, RuleText>>
