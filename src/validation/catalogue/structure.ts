import type { RuleText } from '../model.ts'

/** Texts of the rules about JSON, resources and limits (validation.md sections 1 and 3). */
export const STRUCTURE_RULES = {
  'json.not-a-resource': {
    code: 'structure',
    fr: 'Une ressource FHIR est attendue : un objet JSON avec resourceType.',
    en: 'A FHIR resource is expected: a JSON object with resourceType.',
  },
  'resource.type-missing': {
    code: 'structure',
    fr: 'resourceType manque, ou n’est pas un texte : c’est le nom du type de ressource FHIR R4, par exemple Patient.',
    en: 'resourceType is missing or is no text: it is the name of the FHIR R4 resource type, for example Patient.',
  },
  'resource.type-unknown': {
    code: 'structure',
    fr: 'resourceType ne nomme aucun type de ressource FHIR R4 (la casse compte).',
    en: 'resourceType names no resource type of FHIR R4 (case matters).',
  },
  'resource.type-abstract': {
    code: 'structure',
    fr: 'resourceType nomme un type abstrait : il faut un type de ressource concret, par exemple Patient.',
    en: 'resourceType names an abstract type: a concrete resource type is needed, for example Patient.',
  },
  'resource.implicit-rules': {
    code: 'business-rule',
    fr: 'implicitRules change le sens de la ressource selon des règles inconnues de ce serveur : retirez-le.',
    en: 'implicitRules changes the meaning of the resource by rules that this server does not know: remove it.',
  },
  'resource.id-missing': {
    code: 'required',
    fr: 'Une mise à jour exige l’id de la ressource.',
    en: 'An update requires the id of the resource.',
  },
  'contained.id': {
    code: 'required',
    fr: 'Une ressource contenue doit avoir un id : c’est par lui qu’on y fait référence (#id).',
    en: 'A contained resource must have an id: references to it use it (#id).',
  },
  'limit.depth': {
    code: 'too-costly',
    fr: 'Les éléments sont imbriqués à plus de {max} niveaux : le contenu au-delà n’est pas vérifié.',
    en: 'Elements are nested more than {max} levels deep: what lies below is not checked.',
  },
  'limit.issues': {
    code: 'too-costly',
    fr: 'Il y a {max} anomalies ou davantage : la vérification s’arrête ici.',
    en: 'There are {max} issues or more: the validation stops here.',
  },
  'limit.steps': {
    code: 'too-costly',
    fr: 'La ressource est trop grande pour être vérifiée (plus de {max} étapes).',
    en: 'The resource is too large to be validated (more than {max} steps).',
  },
  'limit.time': {
    code: 'too-costly',
    fr: 'La vérification de la ressource a dépassé {max} ms et s’est arrêtée.',
    en: 'The validation of the resource took more than {max} ms and was stopped.',
  },
  'engine.failed': {
    code: 'processing',
    fr: 'La vérification n’a pas abouti en raison d’un défaut du serveur.',
    en: 'The validation did not complete because of a defect of the server.',
  },
} as const satisfies Readonly<Record<string, RuleText>>
