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
} as const satisfies Record<string, CatalogueEntry>;
