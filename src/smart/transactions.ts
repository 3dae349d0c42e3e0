/**
 * Transactions of IHE as scopes of back ends (IUA ITI-71: the transaction is the scope), and the SMART scopes that each
 * stands for: what the requests of the transaction need here, and no more. ITI-105, 106 and 119 follow the same pattern.
 */
const TRANSACTIONS = {
  'ITI-65': 'system/DocumentReference.cu system/List.cu system/Binary.c system/Patient.cru',
  'ITI-66': 'system/List.rs',
  'ITI-67': 'system/DocumentReference.rs',
  'ITI-68': 'system/DocumentReference.r',
  'ITI-78': 'system/Patient.rs',
  'ITI-83': 'system/Patient.s',
  'ITI-104': 'system/Patient.cuds',
  'ITI-105': 'system/DocumentReference.c',
  'ITI-106': 'system/DocumentReference.c',
  'ITI-119': 'system/Patient.s',
} as const satisfies Record<string, string>

/** The names of transactions that are scopes. */
export const TRANSACTION_SCOPES: readonly string[] = Object.keys(TRANSACTIONS)

/** Whether a scope is the name of a transaction. */
export function isTransaction(scope: string): scope is keyof typeof TRANSACTIONS {
  return Object.hasOwn(TRANSACTIONS, scope)
}

/** A text of scopes with those that its transactions stand for. */
export function withTransactions(scope: string): string {
  const words = scope.split(' ').map((word) => (isTransaction(word) ? TRANSACTIONS[word] : word))
  return words.join(' ')
}
