import assert from 'node:assert/strict'
import { A_DOCUMENT } from '../french/cda/a-document.ts'
import { fictitiousMatricule, uniqueOid } from './builders.ts'

/** What a CDA document says; each one has a uniqueId and a set of its own. */
export interface CdaValues {
  /** Root of the document id, an OID. */
  id?: string
  /** Root of the document id that this one replaces; none by default. */
  replaces?: string | undefined
  /** OID and value of the INS; `null` for a document without INS. */
  ins?: { root?: string; value: string } | null
  ipp?: string | null
  family?: string
  /** First given name and the list of all of them. */
  given?: { first: string; list: string }
  gender?: 'F' | 'M'
  /** YYYYMMDD. */
  born?: string
  /** COG code. */
  birthPlace?: string
  /** LOINC code of the type; 34794-8, a fiche RCP, by default. */
  type?: string
  /** CIM-10 code of the tumour; `null` for a document about none. */
  tumour?: string | null
  /** Makes the bytes differ without changing any metadata. */
  body?: string
}

/** A fictitious document of level 1 (a PDF), valid by the minimal structure of the CI-SIS. */
export function aCda(values: CdaValues = {}): Uint8Array {
  const { id = uniqueOid().slice('urn:oid:'.length), replaces, ipp = 'IPP-778812', family = 'TESTFICTIF' } = values
  const { given = { first: 'LUCIE', list: 'LUCIE ANNE' }, gender = 'F', born = '19840115' } = values
  const { birthPlace = '63220', type = '34794-8', tumour = 'C50.2', body = '' } = values
  const ins = values.ins === undefined ? { value: '284016322000210' } : values.ins
  return withPieces(
    ['<id root="2.25.1988034244"/>', `<id root="${id}"/>`],
    ['<setId root="1.2.250.1.999.1" extension="77"/>', `<setId root="${id}.1"/>`],
    [
      '<id root="1.2.250.1.213.1.4.10" extension="284016322000210"/>',
      ins === null ? '' : `<id root="${ins.root ?? '1.2.250.1.213.1.4.10'}" extension="${ins.value}"/>`,
    ],
    [
      '<id root="1.2.250.1.999.77.1" extension="IPP-778812"/>',
      ipp === null ? '' : `<id root="1.2.250.1.999.77.1" extension="${ipp}"/>`,
    ],
    [/<telecom value="mailto:[^>]*>/, ''],
    ['>TESTFICTIF<', `>${family}<`],
    [
      '<given>LUCIE ANNE</given><given qualifier="BR">LUCIE<',
      `<given>${given.list}</given><given qualifier="BR">${given.first}<`,
    ],
    ['administrativeGenderCode code="F"', `administrativeGenderCode code="${gender}"`],
    ['<birthTime value="19840115"/>', `<birthTime value="${born}"/>`],
    ['>63220<', `>${birthPlace}<`],
    ['<code code="34794-8"', `<code code="${type}"`],
    [
      /<documentationOf><serviceEvent><code code="C50.2"[\s\S]*?<\/documentationOf>/,
      tumour === null ? '' : tumourAct(tumour),
    ],
    [/<relatedDocument[\s\S]*<\/relatedDocument>/, replaces === undefined ? '' : replacement(replaces)],
    ['</ClinicalDocument>', `<!--${body}--></ClinicalDocument>`],
  )
}

/** The INS of a fictitious patient, different for each number. */
export function anIns(number: number): { value: string; born: string } {
  const value = fictitiousMatricule(number)
  return { value, born: `19${value.slice(1, 3)}0115` }
}

function tumourAct(code: string): string {
  return `<documentationOf><serviceEvent><code code="${code}" codeSystem="2.16.840.1.113883.6.3"/></serviceEvent></documentationOf>`
}

function replacement(root: string): string {
  return `<relatedDocument typeCode="RPLC"><parentDocument><id root="${root}"/></parentDocument></relatedDocument>`
}

/** The document with pieces replaced; each one must be there, or the sample does not say what it claims. */
function withPieces(...pieces: readonly (readonly [piece: string | RegExp, replacement: string])[]): Uint8Array {
  const text = pieces.reduce((changed, [piece, replacement]) => {
    assert.ok(typeof piece === 'string' ? changed.includes(piece) : piece.test(changed), `no ${piece}`)
    return changed.replace(piece, () => replacement)
  }, A_DOCUMENT)
  return new TextEncoder().encode(text)
}
