/** A text for the user, in French and in English. It never holds a patient value. */
export type Texts = { readonly fr: string; readonly en: string }
