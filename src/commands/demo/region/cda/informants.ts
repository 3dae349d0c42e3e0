import type { Relative } from '../relatives.ts'
import { coded } from './datatypes.ts'
import { element, fragment, text, type Xml } from './xml.ts'

/** The person to warn in an emergency (ECON) and the trusted person (NOK): the same relative. */
export function informants(relative: Relative): Xml {
  const person = fragment([
    coded('code', { system: 'ROLE_CODE', ...relative.role }),
    element('addr', { nullFlavor: 'NAV' }),
    element('telecom', { value: `tel:${relative.phone}`, use: 'MC' }),
    element(
      'relatedPerson',
      {},
      element('name', {}, element('family', {}, text(relative.family)), element('given', {}, text(relative.given))),
    ),
  ])
  return fragment(
    ['ECON', 'NOK'].map((classCode) => element('informant', {}, element('relatedEntity', { classCode }, person))),
  )
}
