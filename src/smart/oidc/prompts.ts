import { interactionPolicy } from 'oidc-provider'

const { Check, Prompt } = interactionPolicy

/**
 * When people are asked: at every launch, who they are and what they agree to. Nothing of an earlier launch stands for
 * this one: the library would take the grant of the session, and open the patient of the launch before (pitfall 7).
 */
export function prompts(): interactionPolicy.Prompt[] {
  return [
    new Prompt(
      { name: 'login', requestable: true },
      new Check('launch', 'who it is must be known of each launch', 'login_required', ({ oidc }) => {
        return oidc.result?.login === undefined
      }),
    ),
    new Prompt(
      { name: 'consent', requestable: true },
      new Check('grant', 'each launch has a grant of its own', 'consent_required', ({ oidc }) => {
        return oidc.result?.consent?.grantId === undefined
      }),
    ),
  ]
}
