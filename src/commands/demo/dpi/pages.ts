import { type Request, type Response, Router } from 'express'
import { caught, field, formBody, sameOrigin } from '../../../web/visit.ts'
import type { HospitalPatient } from '../cast.ts'
import type { Case } from './cases.ts'
import { CallRefused, type Door, type Prepared } from './doors.ts'
import { DPI_BASE, type Launch } from './smart-server.ts'
import type { DpiUser } from './user.ts'
import { STYLE_SHEET, STYLES, sendView } from './views.ts'

/** Somebody whom a newcomer may be. */
export interface Login {
  login: string
  password: string
  name: string
  /** Who they are and what they may see, in words. */
  role: string
}

/** What the pages of the DPI are made of. */
export interface DpiPages {
  hospital: string
  cases: readonly Case[]
  doors: readonly Door[]
  users: readonly DpiUser[]
  logins: readonly Login[]
}

const SOFTWARE = 'DPI de démonstration'

/** The pages of the demonstration's DPI: the patients to click, the frame, the replay of the last link. */
export function dpiPages({ hospital, cases, doors, users, logins }: DpiPages): Router {
  const router = Router({ caseSensitive: true, strict: true })
  let last: { prepared: Prepared; about: string } | undefined
  router.get(STYLES, (_request, response) => void response.type('css').send(STYLE_SHEET))

  router.get(DPI_BASE, (_request, response) => {
    const rows = cases.map((one) => ({ ...one, ...described(one.patient) }))
    const page = { title: 'Patients', software: SOFTWARE, hospital, doors, users, logins, cases: rows }
    sendView(response, 'patients', page)
  })

  router.post(
    `${DPI_BASE}/call`,
    sameOrigin,
    formBody,
    caught(async (request, response) => {
      const chosen = cases.find(({ key }) => key === field(request, 'patient'))
      const user = users.find(({ rpps }) => rpps === field(request, 'utilisateur')) ?? users[0]
      const door = doors.find(({ key }) => key === field(request, 'porte')) ?? doors[0]
      if (chosen === undefined || user === undefined || door === undefined)
        return unknownPage(response, 'Ce cas n’existe pas dans cette démonstration.')
      const prepared = await prepare(door, { user, patient: chosen.patient }, response)
      if (prepared === undefined) return
      last = { prepared, about: chosen.title }
      show(response, last, field(request, 'ou') === 'cadre')
    }),
  )

  router.post(`${DPI_BASE}/replay`, sameOrigin, formBody, (_request: Request, response: Response) => {
    if (last === undefined) return unknownPage(response, 'Aucun lien n’a encore été ouvert depuis ce logiciel.')
    show(response, last, false)
  })
  return router
}

async function prepare(door: Door, launch: Launch, response: Response): Promise<Prepared | undefined> {
  try {
    return await door.prepare(launch)
  } catch (error) {
    if (!(error instanceof CallRefused)) throw error
    const text = `Le DCC a refusé de préparer l’appel (réponse ${error.status}).`
    response.status(502)
    sendView(response, 'message', { title: 'Appel refusé', software: SOFTWARE, text })
    return undefined
  }
}

/** A link opens where the browser is; a form waits for a click; in a frame the DPI stays around it. */
function show(response: Response, { prepared, about }: { prepared: Prepared; about: string }, framed: boolean): void {
  const { address, fields } = prepared
  const page = { title: 'Appel du DCC', software: SOFTWARE, address, about, framed }
  if (fields !== undefined) sendView(response, 'post', { ...page, fields })
  else if (framed) sendView(response, 'framed', page)
  else response.redirect(303, address)
}

function unknownPage(response: Response, text: string): void {
  response.status(404)
  sendView(response, 'message', { title: 'Page introuvable', software: SOFTWARE, text })
}

/** A patient as the list says them. */
function described(patient: HospitalPatient | undefined) {
  if (patient === undefined) return {}
  const { birthFamily, usedFamily, firstGiven, gender, birthDate, ins, ipp } = patient
  const used = usedFamily === undefined || usedFamily === birthFamily ? '' : ` (${usedFamily})`
  const [year, month, day] = birthDate.split('-')
  const born = gender === 'female' ? 'née le' : 'né le'
  return {
    name: `${birthFamily}${used} ${firstGiven}`,
    facts: `${gender === 'female' ? 'F' : 'M'}, ${born} ${day}/${month}/${year}`,
    ins: ins?.value,
    ipp: ipp.value,
  }
}
