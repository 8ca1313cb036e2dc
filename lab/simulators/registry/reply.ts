import { json, type Reply } from '../wire/reply.ts';

export const errorReply = (
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Reply => json({ errors: [{ code, message, detail: null }] }, status, headers);

export const unauthorized = (challenge: string): Reply =>
  errorReply(401, 'UNAUTHORIZED', 'authentication required', { 'WWW-Authenticate': challenge });

export const notFoundPage = (): Reply => ({
  status: 404,
  contentType: 'text/plain; charset=utf-8',
  body: '404 page not found\n',
});

/** How a registry words what a fault makes it refuse. */
export const refusals = {
  tooMany: (): Reply => errorReply(429, 'TOOMANYREQUESTS', 'too many requests'),
  failed: (): Reply => errorReply(500, 'UNKNOWN', 'unknown error'),
};
