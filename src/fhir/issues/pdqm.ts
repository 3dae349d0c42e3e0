import type { MatchNotice } from '../../ihe/iti-119-search.ts'
import { type IssueDefinition, issue } from './definition.ts'

/** Refusals of the Patient Demographics Supplier (PDQm ITI-78 and ITI-119). */
export const PDQM_ISSUES: Readonly<Record<string, IssueDefinition>> = {
  'pdqm.domain-unknown': issue(
    404,
    'not-found',
    'Aucun patient n’a d’identifiant du domaine demandé (identifier) : vérifiez son OID, écrit urn:oid:…',
    'No patient has an identifier of the domain asked for (identifier): check its OID, written urn:oid:…',
    { severity: 'warning', diagnostics: 'targetSystem not found' },
  ),
  'pdqm.read-format': issue(
    400,
    'not-supported',
    'Aucun des formats demandés n’est disponible ; formats servis : {formats}.',
    'None of the requested formats is available; formats served: {formats}.',
  ),
  'match.modifier-extension': issue(
    400,
    'extension',
    'Une recherche d’identité n’admet ni modifierExtension ni implicitRules : leur sens est inconnu et pourrait inverser celui des traits.',
    'A match takes neither modifierExtension nor implicitRules: their meaning is unknown and could reverse that of the traits.',
  ),
}

/** What an answer to ITI-119 may say besides its patients: FHIR issue code and text in both languages. */
export const MATCH_NOTICES: Readonly<Record<MatchNotice, Pick<IssueDefinition, 'code' | 'fr' | 'en'>>> = {
  'match.too-vague': notice(
    'incomplete',
    'Traits insuffisants : donnez un identifiant, ou deux au moins du nom, du prénom et de la date de naissance.',
    'Not enough traits: give an identifier, or two at least of family name, given name and birth date.',
  ),
  'match.too-many': notice(
    'too-costly',
    'Trop de patients se ressemblent : tous n’ont pas été comparés ; précisez les traits.',
    'Too many patients are alike: not all of them were compared; give more traits.',
  ),
  'match.identifier-conflict': notice(
    'conflict',
    'Un identifiant donné est celui d’un patient dont un trait strict diffère : faites vérifier l’identité.',
    'An identifier given is that of a patient with another strict trait: have the identity checked.',
  ),
  'match.ambiguous': notice(
    'multiple-matches',
    'Plusieurs dossiers correspondent avec certitude : aucun n’est rendu ; faites vérifier l’identité.',
    'Several records match with certainty: none is returned; have the identity checked.',
  ),
}

function notice(code: string, fr: string, en: string): Pick<IssueDefinition, 'code' | 'fr' | 'en'> {
  return { code, fr, en }
}
