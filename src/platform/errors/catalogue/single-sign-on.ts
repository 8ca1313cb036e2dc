import type { CatalogueEntry } from './entry.ts';

const again = 'Begin again at the sign-in page.';
const settings = 'An administrator corrects it under Settings, Sign-in.';

/** Codes of single sign-on. */
export const singleSignOnErrors = {
  sso_not_configured: {
    status: 404,
    retryable: false,
    title: 'Single sign-on is not set up, or switched off.',
    remedy: 'Sign in with your e-mail address and password, or ask an administrator to switch it on.',
  },
  sso_required: {
    status: 403,
    retryable: false,
    title: 'People sign in with single sign-on here; passwords are for the break-glass administrator.',
    remedy: 'Sign in with single sign-on.',
  },
  sso_provider_unavailable: {
    status: 502,
    retryable: true,
    title: 'The sign-in provider does not answer as it should.',
    remedy: 'Try again in a moment; if it stays, an administrator checks the connection under Settings, Sign-in.',
  },
  sso_provider_invalid: {
    status: 502,
    retryable: false,
    title: 'What the sign-in provider says about itself cannot be used.',
    remedy: settings,
  },
  sso_issuer_wrong: {
    status: 502,
    retryable: false,
    title: 'The sign-in provider calls itself by another name (issuer) than the one configured.',
    remedy: `Enter the issuer exactly as the provider’s discovery document has it. ${settings}`,
  },
  sso_client_refused: {
    status: 502,
    retryable: false,
    title: 'The sign-in provider does not accept this hub: client id, client secret or return address.',
    remedy: `Compare client id, secret and return address with what is registered at the provider. ${settings}`,
  },
  sso_not_allowed: {
    status: 403,
    retryable: false,
    title: 'The sign-in provider does not give this person what the hub asks for.',
    remedy: `Give the person the right to it at the provider, or ask for less: Keycloak wants the role offline_access for the scope of that name, and gives a refresh token without it. ${settings}`,
  },
  sso_start_unknown: {
    status: 400,
    retryable: false,
    title: 'This sign-in was begun in another browser, more than ten minutes ago, or is finished already.',
    remedy: again,
  },
  sso_denied: {
    status: 403,
    retryable: false,
    title: 'The sign-in provider did not let you in.',
    remedy: 'Read its own words below; whoever runs it can say why.',
  },
  sso_code_refused: {
    status: 401,
    retryable: false,
    title: 'The sign-in provider says that the code of this sign-in is expired or was used.',
    remedy: again,
  },
  sso_answer_invalid: {
    status: 502,
    retryable: false,
    title: 'The sign-in provider’s answer cannot be trusted.',
    remedy: `${again} If it happens again, tell an administrator: the answer was meant for somebody else, or altered.`,
  },
  sso_clock_skew: {
    status: 502,
    retryable: false,
    title: 'The clocks of the hub and the sign-in provider are more than five minutes apart.',
    remedy: 'An administrator sets the clock of the hub’s machine, or has the provider’s set.',
  },
  sso_email_missing: {
    status: 403,
    retryable: false,
    title: 'The sign-in provider gives no e-mail address, or one that it has not verified.',
    remedy:
      'Have the provider send the claims email and email_verified; an administrator may also choose to trust its addresses.',
  },
  sso_groups_missing: {
    status: 403,
    retryable: false,
    title: 'The sign-in provider does not say which groups you are in, so no role can be given.',
    remedy:
      'An administrator has the provider send the groups claim named under Settings, Sign-in, or gives everybody a role there.',
  },
  sso_no_access: {
    status: 403,
    retryable: false,
    title: 'None of your groups gives you a role here.',
    remedy: 'Ask an administrator which group you need; sign in again once you are in it.',
  },
  sso_account_unknown: {
    status: 403,
    retryable: false,
    title: 'There is no account for you, and single sign-on does not make any here.',
    remedy: 'Ask an administrator to add your e-mail address under People and roles.',
  },
  sso_account_taken: {
    status: 409,
    retryable: false,
    title: 'The account with your e-mail address belongs to another identity or is the break-glass administrator’s.',
    remedy: 'Ask an administrator to give that account another address, or to remove it.',
  },
  sso_not_confirmed: {
    status: 503,
    retryable: true,
    title: 'The sign-in provider cannot be asked whether you may still go on.',
    remedy: 'Try again in a moment: the session goes on as soon as the provider answers.',
  },
  sso_logout_invalid: {
    status: 400,
    retryable: false,
    title: 'The logout token is not valid, or was used.',
    remedy: 'Send the token of the configured provider, for this client, once.',
  },
  break_glass_needed: {
    status: 409,
    retryable: false,
    title: 'With single sign-on there must be one break-glass administrator who can sign in with a password.',
    remedy: 'Name an administrator with a password under Settings, Sign-in, first.',
  },
} as const satisfies Record<string, CatalogueEntry>;
