/**
 * Names of the fictitious region. Family and place names are built from invented syllables; given names are common
 * ones. Everything is in capitals without accents, as the civil register gives birth traits.
 */
import { at, type Random } from './random.ts'

const HEADS = list(`
BEL|BRAN|CAR|CHAN|COR|DAL|DUR|ESTRE|FAR|FLO|GAR|GRAN|HAU|JOLI|LAN|LOU|MAR|MON|NOR|ORBE|PEL
QUIN|RAVE|ROQUE|SAL|TAR|TRE|VAL|VER|VIL`)

const FAMILY_TAILS = list(`
BAUD|BIZET|CHARD|CLERMONT|DANEL|DOUX|FICTEL|GANDIN|GUENOT|LAVOINE|LIZEUL|MANDE|MIREUX|NAVEL|PERRIEL
QUENIN|RIVOIS|SANDRE|TANEL|TIERROT|VAUNE|VEZIER|VOISEL|ZENET`)

const PLACE_TAILS = list(`
BREUIL|CHATEL|COMBE|FEUIL|FONTAINE|GARDE|LIEU|MESNIL|MOUTIER|PONT|RIVE|SELVE|VAUX|VIGNE|VILLIERS`)

const FEMALE_GIVEN = list(`
ADELE|AGNES|ALICE|AMINA|ANNE|ANNE-SOPHIE|BEATRICE|BRIGITTE|CAMILLE|CATHERINE|CECILE|CHANTAL|CHLOE
CLAIRE|COLETTE|DENISE|DOMINIQUE|ELISABETH|EMMA|FATIMA|FRANCOISE|GENEVIEVE|HELENE|INES|ISABELLE
JACQUELINE|JEANNE|JULIE|LAURENCE|LEA|LOUISE|LUCIE|MADELEINE|MANON|MARGUERITE|MARIE|MARIE CLAIRE
MARIE-CHRISTINE|MARIE-LOUISE|MARTINE|MICHELE|MONIQUE|NADIA|NATHALIE|NICOLE|ODETTE|PAULETTE|ROSE|SIMONE|SOPHIE
SUZANNE|SYLVIE|THERESE|VALERIE|YVETTE|YVONNE|ZOE`)

const MALE_GIVEN = list(`
ADRIEN|ALAIN|ALBERT|ANDRE|ANTOINE|AUGUSTIN|BERNARD|CHRISTIAN|CLAUDE|DANIEL|DENIS|DIDIER|DOMINIQUE
EMILE|ERIC|ETIENNE|FRANCIS|FRANCOIS|GABRIEL|GEORGES|GERARD|GILBERT|HENRI|HUGO|JACQUES|JEAN|JEAN PIERRE
JEAN-CLAUDE|JEAN-LUC|JEAN-MARIE|JEAN-PAUL|JOSEPH|JULES|KARIM|LEON|LOUIS|LUC|LUCIEN|MARCEL|MAURICE
MICHEL|MOHAMED|NICOLAS|OLIVIER|PASCAL|PATRICK|PAUL|PHILIPPE|PIERRE|PIERRE-YVES|RAYMOND|RENE|ROBERT
ROGER|SERGE|THIERRY|THOMAS|VICTOR|XAVIER|YVES`)

/** How the people who bear them write some given names: used names may carry accents, birth names may not. */
const ACCENTED: Readonly<Record<string, string>> = {
  AGNES: 'Agnès',
  CHLOE: 'Chloé',
  FRANCOIS: 'François',
  FRANCOISE: 'Françoise',
  GENEVIEVE: 'Geneviève',
  HELENE: 'Hélène',
  INES: 'Inès',
  LEA: 'Léa',
  LEON: 'Léon',
  RENE: 'René',
  THERESE: 'Thérèse',
  ZOE: 'Zoé',
}

/** Sex as the French civil register knows it. */
export type Sex = 'F' | 'M'

/** An invented family name; now and then compound, with a particle or an apostrophe. */
export function familyName(random: Random): string {
  const simple = random.pick(HEADS) + random.pick(FAMILY_TAILS)
  const form = random.between(1, 100)
  if (form <= 10) return `${simple}-${random.pick(HEADS)}${random.pick(FAMILY_TAILS)}`
  if (form <= 14) return `LE ${simple}`
  if (form <= 17) return `DE LA ${random.pick(HEADS)}${random.pick(PLACE_TAILS)}`
  if (form <= 20) return `D'O${random.pick(HEADS)}EL`
  return simple
}

/** One given name, compound ones included ("ANNE-SOPHIE", "JEAN PIERRE"). */
export function givenName(random: Random, sex: Sex): string {
  return random.pick(sex === 'F' ? FEMALE_GIVEN : MALE_GIVEN)
}

/** The given name as a person uses it in daily life. */
export function dailyGivenName(given: string): string {
  return ACCENTED[given] ?? given
}

/** The n-th invented town of the region, n from 0; different for every n below 450. */
export function townName(position: number): string {
  const head = at(HEADS, position % HEADS.length)
  const tail = at(PLACE_TAILS, (position + Math.floor(position / HEADS.length)) % PLACE_TAILS.length)
  return head + tail
}

/** A town after "de", elided before a vowel: "DE BELCOMBE", "D'ORBEPONT". */
export function ofTown(town: string): string {
  return /^[AEIOUY]/.test(town) ? `D'${town}` : `DE ${town}`
}

function list(names: string): readonly string[] {
  return names.trim().split(/[|\n]/)
}
