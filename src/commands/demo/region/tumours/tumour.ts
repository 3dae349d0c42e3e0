import type { Coded } from '../cda/codes.ts'
import type { Specialty } from '../professionals.ts'
import type { TreatmentKind } from '../treatments.ts'

/** The spread of a tumour at diagnosis. Blood cancers and brain tumours have no TNM. */
export interface Extent {
  readonly tnm?: { readonly t: string; readonly n: string; readonly m: string }
  /** Stage group: TNM stage, or a value of the tumour's other classification. */
  readonly stage: string
  /** Share of the patients, relative to the other extents of the tumour. */
  readonly weight: number
  /** The care plan usually proposed, in order. */
  readonly plan: readonly TreatmentKind[]
}

/** The multidisciplinary meetings of the region, each held by every coordination centre. */
export const MEETINGS = [
  'Sein',
  'Gynécologie',
  'Digestif',
  'Urologie',
  'Thorax',
  'VADS',
  'Dermatologie',
  'Thyroïde et endocrine',
  'Neuro-oncologie',
  'Hématologie',
] as const

/**
 * A primary tumour of the region: its codes (displays of the value sets JDV_Tumeur, JDV_Morphologie, JDV_RCP_Appareil
 * and JDV_RCP_Organe), who gets it, and the sentences its documents are made of.
 */
export interface Tumour {
  /** The multidisciplinary meeting that discusses it. */
  readonly meeting: (typeof MEETINGS)[number]
  readonly topography: Coded
  readonly morphology: Coded
  readonly apparatus: Coded
  readonly organ: Coded
  /** Probability that the patient is a woman. */
  readonly women: number
  /** Ages at diagnosis: youngest, most frequent, oldest. */
  readonly ages: readonly [number, number, number]
  /** Share of the patients of the region, relative to the other tumours. */
  readonly weight: number
  /** True for paired organs: the side is then drawn. */
  readonly paired: boolean
  readonly extents: readonly Extent[]
  /** The classification used instead of, or beside, the TNM. */
  readonly otherClassification?: { readonly name: string; readonly version: string }
  /** Probability that screening found it. */
  readonly screening: number
  readonly specialist: Specialty
  /** How the disease showed itself; French, no final stop. */
  readonly circumstance: string
  readonly imaging: string
  /** What the pathologist received first, then after treatment. */
  readonly specimens: readonly [string, string]
  readonly macroscopy: string
  readonly microscopy: string
  readonly markers: string
  /** Molecular result, when one is sought. */
  readonly molecular?: string
  readonly guideline: string
}
