import type { Readable } from 'node:stream';

/** What an endpoint answers, before the faults and the socket get it. */
export interface Reply {
  status: number;
  /** Null: the answer has no `Content-Type`, as protobuf bodies and empty answers have. */
  contentType: string | null;
  body: string | Buffer | Readable;
  headers?: Record<string, string>;
}

/** `{"errors":[{"msg":…}]}` of API v1. */
export class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const badRequest = (message: string): ApiError => new ApiError(400, message);
export const notFound = (message: string): ApiError => new ApiError(404, message);
export const forbidden = (): ApiError => new ApiError(403, 'Insufficient privileges');

/** The server writes `'`, `=`, `&`, `<` and `>` of strings as escapes, as its JSON library does for HTML. */
function escapeLikeServer(json: string): string {
  return json.replace(/['=&<>]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

export function json(value: unknown, status = 200): Reply {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}

/** An object whose `issues` are JSON texts already; they come after the other members. */
export function jsonWithIssues(value: object, issues: readonly string[]): Reply {
  const rest = JSON.stringify(value).slice(0, -1);
  return { status: 200, contentType: 'application/json', body: `${rest},"issues":[${issues.join(',')}]}` };
}

/** Error texts are the ones in which the escapes were seen. */
export function errorReply(error: ApiError): Reply {
  return {
    status: error.status,
    contentType: 'application/json',
    body: escapeLikeServer(JSON.stringify({ errors: [{ msg: error.message }] })),
  };
}

export const text = (body: string): Reply => ({ status: 200, contentType: 'text/plain', body });
export const html = (status: number, body: string): Reply => ({
  status,
  contentType: 'text/html;charset=utf-8',
  body: `<!doctype html><html lang="en"><head><title>${body}</title></head><body><h1>${body}</h1></body></html>`,
});
/** 401 as the server sends it: empty, no `WWW-Authenticate`. */
export const unauthorized = (): Reply => ({ status: 401, contentType: null, body: '' });
export const unknownUrl = (path: string): ApiError => notFound(`Unknown url : ${path}`);
