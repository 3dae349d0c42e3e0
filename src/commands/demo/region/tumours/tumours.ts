import { BREAST_AND_GYNAECOLOGY } from './breast-and-gynaecology.ts'
import { CHEST_HEAD_AND_SKIN } from './chest-head-and-skin.ts'
import { DIGESTIVE_TUMOURS } from './digestive.ts'
import { HAEMATOLOGY } from './haematology.ts'
import type { Tumour } from './tumour.ts'
import { UROLOGY } from './urology.ts'

/** The primary tumours of the region; the first one is that of the baseline patient. */
export const TUMOURS: readonly Tumour[] = [
  ...BREAST_AND_GYNAECOLOGY,
  ...DIGESTIVE_TUMOURS,
  ...UROLOGY,
  ...CHEST_HEAD_AND_SKIN,
  ...HAEMATOLOGY,
]
