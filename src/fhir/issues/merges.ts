import { type IssueDefinition, issue } from './definition.ts'

/** Refusals of the identity feed (ITI-104) and of merges (docs/decisions/0011). */
export const MERGE_ISSUES: Readonly<Record<string, IssueDefinition>> = {
  'identity.feed-identifier': issue(
    400,
    'invalid',
    'Le patient envoyé ne porte pas l’identifiant de l’adresse : rien n’a été enregistré.',
    'The patient sent does not hold the identifier of the address: nothing was stored.',
  ),
  'patient.merge': issue(
    422,
    'business-rule',
    'Une fusion se dit sur un dossier connu : active à false et un seul lien replaced-by vers un autre patient ; le lien replaces est posé par le serveur.',
    'A merge is told on a known record: active is false and one link replaced-by names another patient; the link replaces is the server’s.',
  ),
  'patient.merge-domain': issue(
    409,
    'conflict',
    'Le patient survivant n’a pas d’identifiant de ce domaine : une source ne fusionne que ses propres patients.',
    'The surviving patient has no identifier of this domain: a source merges its own patients only.',
  ),
  'patient.merged': issue(
    409,
    'conflict',
    'Ce dossier est fusionné : le patient est désormais {existing}. Pour annuler la fusion, renvoyez-le avec active à true et sans lien replaced-by, la dernière fusion d’abord.',
    'This record is merged: the patient is now {existing}. To take the merge back, send it with active true and without link replaced-by, the latest merge first.',
  ),
  'patient.has-merged': issue(
    409,
    'conflict',
    'D’autres dossiers ont été fusionnés dans celui-ci : annulez ces fusions avant de le supprimer.',
    'Other records were merged into this one: take those merges back before you delete it.',
  ),
  'store.patient-related': issue(
    409,
    'conflict',
    'Des documents ou lots déposés depuis la fusion se rapportent à ceux de l’autre dossier : supprimez-les d’abord, puis annulez la fusion.',
    'Documents or lists filed since the merge refer to those of the other record: delete them first, then take the merge back.',
  ),
}
