import type { RuleText } from '../model.ts'

/** Texts of the rules about Bundles (validation.md section 9). */
export const BUNDLE_RULES = {
  'bundle.full-url-missing': {
    code: 'required',
    fr: 'fullUrl manque : l’entrée porte une ressource qui a une identité.',
    en: 'fullUrl is missing: the entry carries a resource that has an identity.',
  },
  'bundle.full-url-absolute': {
    code: 'value',
    fr: 'fullUrl doit être une URI absolue : https://…/Type/id ou urn:uuid:….',
    en: 'fullUrl must be an absolute URI: https://…/Type/id or urn:uuid:….',
  },
  'bundle.full-url-uuid': {
    code: 'value',
    fr: 'fullUrl doit être un UUID en minuscules : urn:uuid: suivi de 8-4-4-4-12 chiffres hexadécimaux.',
    en: 'fullUrl must be a UUID in lower case: urn:uuid: and 8-4-4-4-12 hexadecimal digits.',
  },
  'bundle.full-url-id': {
    code: 'conflict',
    fr: 'fullUrl doit se terminer par /Type/id de la ressource de l’entrée.',
    en: 'fullUrl must end with /Type/id of the entry’s resource.',
  },
  'bundle.link-repeated': {
    code: 'duplicate',
    fr: 'Chaque relation (self, next…) ne figure qu’une fois dans link.',
    en: 'Each relation (self, next…) stands in link once only.',
  },
  'bundle.unreachable': {
    code: 'structure',
    fr: 'Dans un document, chaque ressource doit être désignée depuis la Composition, directement ou de proche en proche.',
    en: 'In a document every resource must be referred to from the Composition, directly or through others.',
  },
  'transaction.request-missing': {
    code: 'required',
    fr: 'Cette entrée n’a pas de request : donnez method (POST, PUT, PATCH, DELETE, GET) et url, par exemple POST et DocumentReference.',
    en: 'This entry has no request: give method (POST, PUT, PATCH, DELETE, GET) and url, for example POST and DocumentReference.',
  },
  'transaction.url': {
    code: 'value',
    fr: 'Avec PUT, PATCH ou DELETE, request.url est Type/id (la ressource à changer), ou Type?critère. Pour créer, utilisez POST avec Type seul.',
    en: 'With PUT, PATCH or DELETE, request.url is Type/id (the resource to change) or Type?condition. To create, use POST with Type alone.',
  },
  'transaction.post-url': {
    code: 'value',
    fr: 'Avec POST, request.url est le type de la ressource seul, par exemple DocumentReference.',
    en: 'With POST, request.url is the type of the resource alone, for example DocumentReference.',
  },
  'transaction.type': {
    code: 'conflict',
    fr: 'request.url ne nomme pas le type de la ressource de l’entrée : écrivez ce type (resourceType) au début de request.url.',
    en: 'request.url does not name the type of the entry’s resource: begin request.url with that type (resourceType).',
  },
  'transaction.if-none-exist': {
    code: 'business-rule',
    fr: 'ifNoneExist n’est admis qu’avec POST : retirez-le. Une mise à jour conditionnelle porte ses critères dans request.url.',
    en: 'ifNoneExist is allowed with POST only: remove it. A conditional update has its criteria in request.url.',
  },
  'transaction.duplicate': {
    code: 'duplicate',
    fr: 'Une transaction n’écrit la même ressource qu’une fois.',
    en: 'A transaction writes the same resource once only.',
  },
} as const satisfies Readonly<Record<string, RuleText>>
