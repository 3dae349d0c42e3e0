/** A difference between our statement of a profile and the published one, with its reason. */
export type Departure = {
  /** File in `profiles/`. */
  readonly where: RegExp
  /** Element id and aspect. */
  readonly what: RegExp
  readonly why: string
}

/** Every difference there is; a test fails on one that is missing here, and on a row that no longer explains any. */
export const DEPARTURES: readonly Departure[] = [
  {
    where: /^fr-core\//,
    what: /\.meta\.profile(:fr-(ins-)?canonical)? /,
    why: 'an optional slice of an open slicing that only labels the canonical: it decides nothing',
  },
  {
    where: /^fr-core\/.*\/fr-core-address-insee-code\.json$/,
    what: /^Extension\.value\[x\] binding$/,
    why: 'the published set has communes only, which refuses everybody born abroad; the package has a set of communes and countries that nothing binds (identity-fr.md 1.8)',
  },
  {
    where: /^fr-core\/.*\/fr-core-organization\.json$/,
    what: /^Organization\.extension:(description|openReason|closureReason) /,
    why: 'the definitions of these extensions are not published with R4 nor in the package; unknown extensions are accepted',
  },
  {
    where: /^fr-core\/2\.2\.0\/fr-core-organization-etablissement\.json$/,
    what: /^Organization\.type slicing$/,
    why: 'an open slicing without any slice',
  },
  {
    where: /^fr-core\/2\.1\.0\/fr-core-practitioner-role\.json$/,
    what: /^PractitionerRole\.extension:serviceTypeDuration /,
    why: 'the definition of this extension in 2.1.0 could not be read; unknown extensions are accepted',
  },
  {
    where: /^mhd\/IHE\.MHD\.Minimal\.DocumentReference\.json$/,
    what: /^DocumentReference\.masterIdentifier(\.system|\.value)? (min|types|invariant dcc-mhd-1)$/,
    why: 'told by use up to MHD 4.2.3, on which PDSm 3.1.1 stands, and by type since: either is accepted',
  },
  {
    where: /^pdsm\/pdsm-(comprehensive-document-reference|submissionset-comprehensive|folder-comprehensive)\.json$/,
    what: /\.identifier invariant dcc-pdsm-[12]$/,
    why: 'PDSm 3.1.1 slices identifiers by use (MHD 4.2.0), our MHD by type: an identifier told by its use keeps its rules',
  },
  {
    where: /^pdsm\/pdsm-simplified-publish\.json$/,
    what: /^DocumentReference\.identifier max$/,
    why: 'inherited from MHD 4.2.0 in the published snapshot',
  },
  {
    where: /^pdsm\/pdsm-(comprehensive-document-reference|simplified-publish)\.json$/,
    what: /^DocumentReference\.(author|authenticator) types$/,
    why: 'the next release adds the professional without role: the union is accepted (documents-fr.md 1.8)',
  },
  {
    where: /^fr-core\/.*\/fr-core-patient\.json$/,
    what: /^Patient\.identifier\.type binding$/,
    why: 'the published set forgets INS-NIR-TEST and INS-NIR-DEMO, under which fr-core-patient-ins slices (identity-fr.md 2.5)',
  },
  {
    where: /^mhd\/IHE\.MHD\.Minimal\.DocumentReference\.json$/,
    what: /^DocumentReference\.(masterIdentifier|context\.(encounter|related)\.identifier)\.type binding$/,
    why: 'the set of R4 has not the types of identifiers that MHD itself demands: no warning for what it demands',
  },
  {
    where: /^pdsm\/pdsm-(comprehensive-document-reference|simplified-publish)\.json$/,
    what: /^DocumentReference\.securityLabel binding$/,
    why: 'the next release binds JDV_J08 where 3.1.1 leaves the labels of HL7: codes of either are expected (documents-fr.md 1.8)',
  },
  {
    where: /^pdsm\/pdsm-comprehensive-document-reference\.json$/,
    what: /^DocumentReference\.context\.related slicing$/,
    why: 'published as told by Reference.type, of which the slice says nothing: nobody can tell its items so',
  },
  {
    where: /^pdsm\//,
    what: / invariant constr-/,
    why: 'published without expression; rules as code stand for them (src/validation/rules/pdsm.ts)',
  },
]
