/** A public key as registered. Members that no rule here names are kept. */
export interface PublicKey {
  kty: string
  kid: string
  [member: string]: unknown
}

/** A client as an operator registers it: by command line, or in the file that `DCC_CLIENTS` names. */
export interface ClientRegistration {
  id: string
  name: string
  /** The hospital that it works for: a FINESS or another name that the region knows it by. */
  hospital: string
  /** The scopes that it may ask for, separated by spaces. */
  scope: string
  /** How it shows who it is: by a key unless said. `none`: a public client, which shows PKCE only. */
  token_endpoint_auth_method?: 'private_key_jwt' | 'client_secret_basic' | 'client_secret_post' | 'none'
  /** SHA-256 of its secret, base64url: the secret itself is kept nowhere. */
  secret_hash?: string
  /** Where people are sent back to, each to the letter: only then may it act for people. */
  redirect_uris?: string[]
  /** Where it is opened with `iss` and `launch`. */
  launch_uri?: string
  /** Installed on a computer or telephone: its redirects may be of a scheme of its own, or of any port on the machine. */
  native?: boolean
  /** Origins of pages that may use its tokens from a browser. */
  cors_origins?: string[]
  /** `implied`: whoever signs in has agreed by their contract with the hospital; else they are asked at each launch. */
  consent?: 'asked' | 'implied'
  /** Clients of Pro Santé Connect whose access tokens it may exchange for ours (smart-launch.md 3.5): those of its DPI. */
  token_exchange?: string[]
  /** Its public keys, unless `jwks_uri` says where they are. */
  jwks?: { keys: PublicKey[] }
  jwks_uri?: string
  /** `jwks_uri` is in a private network: only then is it fetched from one. */
  private_network?: boolean
  /** How strictly what it sends is held to profiles; absent: as `DCC_VALIDATION` says. */
  validation?: 'strict' | 'lenient'
  disabled?: boolean
  /** Ids of the keys that the last rotation kept beside the new ones; the next one drops them. */
  outgoing?: string[]
}
