import type { IncomingMessage } from 'node:http';
import { Readable, Transform } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Route } from '../../features/access/index.ts';
import { isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';

type Upload = NonNullable<Route['upload']>;

/**
 * Hands bodies of one content type on as they come. What says that it is too large is refused before a byte of it is read,
 * what does not say so when it has become it; the connection ends then, so that nobody sends the rest.
 */
export function takeFiles(scope: FastifyInstance, { type, maxBytes }: Upload): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(type, async (request: FastifyRequest, payload: IncomingMessage) => {
    const told = Number(request.headers['content-length'] ?? 0);
    if (told > maxBytes) throw tooLarge(maxBytes);
    const file = limited(maxBytes);
    // Who goes away in the middle has sent half a file, not a shorter one.
    payload.once('close', () => {
      if (!payload.complete)
        file.destroy(new PlumblineError('invalid_request', { message: 'The file did not arrive whole.' }));
    });
    return payload.pipe(file);
  });
  scope.addHook('onError', async (_request, reply, error) => {
    if (isPlumblineError(error, 'request_too_large')) reply.header('connection', 'close');
  });
}

function limited(maxBytes: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > maxBytes) done(tooLarge(maxBytes));
      else done(null, chunk);
    },
  });
}

const tooLarge = (maxBytes: number): PlumblineError =>
  new PlumblineError('request_too_large', {
    message: `The file is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB; nothing of it was kept.`,
    remedy: 'Leave out columns that are not needed.',
  });

export function fileOf(request: FastifyRequest): AsyncIterable<Uint8Array> {
  return request.body instanceof Readable ? request.body : Readable.from([]);
}
