import type { CalledIdentity } from '../../dcc/call/identity.ts'
import { insAuthority } from '../../french/ins.ts'
import { CallFault, type CallRequest } from './call-request.ts'
import type { DpiRegistration } from './dpi-registration.ts'

/** Fields of the DRIMBox contextual call, which DPIs already send (smart-launch.md 4.1); true: must be there. */
const FIELDS: Readonly<Record<string, boolean>> = {
  'Patient.identifier.value': true,
  'Patient.identifier.system': true,
  'Patient.name.family': true,
  'Patient.name.given': true,
  'Patient.gender': true,
  'Patient.birthDate': true,
  'Address.district': true,
  PatientID: true,
  PatientIDIssuer: true,
  InformationEtOppositionConsultation: false,
  InformationEtConsentement: false,
  Situation: false,
  StudyInstanceUID: false,
  AccessionNumber: false,
  AccessionNumberIssuer: false,
  Modality: false,
  StudyDate: false,
  AnatomicRegion: false,
}

/**
 * The DPI that a form says it comes from, of those whose forms are taken: by the issuer of its patient numbers (the last
 * component of an HL7 CX, or all of it). Nothing proves it, and nothing is opened by it.
 */
export function dpiOfForm(
  dpis: readonly DpiRegistration[],
  form: Readonly<Record<string, unknown>>,
): DpiRegistration | undefined {
  const issuer = String(form.PatientIDIssuer ?? '')
  const parts = issuer.split(/[&^]/).map((part) => part.replace(/^urn:oid:/i, ''))
  return dpis.find(
    ({ form: taken, ipp_system }) => taken === true && parts.includes(ipp_system.replace(/^urn:oid:/i, '')),
  )
}

/**
 * What an unsigned form says, as hints for a search (C2-form). Throws CallFault for a field that is unknown, missing or
 * too long, as the DRIMBox does.
 */
export function hintsOfForm(dpi: DpiRegistration, form: Readonly<Record<string, unknown>>): CallRequest {
  for (const [name, value] of Object.entries(form)) {
    if (!Object.hasOwn(FIELDS, name) || typeof value !== 'string' || !SHOWABLE.test(value)) {
      throw new CallFault('a field of the form')
    }
  }
  const of = (name: string): string => String(form[name] ?? '').trim()
  const missing = Object.entries(FIELDS).some(([name, needed]) => needed && of(name) === '')
  if (missing) throw new CallFault('a field of the form is missing')
  const given = of('Patient.name.given')
  const oid = insAuthority(of('Patient.identifier.system'))?.oid
  const place = of('Address.district')
  const date = of('Patient.birthDate').replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3')
  const identity: CalledIdentity = {
    // Nothing that is not signed is qualified.
    ins: oid === undefined ? undefined : { value: of('Patient.identifier.value'), oid, status: 'PROV' },
    ipp: { system: dpi.ipp_system, value: of('PatientID') },
    traits: {
      birthFamily: of('Patient.name.family'),
      firstGiven: given.split(/[\s,^]+/)[0],
      birthGivenList: undefined,
      gender: GENDERS[of('Patient.gender').toLowerCase()],
      birthDate: /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : undefined,
      birthPlace: /^(\d{5}|2[AB]\d{3})$/.test(place) ? place : undefined,
    },
    usedFamily: undefined,
    usedGiven: undefined,
    corrected: [],
  }
  const facts = { intent: undefined, returnUrl: undefined, subject: undefined }
  return { dpiId: dpi.id, door: 'form', identity, ...facts }
}

const SHOWABLE = /^[^\p{Cc}\p{Cs}]{0,300}$/u

const GENDERS: Readonly<Record<string, string>> = {
  male: 'male',
  m: 'male',
  female: 'female',
  f: 'female',
  unknown: 'unknown',
  u: 'unknown',
}
