import {
  type Administration,
  addToCareTeam,
  changeBlock,
  changeHabilitation,
  grantHabilitation,
  recordChoice,
  removeFromCareTeam,
} from '../../dcc/entitlement/administration.ts'
import {
  ActError,
  FieldError,
  type Fields,
  instantOf,
  oneOf,
  patientOf,
  professionalOf,
  structureOf,
} from './fields.ts'

/** What acts work with. */
export interface ActContext extends Administration {
  insDomain: 'production' | 'test'
}

/** What was done, for the answer: ids only. */
export interface Done {
  professional?: string
  patient?: string
}

/** An act: the fields that it takes, and what it does. Throws FieldError, ActError, or what the store throws. */
interface Act {
  fields: readonly string[]
  run(context: ActContext, fields: Fields): Promise<Done>
}

const WHO = ['rpps', 'professional'] as const
const WHOM = ['patient', 'ins', 'identifier'] as const

/** Every act by its name, as it is typed or written in a file. */
export const ACTS: Readonly<Record<string, Act>> = {
  'habilitation add': {
    fields: [...WHO, 'profile', 'reach', 'structure', 'from', 'until'],
    async run(context, fields) {
      const [from, until] = [instantOf('from', fields.from), instantOf('until', fields.until)]
      if (from !== undefined && until !== undefined && until <= from) throw new FieldError('until is after from')
      const { nationalId } = await grantHabilitation(context, {
        nationalId: professionalOf(fields),
        profile: oneOf('profile', fields.profile, ['clinician', 'coordinator', 'rcp-secretary']),
        reach: oneOf('reach', fields.reach, ['care-team', 'region']),
        structure: structureOf(fields.structure),
        until,
        ...(from === undefined ? {} : { from }),
      })
      return { professional: nationalId }
    },
  },
  'habilitation suspend': changing('suspend'),
  'habilitation resume': changing('resume'),
  'habilitation remove': changing('remove'),
  'care-team add': {
    fields: [...WHO, ...WHOM, 'basis', 'role', 'from', 'until'],
    async run(context, fields) {
      const [from, until] = [instantOf('from', fields.from), instantOf('until', fields.until)]
      const basis = oneOf('basis', fields.basis, ['care-team', 'patient-choice'])
      const named = await both(context, fields)
      const member = { patientId: named.patient, nationalId: named.professional, basis, role: fields.role, until }
      await addToCareTeam(context, { ...member, ...(from === undefined ? {} : { from }) })
      return named
    },
  },
  'care-team remove': {
    fields: [...WHO, ...WHOM],
    async run(context, fields) {
      const named = await both(context, fields)
      await removeFromCareTeam(context, { patientId: named.patient, nationalId: named.professional })
      return named
    },
  },
  'choice oppose': choosing('oppose'),
  'choice permit': choosing('permit'),
  'block add': blocking('add'),
  'block remove': blocking('remove'),
}

function changing(how: 'suspend' | 'resume' | 'remove'): Act {
  return {
    fields: [...WHO, 'structure'],
    async run(context, fields) {
      const professional = professionalOf(fields)
      const of = { nationalId: professional, structure: structureOf(fields.structure) }
      if ((await changeHabilitation(context, of, how)) === undefined) {
        throw new ActError('the professional has no such habilitation')
      }
      return { professional }
    },
  }
}

function choosing(decision: 'permit' | 'oppose'): Act {
  return {
    fields: WHOM,
    async run(context, fields) {
      const patient = await patientOf(context.store, context.insDomain, fields)
      await recordChoice(context, patient, decision)
      return { patient }
    },
  }
}

function blocking(how: 'add' | 'remove'): Act {
  return {
    fields: [...WHO, ...WHOM],
    async run(context, fields) {
      const named = await both(context, fields)
      await changeBlock(context, { patientId: named.patient, nationalId: named.professional }, how)
      return named
    },
  }
}

async function both(context: ActContext, fields: Fields): Promise<Required<Done>> {
  const professional = professionalOf(fields)
  return { professional, patient: await patientOf(context.store, context.insDomain, fields) }
}
