/**
 * Resources for stories over HTTP, valid by FR Core and PDSm and all fictitious. Each call gives another person or
 * document: identifiers are never repeated within a test process.
 */

export * from './builders/bundles.ts'
export * from './builders/directories.ts'
export * from './builders/documents.ts'
export * from './builders/patients.ts'
