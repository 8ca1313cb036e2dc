import { json, type Reply } from '../wire/reply.ts';
import type { Language, Words } from './texts.ts';

/** What Bitbucket refuses a call with: `{"errors":[{context,message,exceptionName}]}`. */
export class ApiError extends Error {
  readonly status: number;
  readonly words: Words;
  readonly exceptionName: string | null;
  /** The field at fault. */
  readonly context: string | null;
  /** Members beside them, e.g. `vetoes`. */
  readonly more: object;
  readonly headers: Record<string, string>;
  constructor(status: number, words: Words, detail: ErrorDetail = {}) {
    super(words.en);
    this.status = status;
    this.words = words;
    this.exceptionName = detail.exceptionName ?? null;
    this.context = detail.context ?? null;
    this.more = detail.more ?? {};
    this.headers = detail.headers ?? {};
  }
}

interface ErrorDetail {
  exceptionName?: string;
  context?: string;
  more?: object;
  headers?: Record<string, string>;
}

export function errorReply(error: ApiError, language: Language): Reply {
  const { status, words, context, exceptionName, more, headers } = error;
  return json({ errors: [{ context, message: words[language], exceptionName, ...more }] }, status, headers);
}

const stash = (name: string): string => `com.atlassian.bitbucket.${name}`;
const refusedAccess: Words = {
  en: 'You are not permitted to access this resource',
  de: 'Sie sind nicht berechtigt, auf diese Ressource zuzugreifen',
};

/** No credential, or one that expired or was revoked. */
export const authenticationRequired = (): ApiError =>
  new ApiError(401, refusedAccess, {
    exceptionName: 'com.atlassian.stash.internal.rest.api.security.exception.AuthenticationRequiredException',
    headers: { 'WWW-Authenticate': 'Bearer' },
  });

export const wrongCredentials = (): ApiError =>
  new ApiError(
    401,
    {
      en: 'Authentication failed. Please check your credentials and try again.',
      de: 'Authentifizierung fehlgeschlagen. Bitte überprüfen Sie Ihre Anmeldedaten und versuchen Sie es erneut.',
    },
    { exceptionName: stash('auth.IncorrectPasswordAuthenticationException') },
  );

export const unlicensed = (): ApiError =>
  new ApiError(
    401,
    {
      en: 'You are not currently licensed to use Bitbucket. Please contact your administrator.',
      de: 'Sie haben derzeit keine Lizenz für Bitbucket. Bitte wenden Sie sich an Ihren Administrator.',
    },
    { exceptionName: stash('auth.NoAccessAuthenticationException') },
  );

export const notPermitted = (): ApiError =>
  new ApiError(401, refusedAccess, { exceptionName: stash('AuthorisationException') });

export const forbidden = (en: string, de: string): ApiError => new ApiError(403, { en, de });

export const xsrfFailed = (): ApiError => forbidden('XSRF check failed', 'XSRF-Prüfung fehlgeschlagen');

export const badRequest = (words: Words, context?: string): ApiError =>
  new ApiError(400, words, {
    exceptionName: stash('validation.ArgumentValidationException'),
    ...(context === undefined ? {} : { context }),
  });

/** As badRequest, without a name: what the checks of a body's fields answer. */
export const badField = (context: string, words: Words): ApiError => new ApiError(400, words, { context });

/** Longer than it may be. */
export const tooLong = (field: string, most: number): ApiError =>
  badField(field, {
    en: `The field '${field}' cannot be more than ${most} characters long`,
    de: `Das Feld '${field}' darf nicht länger als ${most} Zeichen sein`,
  });

export const missingField = (field: string): ApiError =>
  badField(field, { en: `The field '${field}' is required`, de: `Das Feld '${field}' ist erforderlich` });

export const conflict = (exception: string, words: Words, more: object = {}): ApiError =>
  new ApiError(409, words, { exceptionName: stash(exception), more });

const absent = (exception: string, words: Words): ApiError =>
  new ApiError(404, words, { exceptionName: stash(exception) });

export const noSuchProject = (key: string): ApiError =>
  absent('project.NoSuchProjectException', {
    en: `Project ${key} does not exist.`,
    de: `Das Projekt ${key} existiert nicht.`,
  });

export const noSuchRepository = (project: string, slug: string): ApiError =>
  absent('repository.NoSuchRepositoryException', {
    en: `Repository ${project}/${slug} does not exist.`,
    de: `Das Repository ${project}/${slug} existiert nicht.`,
  });

export const noSuchCommit = (commit: string, slug: string): ApiError =>
  absent('commit.NoSuchCommitException', {
    en: `Commit '${commit}' does not exist in repository '${slug}'.`,
    de: `Der Commit '${commit}' existiert im Repository '${slug}' nicht.`,
  });

export const noSuchPullRequest = (id: string, place: string): ApiError =>
  absent('pull.NoSuchPullRequestException', {
    en: `Pull request ${id} does not exist in ${place}.`,
    de: `Der Pull-Request ${id} existiert in ${place} nicht.`,
  });

export const noSuchBranch = (name: string, slug: string): ApiError =>
  absent('repository.NoSuchBranchException', {
    en: `Branch "${name}" does not exist in repository '${slug}'.`,
    de: `Der Branch "${name}" existiert im Repository '${slug}' nicht.`,
  });

export const noSuchPath = (path: string, at: string): ApiError =>
  absent('content.NoSuchPathException', {
    en: `The path "${path}" does not exist at revision "${at}"`,
    de: `Der Pfad "${path}" existiert in der Revision "${at}" nicht`,
  });

/** Something else of which there is none. */
export const noSuch = (exception: string, en: string, de: string): ApiError => absent(exception, { en, de });

/** A route that this server does not have: no exception is named. */
export const unknownRoute = (): Reply => json({ 'status-code': 404, message: 'null for uri', 'sub-code': 404 }, 404);

export const tooManyRequests = (headers: Record<string, string>): ApiError =>
  new ApiError(
    429,
    {
      en: 'You have been rate limited. Please try again later.',
      de: 'Ihre Anfragen wurden begrenzt. Bitte versuchen Sie es später erneut.',
    },
    { exceptionName: stash('throttle.RateLimitedException'), headers },
  );
