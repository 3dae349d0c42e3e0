import type { Config } from '../../config.ts'
import type { DccStore } from '../../store/store.ts'
import { BASELINE_INS } from './baseline.ts'
import type { Login } from './dpi/pages.ts'
import { DPI_BASE } from './dpi/smart-server.ts'

/**
 * What the demonstration prints: what to open in a browser and who to be there, addresses, and three requests that work
 * when pasted, a line each, in the folder of the project. Each gets a token of its own: one lives five minutes only.
 */
export async function welcome(config: Config, store: DccStore, logins: readonly Login[]): Promise<string> {
  const { baseUrl } = config
  const base = `${baseUrl}/fhir`
  const { patientId, binaryId } = await examples(store)
  const bearer = bearerOf(config)
  return [
    '',
    'DCC FHIR : région fictive prête / fictitious region ready',
    `  FHIR         ${base}`,
    `  Capacités    ${base}/metadata`,
    `  Santé        ${baseUrl}/healthz  ${baseUrl}/readyz  ${baseUrl}/metrics`,
    `  Données      ${config.dataDir}`,
    ...(config.auth === 'on' ? browserLines(baseUrl, logins) : []),
    '',
    'Les requêtes suivantes se collent telles quelles, depuis ce dossier / paste these from this folder.',
    'Un patient par son INS / a patient by INS:',
    `  curl -s '${base}/Patient/_search'${bearer} --data-urlencode 'identifier=${BASELINE_INS.system}|${BASELINE_INS.value}'`,
    'Ses documents en vigueur / current documents:',
    `  curl -s '${base}/DocumentReference?patient=${patientId}&status=current'${bearer}`,
    'Le PDF d’un compte rendu / the PDF of a report:',
    `  curl -s -o compte-rendu.pdf '${base}/Binary/${binaryId}'${bearer} -H 'Accept: application/pdf'`,
    '',
    'Arrêter : Ctrl-C / stop with Ctrl-C',
    '',
  ].join('\n')
}

function browserLines(baseUrl: string, logins: readonly Login[]): string[] {
  const [login, password] = [longest(logins.map((one) => one.login)), longest(logins.map((one) => one.password))]
  return [
    '',
    'Dans un navigateur / in a browser:',
    `  1. ouvrez / open  ${baseUrl}${DPI_BASE}`,
    '  2. cliquez un patient / click a patient',
    '  3. choisissez un professionnel / choose a professional (identifiant, mot de passe / login, password):',
    ...logins.map((one) => `     ${one.login.padEnd(login)}  ${one.password.padEnd(password)}  ${one.role}`),
  ]
}

/** The header with a token of the demonstration's back end; nothing when callers need not be authorized. */
function bearerOf({ auth, dataDir }: Config): string {
  if (auth === 'off') return ''
  const where = dataDir === './data' ? '' : `DCC_DATA_DIR='${dataDir.replaceAll("'", `'\\''`)}' `
  return ` -H "Authorization: Bearer $(${where}npm run -s dcc -- token backend)"`
}

async function examples(store: DccStore): Promise<{ patientId: string; binaryId: string }> {
  const patientId = (await store.lookup('patient', BASELINE_INS)) ?? ''
  const [report] = await store.search({
    type: 'DocumentReference',
    conditions: [
      { kind: 'patient', ids: [patientId] },
      { kind: 'token', param: 'type', anyOf: [{ code: '60568-3' }] },
      { kind: 'token', param: 'status', anyOf: [{ code: 'current' }] },
    ],
    sort: { key: 'date', descending: true },
    limit: 1,
  })
  const document = report === undefined ? undefined : await store.document(report.id)
  return { patientId, binaryId: document?.contentId ?? '' }
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length))
}
