import { oneLine, plainWords } from '../../domain/plain-words.ts';
import { redactUrls } from '../../domain/redact-urls.ts';
import { type ErrorCode, PlumblineError } from '../../platform/errors/index.ts';
import { Errors } from './schema.ts';

/** An answer that is not the one that was asked for. */
export interface Answer {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  text: string;
  /** What was asked for, as people call it, e.g. `pull request 17 of PAY/ledger`. */
  subject: string;
}

interface OwnError {
  message: string;
  /** Name of the exception’s class, without its packages; '' where none is named. */
  exception: string;
  /** The field that is wrong; '' where none is. */
  field: string;
}

/** Maps an answer other than the wanted one to the catalogue: by status and exception, never by text, which has many languages. */
export function failureOf(answer: Answer): PlumblineError {
  const own = ownErrors(answer.text);
  const { code, message } = classify(answer, own);
  const words = own?.map((error) => error.message).join('; ') ?? '';
  const upstream = redactUrls(words === '' ? plainWords(answer.text) : oneLine(words));
  return new PlumblineError(code, {
    message,
    upstream: upstream === '' ? `HTTP ${answer.status} without a body` : upstream,
    data: { status: answer.status, mayBeLimit: mayBeLimit(answer.status, own) },
  });
}

/** Errors as Bitbucket words them; null for anything else, above all pages of proxies. */
function ownErrors(text: string): OwnError[] | null {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    const { errors } = Errors.parse(JSON.parse(text));
    return errors.map(({ message, exceptionName, context }) => ({
      message: message ?? '',
      exception: exceptionName?.slice(exceptionName.lastIndexOf('.') + 1) ?? '',
      field: context ?? '',
    }));
  } catch {
    return null;
  }
}

/**
 * True where the request may be larger than the server takes. No document says how a server tells that it stores no more
 * annotations: by a size, by a class that names a limit, or by a refusal that names neither a class nor a field.
 */
function mayBeLimit(status: number, own: readonly OwnError[] | null): boolean {
  if (status === 413) return true;
  if (status !== 400 && status !== 409) return false;
  return (own ?? []).some(({ exception, field }) => exception.includes('Limit') || (exception === '' && field === ''));
}

type Classified = { code: ErrorCode; message: string };

/** Exceptions that say more than the status. */
const exceptions: Readonly<Record<string, ErrorCode>> = {
  IncorrectPasswordAuthenticationException: 'invalid_credentials',
  AuthenticationRequiredException: 'invalid_credentials',
  AuthorisationException: 'invalid_permissions',
  NoAccessAuthenticationException: 'bitbucket_user_unlicensed',
  NoSuchProjectException: 'bitbucket_project_not_found',
  NoSuchRepositoryException: 'bitbucket_repository_not_found',
  NoSuchCommitException: 'bitbucket_commit_not_found',
  NoDefaultBranchException: 'bitbucket_commit_not_found',
  NoSuchPullRequestException: 'bitbucket_pull_request_not_found',
  PullRequestOutOfDateException: 'bitbucket_conflict',
  CommentOutOfDateException: 'bitbucket_conflict',
};

const sentences: Partial<Record<ErrorCode, (subject: string) => string>> = {
  invalid_credentials: () => 'Bitbucket does not accept the token.',
  invalid_permissions: (subject) => `The token’s user may not use ${subject}.`,
  bitbucket_user_unlicensed: () => 'The token’s user has no Bitbucket licence.',
  bitbucket_project_not_found: (subject) => `Bitbucket has no project for ${subject}.`,
  bitbucket_repository_not_found: (subject) => `Bitbucket has no repository for ${subject}.`,
  bitbucket_commit_not_found: (subject) => `Bitbucket does not know the commit of ${subject}.`,
  bitbucket_pull_request_not_found: (subject) => `Bitbucket has no ${subject}.`,
  bitbucket_conflict: (subject) => `${subject} was changed in the meantime.`,
};

function classify({ status, subject, headers }: Answer, own: readonly OwnError[] | null): Classified {
  const code = own?.map(({ exception }) => exceptions[exception]).find((one) => one !== undefined);
  if (code !== undefined) return { code, message: sentences[code]?.(subject) ?? subject };
  if (status === 429) return { code: 'rate_limited', message: 'Bitbucket asks for fewer calls.' };
  if (status === 401) return unauthorized(subject, headers, own);
  if (status >= 500) return { code: 'upstream_error', message: `Bitbucket answered ${subject} with status ${status}.` };
  if (status >= 300 && status < 400)
    return { code: 'bitbucket_repository_moved', message: `${subject} has another address now.` };
  if (own === null) return notOwn(status, subject);
  if (status === 403) return { code: 'bitbucket_forbidden', message: `Bitbucket forbids ${subject}.` };
  if (status === 409) return { code: 'bitbucket_conflict', message: `Bitbucket refuses ${subject} as things stand.` };
  if (status === 404) return { code: 'endpoint_unavailable', message: `This Bitbucket has no ${subject}.` };
  return { code: 'bitbucket_rejected_request', message: `Bitbucket does not accept ${subject} (status ${status}).` };
}

/** Bitbucket’s own 401 is JSON; one with a page or a challenge of another scheme comes from a proxy. */
function unauthorized(subject: string, headers: Answer['headers'], own: readonly OwnError[] | null): Classified {
  const challenge = headers['www-authenticate'] ?? '';
  if (own === null && challenge !== '') {
    return {
      code: 'endpoint_unavailable',
      message: `A proxy in front of Bitbucket wants its own log-in for ${subject}.`,
    };
  }
  return { code: 'invalid_credentials', message: 'Bitbucket does not accept the token.' };
}

/** A wrong base path answers with a web page, of any status. */
const notOwn = (status: number, subject: string): Classified => ({
  code: 'endpoint_unavailable',
  message: `${subject} is missing or blocked by a proxy (status ${status}).`,
});
