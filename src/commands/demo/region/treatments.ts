import { asip, type Coded, ncit, snomed } from './cda/codes.ts'

/** A kind of treatment with its code in a meeting sheet and in a care programme, and the words that describe it. */
export interface Treatment {
  /** Value set JDV_TypeTraitement_FRCP. */
  readonly inSheet: Coded
  /** Value set JDV_TypeTraitementPPS; absent when the programme carries it as something else. */
  readonly inProgramme: Coded
  /** What is proposed. */
  readonly proposal: string
  readonly rhythm: string
  /** True when given in repeated courses. */
  readonly repeated: boolean
  readonly sideEffects: string
  /** Length in days. */
  readonly days: number
}

const surgery = snomed('387713003', 'intervention chirurgicale')
const radiotherapy = ncit('C15313', 'radiothérapie')
const brachytherapy = ncit('C15195', 'curiethérapie')
const chemotherapy = ncit('C15632', 'chimiothérapie')
const targeted = ncit('C93352', 'thérapie ciblée')
const immunotherapy = ncit('C15262', 'immunothérapie')
const interventional = ncit('C63334', 'Radiologie interventionnelle')
const surveillance = asip('MED-227', 'Surveillance active')
const radioiodine = asip('MED-232', 'Irathérapie')
const transplant = asip('MED-126', 'Allogreffe / Autogreffe')

/** Every kind of treatment of the region. */
export const TREATMENTS = {
  surgery: {
    inSheet: surgery,
    inProgramme: surgery,
    proposal: "Exérèse chirurgicale de la tumeur avec analyse des marges, après consultation d'anesthésie",
    rhythm: 'Une intervention, hospitalisation de trois à huit jours',
    repeated: false,
    sideEffects: 'Douleur post-opératoire, fatigue, risque infectieux, gêne fonctionnelle temporaire',
    days: 8,
  },
  radiotherapy: {
    inSheet: radiotherapy,
    inProgramme: radiotherapy,
    proposal: 'Radiothérapie externe conformationnelle avec modulation de dose',
    rhythm: 'Cinq séances par semaine pendant cinq semaines',
    repeated: true,
    sideEffects: 'Fatigue, réaction cutanée dans la zone traitée',
    days: 36,
  },
  brachytherapy: {
    inSheet: brachytherapy,
    inProgramme: brachytherapy,
    proposal: 'Curiethérapie à haut débit de dose sur le volume tumoral',
    rhythm: "Deux à quatre séances espacées d'une semaine",
    repeated: true,
    sideEffects: 'Irritation locale, troubles urinaires transitoires',
    days: 22,
  },
  chemotherapy: {
    inSheet: chemotherapy,
    inProgramme: chemotherapy,
    proposal: 'Chimiothérapie intraveineuse selon le référentiel régional, pose préalable de chambre implantable',
    rhythm: 'Une cure toutes les trois semaines, six cures',
    repeated: true,
    sideEffects: 'Nausées, fatigue, baisse des globules blancs, chute des cheveux possible',
    days: 126,
  },
  targeted: {
    inSheet: targeted,
    inProgramme: targeted,
    proposal: "Thérapie ciblée adaptée à l'anomalie moléculaire identifiée",
    rhythm: 'Prise orale quotidienne, réévaluation tous les trois mois',
    repeated: true,
    sideEffects: 'Éruption cutanée, diarrhée, perturbation du bilan hépatique',
    days: 180,
  },
  hormone: {
    inSheet: ncit('C547', 'Hormonothérapie'),
    inProgramme: ncit('C15445', 'hormonothérapie'),
    proposal: 'Hormonothérapie au long cours',
    rhythm: 'Prise quotidienne, consultation de suivi tous les six mois',
    repeated: true,
    sideEffects: 'Bouffées de chaleur, douleurs articulaires, fragilité osseuse à surveiller',
    days: 365,
  },
  immunotherapy: {
    inSheet: immunotherapy,
    inProgramme: immunotherapy,
    proposal: 'Immunothérapie par inhibiteur de point de contrôle, après bilan pré-thérapeutique',
    rhythm: 'Une perfusion toutes les six semaines pendant un an',
    repeated: true,
    sideEffects: 'Inflammation possible de la peau, du tube digestif ou de la thyroïde',
    days: 365,
  },
  interventional: {
    inSheet: interventional,
    inProgramme: interventional,
    proposal: 'Destruction percutanée de la lésion sous contrôle scanographique',
    rhythm: 'Une séance sous anesthésie générale',
    repeated: false,
    sideEffects: 'Douleur et fièvre transitoires',
    days: 2,
  },
  surveillance: {
    inSheet: surveillance,
    inProgramme: surveillance,
    proposal: 'Surveillance active clinique, biologique et par imagerie',
    rhythm: 'Consultation tous les trois mois la première année',
    repeated: true,
    sideEffects: 'Aucun effet attendu',
    days: 365,
  },
  radioiodine: {
    inSheet: radioiodine,
    inProgramme: radioiodine,
    proposal: 'Irathérapie en chambre protégée après stimulation de la thyréostimuline',
    rhythm: 'Une administration unique',
    repeated: false,
    sideEffects: 'Sécheresse de la bouche, modification transitoire du goût',
    days: 3,
  },
  transplant: {
    inSheet: transplant,
    inProgramme: transplant,
    proposal: 'Intensification avec autogreffe de cellules souches hématopoïétiques',
    rhythm: 'Une hospitalisation de trois semaines en secteur protégé',
    repeated: false,
    sideEffects: 'Aplasie prolongée, mucite, risque infectieux',
    days: 24,
  },
} as const satisfies Readonly<Record<string, Treatment>>

/** Name of a kind of treatment. */
export type TreatmentKind = keyof typeof TREATMENTS

/** Supportive care proposed in care programmes (value set JDV_SoinsOncoDeSupport) and what it consists of. */
export const SUPPORTIVE_CARE: readonly { readonly coded: Coded; readonly detail: string }[] = [
  { coded: asip('ORG-035', 'Traitement de la douleur'), detail: 'Évaluation à chaque venue, numéro de recours remis' },
  {
    coded: asip('ORG-036', 'Prise en charge diététique et nutritionnelle'),
    detail: 'Consultation avec la diététicienne, surveillance mensuelle du poids',
  },
  { coded: asip('ORG-175', 'Activité physique adaptée'), detail: 'Deux séances par semaine encadrées' },
  { coded: asip('ORG-176', "Conseil d'hygiène de vie"), detail: 'Conseils remis lors de la consultation infirmière' },
  {
    coded: asip('ORG-037', 'Soutien psychologique des proches et des aidants des personnes atteintes de cancer'),
    detail: 'Entretien proposé au patient et à ses proches',
  },
  { coded: asip('MED-562', 'Soutien au sevrage tabagique'), detail: 'Orientation vers la consultation de tabacologie' },
]

/** Social support (value set JDV_TypeAccompagnementSocioPro). */
export const SOCIAL_SUPPORT: readonly { readonly coded: Coded; readonly detail: string }[] = [
  { coded: asip('PAT-024', 'Aide à domicile'), detail: 'Demande déposée, intervention trois heures par semaine' },
  {
    coded: asip('PAT-027', 'Reprise du poste ou réinsertion professionnelle'),
    detail: 'Entretien avec le service social avant la visite de pré-reprise',
  },
]
