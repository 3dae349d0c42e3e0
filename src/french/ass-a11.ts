import { type CodeTable, type FrenchCoding, findCode } from './code-table.ts'
import { DOCUMENT_FORMATS } from './document-formats.ts'
import { TRE_A06, TRE_A11 } from './oids.ts'

/**
 * Format of a structured document (CDA level 3) by its CDA template, grouped by the system of the format:
 * ASS_A11-CorresModeleCDA-XdsFormatCode-CISIS, version 20260629 (ANS terminology guide).
 */
export const FORMAT_OF_TEMPLATE = {
  [TRE_A06]: {
    '1.2.250.1.213.1.1.1.5.1': 'urn:asip:ci-sis:cse-cs8:2017',
    '1.2.250.1.213.1.1.1.5.2': 'urn:asip:ci-sis:cse-cs9:2017',
    '1.2.250.1.213.1.1.1.5.3': 'urn:asip:ci-sis:cse-cs24:2017',
    '1.2.250.1.213.1.1.1.5.4': 'urn:ans:ci-sis:cse-mde:2023',
    '1.2.250.1.213.1.1.1.8': 'urn:asip:ci-sis:frcp:2011',
    '1.2.250.1.213.1.1.1.9': 'urn:asip:ci-sis:idap:2011',
    '1.2.250.1.213.1.1.1.10': 'urn:asip:ci-sis:cva:2017',
    '1.2.250.1.213.1.1.1.12.1': 'urn:asip:ci-sis:obp-sap:2023',
    '1.2.250.1.213.1.1.1.12.2': 'urn:asip:ci-sis:obp-snm:2023',
    '1.2.250.1.213.1.1.1.12.3': 'urn:asip:ci-sis:obp-sne:2023',
    '1.2.250.1.213.1.1.1.12.4': 'urn:asip:ci-sis:obp-scm:2023',
    '1.2.250.1.213.1.1.1.12.5': 'urn:asip:ci-sis:obp-sem:2023',
    '1.2.250.1.213.1.1.1.13': 'urn:asip:ci-sis:vsm:2012',
    '1.2.250.1.213.1.1.1.15': 'urn:asip:ci-sis:aunv:2013',
    '1.2.250.1.213.1.1.1.16': 'urn:asip:ci-sis:eunv:2013',
    '1.2.250.1.213.1.1.1.17': 'urn:asip:ci-sis:sunv:2013',
    '1.2.250.1.213.1.1.1.18': 'urn:asip:ci-sis:crrtn:2013',
    '1.2.250.1.213.1.1.1.2.1.1': 'urn:asip:ci-sis:avk:2009',
    '1.2.250.1.213.1.1.1.2.1.2': 'urn:asip:ci-sis:tap:2009',
    '1.2.250.1.213.1.1.1.2.1.3': 'urn:asip:ci-sis:dci:2009',
    '1.2.250.1.213.1.1.1.2.1.4': 'urn:asip:ci-sis:psc:2009',
    '1.2.250.1.213.1.1.1.2.1.5': 'urn:asip:ci-sis:ppv:2009',
    '1.2.250.1.213.1.1.1.20': 'urn:asip:ci-sis:pps-paerpa:2017',
    '1.2.250.1.213.1.1.1.21': 'urn:asip:ci-sis:ldl-ees:2017',
    '1.2.250.1.213.1.1.1.22': 'urn:asip:ci-sis:dlu:2015',
    '1.2.250.1.213.1.1.1.23': 'urn:asip:ci-sis:fludt:2017',
    '1.2.250.1.213.1.1.1.24': 'urn:asip:ci-sis:fludr:2017',
    '1.2.250.1.213.1.1.1.25': 'urn:asip:ci-sis:pavc:2016',
    '1.2.250.1.213.1.1.1.26': 'urn:asip:ci-sis:pps-cancer:2017',
    '1.2.250.1.213.1.1.1.27': 'urn:asip:ci-sis:d2lm-fin:2017',
    '1.2.250.1.213.1.1.1.28': 'urn:asip:ci-sis:d2lm-fidd:2017',
    '1.2.250.1.213.1.1.1.29': 'urn:asip:ci-sis:ldl-ses:2017',
    '1.2.250.1.213.1.1.1.30': 'urn:asip:ci-sis:sdm-mr:2017',
    '1.2.250.1.213.1.1.1.32': 'urn:asip:ci-sis:crgm:2018',
    '1.2.250.1.213.1.1.1.36': 'urn:asip:ci-sis:hr:2019',
    '1.2.250.1.213.1.1.1.37': 'urn:asip:ci-sis:vac:2019',
    '1.2.250.1.213.1.1.1.38': 'urn:asip:ci-sis:tlm-da:2020',
    '1.2.250.1.213.1.1.1.40': 'urn:asip:ci-sis:cr-anest:2020',
    '1.2.250.1.213.1.1.1.41': 'urn:asip:ci-sis:cr-cpa:2020',
    '1.2.250.1.213.1.1.1.46': 'urn:asip:ci-sis:vac-note:2021',
    '1.2.250.1.213.1.1.1.47': 'urn:ans:ci-sis:img-da:2022',
    '1.2.250.1.213.1.1.1.48': 'urn:asip:ci-sis:dlu-dlu-dom:2022',
    '1.2.250.1.213.1.1.1.49': 'urn:asip:ci-sis:dlu-fludt-dom:2022',
    '1.2.250.1.213.1.1.1.50': 'urn:asip:ci-sis:dlu-fludr-dom:2022',
    '1.2.250.1.213.1.1.1.52': 'urn:ans:ci-sis:bio-ep-bio:2022',
    '1.2.250.1.213.1.1.1.58': 'urn:asip:ci-sis:export-dui:2023',
    '1.2.250.1.213.1.1.1.56': 'urn:asip:ci-sis:ppp:2023',
    '1.2.250.1.213.1.11.1.19.1': 'urn:ans:ci-sis:mso-rougeole:2026',
    '1.2.250.1.213.1.11.1.19.2': 'urn:ans:ci-sis:mso-dengue:2026',
    '1.2.250.1.213.1.11.1.19.3': 'urn:ans:ci-sis:mso-chikungunya:2026',
    '1.2.250.1.213.1.11.1.19.4': 'urn:ans:ci-sis:mso-zika:2026',
    '1.2.250.1.213.1.11.1.19.5': 'urn:ans:ci-sis:mso-westnile:2026',
  },
  [TRE_A11]: {
    '1.2.250.1.213.1.1.1.39': 'urn:ihe:pharm:pre:2010',
    '1.2.250.1.213.1.1.1.54': 'urn:ihe:pharm:dis:2010',
    '1.2.250.1.213.1.1.1.42': 'urn:ihe:eyecare:geneyeevalcn:2014',
    '1.2.250.1.213.1.1.1.43': 'urn:ihe:eyecare:geneyeevalcn:2014',
    '1.2.250.1.213.1.1.1.44': 'urn:ihe:eyecare:geneyeevalcn:2014',
    '1.2.250.1.213.1.1.1.45': 'urn:ihe:rad:CDA:ImagingReportStructuredHeadings:2013',
    '1.2.250.1.213.1.1.1.55': 'urn:ihe:lab:xd-lab:2008',
    '1.2.250.1.213.1.1.1.57': 'urn:ihe:palm:apsr:2016',
    '1.3.6.1.4.1.19376.1.3.3': 'urn:ihe:lab:xd-lab:2008',
    '1.2.250.1.213.1.1.1.51': 'urn:ihe:pcc:ips:2020',
    '1.3.6.1.4.1.19376.1.8.1.1.1': 'urn:ihe:pat:apsr:all:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.1': 'urn:ihe:pat:apsr:breast:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.2': 'urn:ihe:pat:apsr:colon:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.3': 'urn:ihe:pat:apsr:prostate:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.4': 'urn:ihe:pat:apsr:thyroid:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.5': 'urn:ihe:pat:apsr:lung:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.6': 'urn:ihe:pat:apsr:skin:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.7': 'urn:ihe:pat:apsr:kidney:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.8': 'urn:ihe:pat:apsr:cervix:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.9': 'urn:ihe:pat:apsr:endometrium:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.10': 'urn:ihe:pat:apsr:ovary:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.11': 'urn:ihe:pat:apsr:esophagus:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.12': 'urn:ihe:pat:apsr:stomach:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.13': 'urn:ihe:pat:apsr:liver:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.14': 'urn:ihe:pat:apsr:pancreas:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.15': 'urn:ihe:pat:apsr:testis:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.16': 'urn:ihe:pat:apsr:urinary_bladder:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.17': 'urn:ihe:pat:apsr:lip_oral_cavity:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.18': 'urn:ihe:pat:apsr:pharynx:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.19': 'urn:ihe:pat:apsr:salivary_gland:2010',
    '1.3.6.1.4.1.19376.1.8.1.1.2.20': 'urn:ihe:pat:apsr:larynx:2010',
  },
} as const satisfies CodeTable

