/** Past events worth knowing; none, one or two are drawn for each patient. */
export const HISTORY = [
  "Appendicectomie dans l'enfance",
  'Cholécystectomie sous coelioscopie',
  'Fracture du poignet ostéosynthésée',
  'Antécédent familial de cancer au premier degré',
  'Phlébite du membre inférieur gauche, traitement terminé',
  'Prothèse totale de hanche',
  'Chirurgie de la cataracte bilatérale',
] as const

/** Active conditions; none, one or two are drawn for each patient. */
export const PROBLEMS = [
  'Hypertension artérielle équilibrée sous bithérapie',
  'Diabète de type 2 traité par metformine',
  'Hypothyroïdie substituée',
  'Insuffisance rénale chronique modérée (DFG 52 mL/min)',
  'Fibrillation auriculaire anticoagulée',
  'Bronchopneumopathie chronique obstructive modérée',
  'Tabagisme sevré, 30 paquets-années',
  'Ostéoporose traitée',
] as const
