import type { CdaHeader } from './header.ts'

/** Codes of a document still being written: SNOMED CT since 2022, local code of the ANS before. */
const IN_PROGRESS: readonly string[] = ['385651009', 'GEN-034']

/** Whether the body of a document says that it is not finished (status GEN-065). A document without status is finished. */
export function isInProgress({ body }: CdaHeader): boolean {
  return body.kind === 'structured' && body.status !== undefined && IN_PROGRESS.includes(body.status.code)
}
