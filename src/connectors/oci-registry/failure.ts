import type { z } from 'zod';
import { type ErrorCode, PlumblineError } from '../../platform/errors/index.ts';
import { oneLine, plainWords } from '../../domain/plain-words.ts';
import { redactUrls } from '../../domain/redact-urls.ts';
import { lacksRights, parseChallenges } from './challenges.ts';
import { Errors } from './schema.ts';

/** An answer that is not the one that was asked for. */
export interface Answer {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  text: string;
  /** What was asked for, as people call it, e.g. `tags of team/checkout`. */
  subject: string;
  /** The call is about a repository or something in it, so that a 404 may say that it is not there. */
  isRepository: boolean;
  hasCredential: boolean;
}

/** The registry's own words, without markup, at most 300 characters. */
export function upstreamWords(text: string): string {
  const own = errorsOf(text)
    .map(({ code, message }) => [code, message].filter((word) => typeof word === 'string' && word !== '').join(': '))
    .filter((words) => words !== '')
    .join('; ');
  return redactUrls(own === '' ? plainWords(text) : oneLine(own));
}

/** By content, not by header: some registries serve JSON as text. */
function errorsOf(text: string): z.infer<typeof Errors>['errors'] {
  if (!text.trimStart().startsWith('{')) return [];
  try {
    return Errors.safeParse(JSON.parse(text)).data?.errors ?? [];
  } catch {
    return [];
  }
}

/** Maps an answer other than the wanted one to the catalogue. */
export function failureOf(answer: Answer): PlumblineError {
  const { code, message, remedy } = classify(answer);
  const upstream = upstreamWords(answer.text) || `HTTP ${answer.status} without a body`;
  return new PlumblineError(code, {
    message,
    upstream,
    data: { status: answer.status },
    ...(remedy === undefined ? {} : { remedy }),
  });
}

function classify(answer: Answer): { code: ErrorCode; message: string; remedy?: string } {
  const { status, subject, headers } = answer;
  if (status === 401) return unauthorized(answer, lacksRights(parseChallenges(headers['www-authenticate'])));
  if (status === 403)
    return { code: 'invalid_permissions', message: `The credential may not read ${subject}.`, remedy: pull };
  if (status === 404) return notFound(answer);
  if (status === 429) return { code: 'rate_limited', message: 'The registry asks for fewer calls.' };
  if (status >= 300 && status < 400)
    return { code: 'endpoint_unavailable', message: `The registry redirects ${subject} to nowhere.` };
  if (status >= 500)
    return { code: 'upstream_error', message: `The registry answered ${subject} with status ${status}.` };
  return { code: 'endpoint_unavailable', message: `The registry refuses ${subject} (status ${status}).` };
}

const pull = 'Give the account the right to pull from the repository; nothing more is needed.';

function unauthorized(answer: Answer, needsRights: boolean): { code: ErrorCode; message: string; remedy: string } {
  // A token was given and lacks the right: asking again would go on for ever.
  if (needsRights)
    return answer.hasCredential
      ? { code: 'invalid_permissions', message: `The credential may not read ${answer.subject}.`, remedy: pull }
      : wantsLogin(answer);
  if (!answer.hasCredential) return wantsLogin(answer);
  return {
    code: 'invalid_credentials',
    message: `The registry does not accept the credential for ${answer.subject}.`,
    remedy: 'Enter user name and password again with Re-authenticate; robot accounts and deploy tokens expire.',
  };
}

function wantsLogin({ subject }: Answer): { code: ErrorCode; message: string; remedy: string } {
  return {
    code: 'invalid_credentials',
    message: `The registry wants a login for ${subject}.`,
    remedy: 'Enter the credential of an account that may pull from the registry.',
  };
}

/** Words of registries for something in their name space that they do not have. */
const notThere = new Set(['NAME_UNKNOWN', 'NAME_INVALID', 'NOT_FOUND', 'MANIFEST_UNKNOWN', 'TAG_INVALID']);

/** Only the registry's own word says that something is not there; a page of a proxy says nothing about it. */
function notFound({ text, subject, isRepository }: Answer): { code: ErrorCode; message: string } {
  const errors = errorsOf(text);
  // Artifactory repeats the status in place of a code.
  const isOwnWord = errors.some(
    ({ code, status }) => notThere.has(code?.toUpperCase() ?? '') || (!code && status === 404),
  );
  if (isRepository && isOwnWord) return { code: 'repository_not_found', message: `The registry knows no ${subject}.` };
  return { code: 'endpoint_unavailable', message: `The registry has no ${subject}, or a proxy hides it.` };
}
