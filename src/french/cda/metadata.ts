import { formatOfMediaType, formatOfTemplates } from '../ass-a11.ts'
import { classOfType } from '../ass-x04.ts'
import { type FrenchCoding, findCode } from '../code-table.ts'
import { DOCUMENT_TYPES } from '../document-types.ts'
import { type InstanceIdentifier, systemOfOid, type UniqueId, uniqueIdOf } from '../oids.ts'
import { CdaError } from './errors.ts'
import type { CdaHeader } from './header.ts'

/** What is known of a file from its bytes: its size, and its SHA-1 in lower-case hexadecimal. */
export type FileFacts = { readonly size: number; readonly sha1: string }

/** Metadata of a document, flat as in XDS: codes without system, timestamps as written. */
export type DocumentMetadata = {
  readonly selfPresenting: boolean
  readonly level: 1 | 3
  readonly mimeType: 'text/xml' | 'application/xslt+xml'
  readonly size: number
  readonly sha1hex: string
  readonly id: InstanceIdentifier
  /** The id as a FHIR identifier (masterIdentifier). */
  readonly uniqueId: UniqueId
  readonly typeCode: string
  readonly classCode: string
  readonly formatCode: string
  readonly title: string
  readonly effectiveTime: string
  readonly confidentiality: string
  readonly language: string
  /** `root`, or `root^extension`. */
  readonly setId: string
  readonly version: string
  readonly patientIds: readonly InstanceIdentifier[]
  readonly serviceStart: string
  readonly practiceSetting: string
  readonly facilityType: string
  readonly events: readonly { readonly code: string; readonly codeSystem: string }[]
  readonly replaces: readonly InstanceIdentifier[]
}

/** XDS-like metadata of a document. Throws CdaError when its type, template or media type is unknown. */
export function documentMetadata(header: CdaHeader, facts: FileFacts): DocumentMetadata {
  const { setId } = header
  return {
    selfPresenting: header.selfPresenting,
    level: header.body.kind === 'unstructured' ? 1 : 3,
    mimeType: header.selfPresenting ? 'application/xslt+xml' : 'text/xml',
    size: facts.size,
    sha1hex: facts.sha1,
    id: header.id,
    uniqueId: uniqueIdOf(header.id),
    typeCode: typeOf(header).code,
    classCode: classOf(header).code,
    formatCode: formatOf(header).code,
    title: header.title,
    effectiveTime: header.effectiveTime,
    confidentiality: header.confidentiality.code,
    language: header.language,
    setId: setId.extension === null ? setId.root : `${setId.root}^${setId.extension}`,
    version: String(header.versionNumber),
    patientIds: header.patient.ids,
    serviceStart: header.service.start,
    practiceSetting: header.service.practiceSetting.code,
    facilityType: header.encounter.facilityType.code,
    events: header.events.map(({ code, codeSystem }) => ({ code, codeSystem })),
    replaces: header.relations.filter(({ type }) => type === 'RPLC').map(({ id }) => id),
  }
}

/** Type of a document with its official display. Throws `cda.type-unknown` outside JDV_J07. */
export function typeOf({ code }: CdaHeader): FrenchCoding {
  const type = findCode(DOCUMENT_TYPES, code.code, systemOfOid(code.codeSystem))
  if (type === undefined) throw new CdaError('cda.type-unknown', { path: 'ClinicalDocument/code/@code' })
  return type
}

/** Class of a document, deduced from its type (ASS_X04). Throws `cda.type-unknown`. */
export function classOf(header: CdaHeader): FrenchCoding {
  const { system, code } = typeOf(header)
  const documentClass = classOfType(system, code)
  if (documentClass === undefined) throw new CdaError('cda.type-unknown', { path: 'ClinicalDocument/code/@code' })
  return documentClass
}

/** Format of a document: by the media type of its body (level 1) or by its templates (level 3). Source: ASS_A11. */
export function formatOf({ body, templateIds }: CdaHeader): FrenchCoding {
  if (body.kind === 'unstructured') {
    const format = formatOfMediaType(body.mediaType)
    if (format === undefined) {
      throw new CdaError('cda.media-type-unknown', { path: 'ClinicalDocument/component/nonXMLBody/text/@mediaType' })
    }
    return format
  }
  const format = formatOfTemplates(templateIds.map(({ root }) => root))
  if (format === undefined) throw new CdaError('cda.template-unknown', { path: 'ClinicalDocument/templateId/@root' })
  return format
}
