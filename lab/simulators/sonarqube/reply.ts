import { empty, type Reply } from '../wire/reply.ts';

export { json, type Reply, text } from '../wire/reply.ts';

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

/** 401 as the server sends it: empty, no `WWW-Authenticate`. */
export const unauthorized = (): Reply => empty(401);
export const unknownUrl = (path: string): ApiError => notFound(`Unknown url : ${path}`);
