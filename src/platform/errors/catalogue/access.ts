import type { CatalogueEntry } from './entry.ts';

/** Codes of sign-in, sessions, tokens and roles. */
export const accessErrors = {
  not_authed: { status: 401, retryable: false, title: 'Sign in first.', remedy: 'Sign in, or send a valid API token.' },
  not_authorized: {
    status: 403,
    retryable: false,
    title: 'Your role does not allow this.',
    remedy: 'Ask an administrator for the role that does.',
  },
  sign_in_failed: {
    status: 401,
    retryable: false,
    title: 'The e-mail address or the password is not right.',
    remedy: 'Try again, or ask an administrator to set a new password.',
  },
  sign_in_throttled: {
    status: 429,
    retryable: true,
    title: 'Too many failed attempts to sign in.',
    remedy: 'Wait a few minutes, then try again.',
  },
  insecure_transport: {
    status: 403,
    retryable: false,
    title: 'Signing in over plain HTTP is refused: anybody on the way could read the password.',
    remedy:
      'Use HTTPS (PLUMBLINE_TLS_CERT and PLUMBLINE_TLS_KEY, or a proxy named in PLUMBLINE_TRUSTED_PROXIES), or start the hub with PLUMBLINE_INSECURE_HTTP=1.',
  },
  foreign_origin: {
    status: 403,
    retryable: false,
    title: 'The request comes from another web site.',
    remedy: 'Open Plumbline at its own address; programs send an API token and no cookie.',
  },
  host_not_allowed: {
    status: 421,
    retryable: false,
    title: 'The hub does not answer under this host name.',
    remedy: 'Set PLUMBLINE_PUBLIC_URL to the address people use.',
  },
  setup_finished: {
    status: 409,
    retryable: false,
    title: 'There is an administrator already.',
    remedy: 'Sign in, or ask an administrator for an account.',
  },
  setup_link_invalid: {
    status: 403,
    retryable: false,
    title: 'The set-up link is wrong, used or older than an hour.',
    remedy: 'Restart the hub: it prints a new link.',
  },
  weak_password: {
    status: 422,
    retryable: false,
    title: 'The password is too easy to guess.',
    remedy: 'Choose at least 12 characters that are not your e-mail address; a few unrelated words do well.',
  },
  wrong_password: {
    status: 422,
    retryable: false,
    title: 'The current password is not right.',
    remedy: 'Enter the password you signed in with.',
  },
  email_taken: {
    status: 409,
    retryable: false,
    title: 'There is an account with this e-mail address.',
    remedy: 'Change that account, or use another address.',
  },
  last_administrator: {
    status: 409,
    retryable: false,
    title: 'This is the last administrator.',
    remedy: 'Make another person an administrator first.',
  },
  second_factor_needed: {
    status: 401,
    retryable: false,
    title: 'The password is right; this account also needs the code of its authenticator app.',
    remedy: 'Enter the six digits the app shows now, or one of your recovery codes.',
  },
  second_factor_wrong: {
    status: 401,
    retryable: false,
    title: 'The code is not right, or was used already.',
    remedy: 'Wait for the next code of the app; check that the clock of your telephone is right.',
  },
  second_factor_enrolment_needed: {
    status: 403,
    retryable: false,
    title: 'Your role signs in with an authenticator app, and your account has none yet.',
    remedy: 'Set one up on the sign-in page, then enter its first code.',
  },
  second_factor_exists: {
    status: 409,
    retryable: false,
    title: 'The account has an authenticator app already.',
    remedy: 'Remove it first, or ask an administrator to.',
  },
  second_factor_missing: {
    status: 409,
    retryable: false,
    title: 'The account has no authenticator app.',
    remedy: 'Set one up under Settings, Your account.',
  },
  audit_head_missing: {
    status: 500,
    retryable: false,
    title: 'The end of the audit trail is not written down any more, so nothing can be added to it.',
    remedy: 'Somebody removed it from the database: find out who can write there, and restore a backup.',
  },
  session_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such session, or it has ended.',
    remedy: 'List the sessions.',
  },
  user_not_found: { status: 404, retryable: false, title: 'There is no such user.', remedy: 'List the users.' },
  service_account_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such service account.',
    remedy: 'List the service accounts.',
  },
  service_account_name_taken: {
    status: 409,
    retryable: false,
    title: 'There is a service account with this name already.',
    remedy: 'Choose another name, or change the one there is.',
  },
  token_of_another: {
    status: 403,
    retryable: false,
    title: 'Only who bounds a token makes or rotates it.',
    remedy: 'Take the service account over first; a token of a person is rotated by that person.',
  },
  token_not_found: { status: 404, retryable: false, title: 'There is no such API token.', remedy: 'List the tokens.' },
} as const satisfies Record<string, CatalogueEntry>;
