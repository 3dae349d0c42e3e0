import { parseScopes, type ResourceScope } from '../smart/scopes.ts'

/** What an app may do once it is let in, in sentences for the person who decides; each once. */
export function rightsOf(scope: readonly string[]): string[] {
  const { scopes, context } = parseScopes(scope.join(' '))
  const rights = [...byTarget(scopes).map(rightOn), ...context.flatMap((word) => RIGHTS[word] ?? [])]
  return [...new Set(rights)]
}

/** What scopes of a launch and of who has signed in give. */
const RIGHTS: Readonly<Record<string, string>> = {
  openid: 'Savoir qui vous êtes : votre nom et votre numéro RPPS.',
  fhirUser: 'Savoir qui vous êtes : votre nom et votre numéro RPPS.',
  profile: 'Savoir qui vous êtes : votre nom et votre numéro RPPS.',
  online_access: 'Garder cet accès tant que votre session reste ouverte.',
  offline_access: 'Garder cet accès après votre départ, 30 jours au plus, sans vous le redemander.',
}

/** What types are called. */
const TYPES: Readonly<Record<string, string>> = {
  '*': 'tout le dossier',
  Patient: 'l’identité',
  DocumentReference: 'les documents (fiches RCP, PPS, comptes rendus)',
  Binary: 'le contenu des documents',
  List: 'les envois et classeurs de documents',
  Practitioner: 'l’annuaire des professionnels',
  PractitionerRole: 'l’annuaire des professionnels',
  Organization: 'l’annuaire des établissements',
}

const VERBS: readonly [letters: string, verb: string][] = [
  ['rs', 'lire'],
  ['c', 'ajouter'],
  ['u', 'modifier'],
  ['d', 'supprimer'],
]

type Right = Pick<ResourceScope, 'level' | 'type'> & { letters: Set<string>; limited: boolean }

/** Scopes add up: one sentence for each type, of each kind of patients. */
function byTarget(scopes: readonly ResourceScope[]): Right[] {
  const rights = new Map<string, Right>()
  for (const { level, type, letters, criteria } of scopes) {
    const key = `${level}/${type}`
    const right = rights.get(key) ?? { level, type, letters: new Set(), limited: true }
    for (const letter of letters) right.letters.add(letter)
    rights.set(key, { ...right, limited: right.limited && criteria.length > 0 })
  }
  return [...rights.values()]
}

function rightOn({ level, type, letters, limited }: Right): string {
  const verbs = VERBS.filter(([of]) => [...of].some((letter) => letters.has(letter))).map(([, verb]) => verb)
  const what = TYPES[type] ?? `les données « ${type} »`
  const whose = level === 'patient' ? 'de ce patient' : 'des patients que vous pouvez voir'
  const some = limited ? ', pour une partie seulement' : ''
  const text = `${verbs.join(', ')} ${what} ${whose}${some}.`
  return text.charAt(0).toUpperCase() + text.slice(1)
}
