import type { Organization } from '../region/hospitals.ts'
import type { DemoIdentity } from './professionals.ts'

/** Claims as the stand-in sends them. */
export type Claims = Record<string, unknown>

/** Names the fictitious directory in the technical ids (`sub`). */
const DIRECTORY = '00000000-0000-4000-8000-00000000dc0c'
const ROLES = '1.2.250.1.213.1.1.5.5'

/** The technical id of somebody: not the national id alone, as in Pro Santé Connect. */
export function subjectOf({ nationalId }: Pick<DemoIdentity, 'nationalId'>): string {
  return `f:${DIRECTORY}:${nationalId}`
}

/** UserInfo of a fictitious professional, with the members and empty texts of Pro Santé Connect (smart-launch.md 3.3). */
export function userInfoOf(identity: DemoIdentity): Claims {
  const { nationalId, family, given, civility, profession, speciality, places } = identity
  const [first] = places
  return {
    sub: subjectOf(identity),
    SubjectNameID: nationalId,
    preferred_username: nationalId,
    family_name: family,
    given_name: given,
    codeCivilite: civility,
    email_verified: false,
    Secteur_Activite: 'SA01^1.2.250.1.71.4.2.4',
    SubjectRole: [`${profession}^${ROLES}`],
    SubjectOrganization: places.length === 1 ? first?.name : '',
    SubjectOrganizationID: places.length === 1 ? `F${first?.finess}` : '',
    Mode_Acces_Raison: '',
    Acces_Regulation_Medicale: 'FAUX',
    UITVersion: '1.0',
    Palier_Authentification: 'APPPRIP3^1.2.250.1.213.1.5.1.1.1',
    PSI_Locale: '1.2.250.1.213.1.3.1.1',
    otherIds: [{ identifiant: nationalId, origine: 'RPPS', qualite: 1 }],
    SubjectRefPro: {
      codeCivilite: civility,
      exercices: [
        {
          codeProfession: profession,
          codeCategorieProfessionnelle: 'C',
          codeCiviliteDexercice: '',
          nomDexercice: family,
          prenomDexercice: given,
          codeTypeSavoirFaire: speciality === '' ? '' : 'S',
          codeSavoirFaire: speciality,
          activities: places.map(activityOf),
        },
      ],
    },
  }
}

function activityOf({ finess, name, houseNumber, streetName, postalCode, city, phone }: Organization): Claims {
  return {
    codeModeExercice: 'S',
    codeSecteurDactivite: 'SA01',
    codeSectionPharmacien: '',
    codeRole: '',
    codeGenreActivite: 'GENR01',
    numeroSiretSite: '',
    numeroSirenSite: '',
    numeroFinessSite: finess,
    numeroFinessetablissementJuridique: '',
    identifiantTechniqueDeLaStructure: `F${finess}`,
    raisonSocialeSite: name,
    enseigneCommercialeSite: '',
    complementDestinataire: '',
    complementPointGeographique: '',
    numeroVoie: houseNumber,
    indiceRepetitionVoie: '',
    codeTypeDeVoie: 'R',
    libelleVoie: streetName,
    mentionDistribution: '',
    bureauCedex: city,
    codePostal: postalCode,
    codeCommune: '',
    codePays: '',
    telephone: phone,
    telephone2: '',
    telecopie: '',
    adresseEMail: '',
    codeDepartement: '',
    ancienIdentifiantDeLaStructure: `1${finess}`,
    autoriteDenregistrement: 'FICTIF/FICTIF/FICTIF',
  }
}
