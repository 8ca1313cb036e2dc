import { oneLine, plainWords } from '../../domain/plain-words.ts';
import { type ErrorCode, PlumblineError } from '../../platform/errors/index.ts';
import { endpoints } from './endpoints.ts';

/** An answer that is not the JSON that was asked for. */
export interface Answer {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  text: string;
  path: string;
}

/** The server's own words of an error answer, without markup, at most 300 characters. */
export function upstreamWords(text: string): string {
  const own = wordsOfJson(text);
  return own === undefined ? plainWords(text) : oneLine(own);
}

function wordsOfJson(text: string): string | undefined {
  try {
    const body = JSON.parse(text) as { errors?: { msg?: unknown }[]; message?: unknown };
    const messages = Array.isArray(body.errors) ? body.errors.map((error) => error?.msg) : [body.message];
    const words = messages.filter((message) => typeof message === 'string').join('; ');
    return words === '' ? undefined : words;
  } catch {
    return undefined;
  }
}

/** True for an error body that SonarQube itself writes; a proxy's block page is HTML or plain text. */
function isServersOwn(answer: Answer): boolean {
  return wordsOfJson(answer.text) !== undefined;
}

/** True for a 502, 503 or 504 that a proxy in front of the server wrote: SonarQube's own have its words. */
export function isGatewaysOwn(answer: Answer): boolean {
  return [502, 503, 504].includes(answer.status) && !isServersOwn(answer);
}

export function isUnknownUrl(answer: Answer): boolean {
  return answer.status === 404 && isServersOwn(answer) && upstreamWords(answer.text).startsWith('Unknown url');
}

/** Maps an answer other than the wanted one to the catalogue. */
export function failureOf(answer: Answer): PlumblineError {
  const { code, message } = classify(answer);
  const upstream = upstreamWords(answer.text) || `HTTP ${answer.status} without a body`;
  return new PlumblineError(code, { message, upstream, data: { status: answer.status, path: answer.path } });
}

function classify(answer: Answer): { code: ErrorCode; message: string } {
  const { status, path } = answer;
  if (status === 401 || status === 407) return unauthorized(answer);
  if (isRefusal(answer)) {
    const permission = endpoints.find((endpoint) => endpoint.path === path)?.permission;
    const needed = permission === undefined ? '' : ` It needs: ${permission}.`;
    return { code: 'invalid_permissions', message: `The token may not call ${path}.${needed}` };
  }
  if (status === 404 && isServersOwn(answer)) return notFound(answer);
  if (status === 429) return { code: 'rate_limited', message: 'The server asks for fewer calls.' };
  if (status >= 300 && status < 400) {
    return { code: 'endpoint_unavailable', message: `${path} redirects elsewhere, probably to a log-in page.` };
  }
  if (status >= 500) return { code: 'upstream_error', message: `The server answered ${path} with status ${status}.` };
  if (status === 400) return { code: 'upstream_error', message: `The server refused the parameters of ${path}.` };
  return { code: 'endpoint_unavailable', message: `${path} is missing or blocked by a proxy (status ${status}).` };
}

/** The words with which every version of SonarQube refuses, whatever the status. */
const refusal = /^insufficient privileges/i;

/**
 * The one place that decides that the token may not: only the server's own 403 says so, or its own words. A proxy's page,
 * a 404 and a fault of the server do not; a 401 is about the token as a whole.
 */
function isRefusal(answer: Answer): boolean {
  // A proxy may speak JSON too; the errors of an endpoint are the server's.
  if (!isServersOwn(answer) || !(answer.path.startsWith('api/v2/') || answer.text.includes('"errors"'))) return false;
  return answer.status === 403 || (answer.status >= 400 && refusal.test(upstreamWords(answer.text)));
}

/** SonarQube's 401 has no body and no `WWW-Authenticate`; one with either comes from a proxy. */
function unauthorized(answer: Answer): { code: ErrorCode; message: string } {
  const own = answer.status === 401 && (answer.text.trim() === '' || isServersOwn(answer));
  if (own && answer.headers['www-authenticate'] === undefined) {
    return { code: 'invalid_credentials', message: 'The server does not accept the token.' };
  }
  return {
    code: 'endpoint_unavailable',
    message: `A proxy in front of the server wants its own log-in for ${answer.path}.`,
  };
}

function notFound(answer: Answer): { code: ErrorCode; message: string } {
  const words = upstreamWords(answer.text);
  if (words.startsWith('Unknown url') || words === 'Resource not found.') {
    return { code: 'endpoint_unavailable', message: `This server has no ${answer.path}.` };
  }
  if (/organi[sz]ation/i.test(words)) return { code: 'organization_not_found', message: words };
  return { code: 'project_not_found', message: words };
}

/** A 200 with a web page: another program, or a proxy's block page once the server was recognised. */
export function notJson(answer: Answer, recognised: boolean): PlumblineError {
  const upstream = upstreamWords(answer.text);
  const data = { status: answer.status, path: answer.path };
  return recognised
    ? new PlumblineError('endpoint_unavailable', {
        message: `${answer.path} is answered by a proxy’s page.`,
        upstream,
        data,
      })
    : new PlumblineError('not_a_sonarqube_server', { upstream, data });
}
