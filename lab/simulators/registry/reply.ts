import type { ServerResponse } from 'node:http';

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  send(response, status, { 'content-type': 'application/json', ...headers }, Buffer.from(JSON.stringify(body)));
}

export function sendError(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  sendJson(response, status, { errors: [{ code, message, detail: null }] }, headers);
}

export function notFoundPage(response: ServerResponse): void {
  send(response, 404, { 'content-type': 'text/plain; charset=utf-8' }, Buffer.from('404 page not found\n'));
}

export function send(response: ServerResponse, status: number, headers: Record<string, string>, body?: Buffer): void {
  response.writeHead(status, headers);
  response.end(body);
}
