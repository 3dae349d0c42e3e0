import { APPENDIX_Z } from './appendix-z.ts'
import { MHD_65 } from './mhd-65.ts'
import { MHD_66 } from './mhd-66.ts'
import { MHD_67 } from './mhd-67.ts'
import { MHD_68 } from './mhd-68.ts'
import { MHD_105 } from './mhd-105.ts'
import { MHD_106 } from './mhd-106.ts'
import type { Requirement, Transaction } from './model.ts'
import { NIST } from './nist.ts'
import { PDQ_78, PDQ_119 } from './pdqm.ts'
import { PDSM } from './pdsm.ts'
import { PITFALLS } from './pitfalls.ts'
import { PIX_83, PIX_104 } from './pixm.ts'

/** Everything that the guides ask of the actors of this server, group by group, in the order in which it is shown. */
export const REQUIREMENTS: readonly Requirement[] = [
  ...MHD_65,
  ...MHD_66,
  ...MHD_67,
  ...MHD_68,
  ...MHD_105,
  ...MHD_106,
  ...PDQ_78,
  ...PDQ_119,
  ...PIX_83,
  ...PIX_104,
  ...PDSM,
  ...APPENDIX_Z,
  ...NIST,
  ...PITFALLS,
]

/** The transactions in that order, with the names that the guides give them. */
export const TRANSACTIONS: readonly { code: Transaction; title: string; fr: string }[] = [
  { code: 'ITI-65', title: 'MHD Provide Document Bundle', fr: 'Publication d’un lot de documents' },
  { code: 'ITI-66', title: 'MHD Find Document Lists', fr: 'Recherche de lots et de classeurs' },
  { code: 'ITI-67', title: 'MHD Find Document References', fr: 'Recherche de fiches de documents' },
  { code: 'ITI-68', title: 'MHD Retrieve Document', fr: 'Consultation d’un document' },
  { code: 'ITI-105', title: 'MHD Simplified Publish', fr: 'Publication simplifiée' },
  { code: 'ITI-106', title: 'MHD Generate Metadata', fr: 'Métadonnées déduites du document' },
  { code: 'ITI-78', title: 'PDQm Mobile Patient Demographics Query', fr: 'Recherche de patients' },
  { code: 'ITI-119', title: 'PDQm Patient Demographics Match', fr: 'Rapprochement d’identité' },
  { code: 'ITI-83', title: 'PIXm Cross-reference Query', fr: 'Correspondance d’identifiants' },
  { code: 'ITI-104', title: 'PIXm Patient Identity Feed', fr: 'Alimentation en identités' },
  { code: 'PDSm', title: 'PDSm Gestionnaire de partage', fr: 'Partage de documents, flux français 01 à 10' },
  { code: 'Appendix Z', title: 'ITI TF-2 Appendix Z', fr: 'Règles communes aux profils mobiles' },
  { code: 'NIST', title: 'NIST FHIR Toolkit, MHD assertions', fr: 'Assertions publiques du NIST pour ITI-65' },
  { code: 'Pitfalls', title: 'Pitfalls of implementers', fr: 'Écueils connus des réalisations' },
]