/** CDA template of an unstructured document (CDA level 1). Source: ASS_A11. */
export const UNSTRUCTURED_TEMPLATE = '1.3.6.1.4.1.19376.1.2.20'

/** Format (TRE_A11) of an unstructured document by the media type of its body. Source: ASS_A11; the media types are its wording. */
export const FORMAT_OF_MEDIA_TYPE = {
  'application/pdf': 'urn:ihe:iti:xds-sd:pdf:2008',
  'text/plain': 'urn:ihe:iti:xds-sd:text:2008',
  'image/jpeg': 'urn:ihe:iti-fr:xds-sd:jpeg:2010',
  'text/rtf': 'urn:ihe:iti-fr:xds-sd:rtf:2010',
  'image/tiff': 'urn:ihe:iti-fr:xds-sd:tiff:2010',
} as const satisfies Readonly<Record<string, string>>

/** Format of a structured document by the roots of its templateIds, or undefined when no template is known. */
export function formatOfTemplates(templateIds: readonly string[]): FrenchCoding | undefined {
  for (const [system, formats] of Object.entries<Readonly<Record<string, string>>>(FORMAT_OF_TEMPLATE)) {
    const template = templateIds.find((root) => Object.hasOwn(formats, root))
    const code = template === undefined ? undefined : formats[template]
    if (code !== undefined) return findCode(DOCUMENT_FORMATS, code) ?? { system, code }
  }
  return undefined
}

/** Format of an unstructured document by the media type of its body (parameters ignored), or undefined. */
export function formatOfMediaType(mediaType: string): FrenchCoding | undefined {
  const formats: Readonly<Record<string, string>> = FORMAT_OF_MEDIA_TYPE
  const bare = (mediaType.split(';')[0] ?? '').trim().toLowerCase()
  const code = Object.hasOwn(formats, bare) ? formats[bare] : undefined
  return code === undefined ? undefined : (findCode(DOCUMENT_FORMATS, code) ?? { system: TRE_A11, code })
}
