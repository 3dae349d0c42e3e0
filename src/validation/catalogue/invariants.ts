import type { RuleText } from '../model.ts'

/** Texts of what the engine says of invariants in general; `{human}` is the definition's own text. */
export const INVARIANT_RULES = {
  'inv.not-evaluated': {
    code: 'processing',
    fr: 'La règle {key} n’a pas pu être évaluée ici.',
    en: 'The rule {key} could not be evaluated here.',
  },
} as const satisfies Readonly<Record<string, RuleText>>

/** The text of an invariant: in French the table's wording, or the definition's own text when it has none. */
export function invariantText(key: string): RuleText {
  const french = Object.hasOwn(FRENCH, key) ? FRENCH[key] : undefined
  return {
    code: 'invariant',
    fr: `Règle {key} : ${french ?? '{human}'}`,
    en: 'Rule {key}: {human}',
  }
}

/** The common invariants of R4 (4.0.1) in French, by key; inv-1 means another rule in each resource that has one. */
export const FRENCH: Readonly<Record<string, string>> = {
  'ele-1': 'un élément doit avoir une valeur ou un contenu (id seul ne suffit pas).',
  'ext-1': 'une extension a soit value[x], soit des extensions, pas les deux ni aucun.',
  'dom-2': 'une ressource contenue ne contient pas elle-même de ressource.',
  'dom-3':
    'une ressource contenue doit être désignée (#id) depuis la ressource qui la contient, ou désigner celle-ci (#).',
  'dom-4': 'une ressource contenue n’a ni meta.versionId ni meta.lastUpdated.',
  'dom-5': 'une ressource contenue n’a pas de meta.security.',
  'dom-6': 'une ressource devrait avoir un texte de présentation (text).',
  'ref-1': 'une référence #id doit désigner une ressource contenue (contained) de la ressource.',
  'txt-2': 'le texte de présentation doit contenir du texte ou une image.',
  'per-1': 'le début de la période (start) ne doit pas suivre sa fin (end).',
  'cpt-2': 'un moyen de contact qui a une valeur (value) doit avoir un système (system : phone, email…).',
  'qty-3': 'une quantité qui a un code d’unité (code) doit avoir le système de ce code (system).',
  'sqty-1': 'une quantité simple n’a pas de comparateur (comparator).',
  'att-1': 'un contenu (data) doit avoir un contentType.',
  'rat-1': 'numerator et denominator sont présents tous les deux, ou absents tous les deux avec une extension.',
  'rng-2': 'la borne basse (low) ne doit pas dépasser la borne haute (high).',
  'age-1': 'un âge a un code d’unité de temps UCUM et une valeur positive.',
  'cnt-3': 'un décompte est un nombre entier, de code « 1 » en UCUM.',
  'dis-1': 'une distance a un code d’unité de longueur UCUM.',
  'drt-1': 'une durée a un code d’unité de temps UCUM.',
  'exp-1': 'une expression ou une référence doit être donnée.',
  'tim-1': 'une durée (duration) doit avoir son unité (durationUnit).',
  'tim-2': 'une période (period) doit avoir son unité (periodUnit).',
  'tim-4': 'la durée (duration) ne peut pas être négative.',
  'tim-5': 'la période (period) ne peut pas être négative.',
  'tim-6': 'periodMax exige period.',
  'tim-7': 'durationMax exige duration.',
  'tim-8': 'countMax exige count.',
  'tim-9': 'offset exige when (autre que C, CM, CD, CV).',
  'tim-10': 'timeOfDay et when ne vont pas ensemble.',
  'pat-1': 'un contact du patient a au moins un nom, un moyen de contact, une adresse ou une organisation.',
  'org-1': 'une organisation a au moins un nom ou un identifiant.',
  'org-2': 'l’adresse d’une organisation n’est jamais d’usage « home ».',
  'org-3': 'le moyen de contact d’une organisation n’est jamais d’usage « home ».',
  'lst-1': 'emptyReason n’est admis que pour une liste vide.',
  'lst-2': 'deleted n’est admis que dans une liste de mode « changes ».',
  'lst-3': 'la date d’une entrée n’est admise que dans une liste de mode « working ».',
  'sev-1': 'entity a un nom (name) ou une requête (query), pas les deux.',
  'bdl-1': 'total n’est admis que dans un searchset ou un history.',
  'bdl-2': 'entry.search n’est admis que dans un searchset.',
  'bdl-3': 'entry.request est obligatoire dans batch, transaction et history, interdit ailleurs.',
  'bdl-4': 'entry.response est obligatoire dans batch-response, transaction-response et history, interdit ailleurs.',
  'bdl-5': 'une entrée a une ressource, à défaut une requête ou une réponse.',
  'bdl-7': 'deux entrées n’ont pas le même fullUrl, sauf pour des versions (meta.versionId) différentes.',
  'bdl-8': 'fullUrl ne désigne pas une version (_history).',
  'bdl-9': 'un document a un identifier avec system et value.',
  'bdl-10': 'un document a une date (timestamp).',
  'bdl-11': 'la première entrée d’un document est sa Composition.',
  'bdl-12': 'la première entrée d’un message est son MessageHeader.',
  'cmp-1': 'une section a au moins un texte, une entrée ou une sous-section.',
  'cmp-2': 'emptyReason n’est admis que pour une section vide.',
  'obs-3': 'un intervalle de référence a au moins low, high ou text.',
  'obs-6': 'dataAbsentReason n’est admis qu’en l’absence de value[x].',
  'obs-7': 'un composant de même code que l’observation exclut la valeur de l’observation.',
  'con-1': 'un stade (stage) a un résumé (summary) ou une évaluation (assessment).',
  'con-2': 'une preuve (evidence) a un code ou un détail.',
  'con-3': 'clinicalStatus est attendu pour un problème qui n’est pas saisi par erreur.',
  'con-4': 'un problème terminé (abatement) a pour clinicalStatus inactive, resolved ou remission.',
  'con-5': 'clinicalStatus n’est pas admis si verificationStatus est entered-in-error.',
  'ait-1': 'clinicalStatus est obligatoire si verificationStatus n’est pas entered-in-error.',
  'ait-2': 'clinicalStatus n’est pas admis si verificationStatus est entered-in-error.',
  'ctm-1': 'onBehalfOf n’est admis que si le membre est un Practitioner.',
  'prr-1': 'orderDetail exige code.',
  'imm-1': 'documentType ou reference doit être présent.',
}
