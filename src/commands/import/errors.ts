/** Refusals of a file before its document is even read: stable keys with French and English texts. */
const TEXTS = {
  'file.unreadable': ['Fichier introuvable ou illisible.', 'File not found or unreadable.'],
  'file.too-large': ['Fichier trop volumineux pour être importé.', 'File too large to be imported.'],
  'file.type': [
    'Type de fichier non pris en charge : .xml (CDA R2) ou .zip (XDM) attendu.',
    'Unsupported file type: .xml (CDA R2) or .zip (XDM) expected.',
  ],
  'file.empty-folder': ['Aucun fichier .xml ou .zip dans ce dossier.', 'No .xml or .zip file in this folder.'],
  'package.unreadable': ['Archive ZIP endommagée ou illisible.', 'Damaged or unreadable ZIP archive.'],
  'package.unsafe': [
    'L’archive contient un nom de fichier qui sort du paquet, ou un lien symbolique.',
    'The archive holds a file name that leaves the package, or a symbolic link.',
  ],
  'package.encrypted': ['L’archive est chiffrée.', 'The archive is encrypted.'],
  'package.empty': ['L’archive ne contient aucun document.', 'The archive holds no document.'],
  'package.too-many-entries': ['L’archive contient trop de fichiers.', 'The archive holds too many files.'],
  'package.metadata': ['METADATA.XML n’est pas du XML acceptable.', 'METADATA.XML is not acceptable XML.'],
  'package.document-missing': [
    'METADATA.XML annonce un document absent de l’archive.',
    'METADATA.XML announces a document that is not in the archive.',
  ],
  'package.hash': [
    'Un document n’a pas l’empreinte ou la taille annoncées par METADATA.XML.',
    'A document has not the hash or size announced by METADATA.XML.',
  ],
} as const satisfies Record<string, readonly [string, string]>

/** Stable key of a refused file. */
export type ImportErrorKey = keyof typeof TEXTS

/** A file that cannot be imported, by stable key; no part of its content is in the texts. */
export class ImportError extends Error {
  readonly key: ImportErrorKey
  readonly fr: string
  readonly en: string

  constructor(key: ImportErrorKey) {
    super(key)
    this.name = 'ImportError'
    this.key = key
    ;[this.fr, this.en] = TEXTS[key]
  }
}
