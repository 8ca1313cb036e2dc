import { randomUUID } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';
import { PlumblineError } from '../../platform/errors/index.ts';
import { errorAnswer } from './errors.ts';

/** A request without a Host header is refused by us, in the same shape as every other. */
export const readingOptions = { requireHostHeader: false } as const;

const messages: Record<string, string> = {
  HPE_HEADER_OVERFLOW: 'The headers are longer than 16 KB.',
  ERR_HTTP_REQUEST_TIMEOUT: 'The request did not arrive in time.',
};

/** Answers what is no HTTP request in the shape of every other failure; nothing of what was sent is repeated. */
export function answerUnreadable(cause: NodeJS.ErrnoException, socket: Socket): void {
  if (cause.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = cause.code === 'HPE_HEADER_OVERFLOW' ? 'request_too_large' : 'invalid_request';
  const message = messages[cause.code ?? ''] ?? 'This is no HTTP request.';
  const error = new PlumblineError(code, { message, remedy: 'Correct the program that sent it.' });
  const id = randomUUID();
  const body = JSON.stringify(errorAnswer(error, id));
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${id}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** A wish in `Expect` other than 100-continue, which Node would answer with a status and no words. */
export function answerExpectations(app: FastifyInstance): void {
  app.server.on('checkExpectation', (_request: unknown, response: ServerResponse) => {
    const message = 'The Expect header asks for something that is not done here.';
    const error = new PlumblineError('invalid_request', { message, remedy: 'Correct the program that sent it.' });
    const id = randomUUID();
    const body = JSON.stringify(errorAnswer(error, id));
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'x-request-id': id,
      connection: 'close',
    };
    response.writeHead(error.status, headers).end(body);
  });
}
