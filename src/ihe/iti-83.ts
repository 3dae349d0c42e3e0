import type { Identifier, Patient } from '@medplum/fhirtypes'
import { DccError } from '../dcc/errors.ts'
import { keyText } from '../dcc/patient-record.ts'
import { mergedInto } from '../dcc/persons.ts'
import { INS_AUTHORITIES, insAuthority } from '../french/ins.ts'
import type { DccStore, IdentifierKey, PatientState } from '../store/store.ts'

/** What ITI-83 works with. */
export interface PixContext {
  store: DccStore
  /** The FHIR base: the domain of our own ids. */
  baseUrl: string
  /** Whose INS the installation takes: a domain that is known even before anybody holds one. */
  insDomain: 'production' | 'test'
  /** Whether who asks may know of a patient; absent: of all. */
  sees?: ((patientId: string) => Promise<boolean>) | undefined
}

/** What corresponds to a source identifier. */
export interface CrossReferences {
  identifiers: readonly Identifier[]
  /** Ids of the patient resources. */
  patients: readonly string[]
}

/**
 * ITI-83 Get Corresponding Identifiers, Patient Identifier Cross-reference Manager (reference/ihe.md 4.1). `targets`
 * are the domains asked for, none for all. Refuses with `pix.source-unknown`, `pix.source-system` and
 * `pix.target-system`, in this order.
 */
export async function crossReferences(
  context: PixContext,
  source: IdentifierKey,
  targets: readonly string[],
): Promise<CrossReferences> {
  const patient = await patientOf(context, source) // PIX-83-01, -07, -08, -11
  for (const system of targets) {
    if (!(await isDomain(context, system))) throw new DccError('pix.target-system') // PIX-83-09
  }
  const wanted = (system: string | undefined) => targets.length === 0 || targets.includes(system ?? '')
  const identifiers = (await identifiersOf(context.store, patient)).filter(
    (one) => wanted(one.system) && keyText(one) !== keyText(source), // PIX-83-02, -04
  )
  const own = ownId(context, source) === patient.id
  const named = !own && (identifiers.length > 0 || wanted(context.baseUrl)) // PIX-83-03, -05
  return { identifiers, patients: named ? [patient.id] : [] }
}

/** The visible patient who stands for whoever has the source identifier; of a hidden one nothing is said. */
async function patientOf(context: PixContext, source: IdentifierKey): Promise<PatientState> {
  const { store } = context
  const own = ownId(context, source)
  let state = own === undefined ? await store.patientHolding(source) : await store.patient(own)
  if (state === undefined && !(await isDomain(context, source.system))) throw new DccError('pix.source-system')
  for (let steps = 0; state?.visible === true && steps < MOST_MERGES; steps += 1) {
    if (state.state === 'current' && (await context.sees?.(state.id)) === false) break
    if (state.state === 'current') return state
    state = state.mergedInto === undefined ? undefined : await store.patient(state.mergedInto)
  }
  throw new DccError('pix.source-unknown')
}

/** A chain of merges is never that long. */
const MOST_MERGES = 100

/** `http://server|Patient/123` names a resource of ours by its id. */
function ownId({ baseUrl }: PixContext, { system, value }: IdentifierKey): string | undefined {
  return system.replace(/\/$/, '') === baseUrl ? value.replace(/^Patient\//, '') : undefined
}

/** A domain is known when the installation takes its identifiers by nature, or some patient has one. */
async function isDomain({ store, baseUrl, insDomain }: PixContext, system: string): Promise<boolean> {
  if (system.replace(/\/$/, '') === baseUrl) return true
  if (INS_AUTHORITIES.some((authority) => authority.system === system && authority.domain === insDomain)) return true
  return store.knowsSystem('patient', system)
}

/**
 * The identifiers of a patient and of the records merged into it. The INS goes out of a qualified identity only: stored
 * text holds no other (design.md section 6, rule 1). One that is out of use stays here, and one that only a merged record
 * holds: it is not the survivor's.
 */
async function identifiersOf(store: DccStore, { id, text }: PatientState): Promise<Identifier[]> {
  const patient: Patient = JSON.parse(text)
  const found = new Map<string, Identifier>()
  for (const identifier of patient.identifier ?? []) {
    if (identifier.use !== 'old' || insAuthority(identifier.system) === undefined) add(found, identifier)
  }
  if (patient.link?.some(({ type }) => type === 'replaces') !== true) return [...found.values()]
  for (const merged of await mergedInto(store, id)) {
    const { text: record = '{}' } = (await store.patient(merged.id)) ?? {}
    const { identifier = [] }: Patient = JSON.parse(record)
    for (const one of identifier) if (insAuthority(one.system) === undefined) add(found, one)
  }
  return [...found.values()]
}

/** Z-05: system and value; the name of the authority where it is known. */
function add(found: Map<string, Identifier>, { use, system, value, assigner }: Identifier): void {
  if (system === undefined || value === undefined) return
  found.set(keyText({ system, value }), {
    ...(use === undefined ? {} : { use }),
    system,
    value,
    ...(assigner?.display === undefined ? {} : { assigner: { display: assigner.display } }),
  })
}
