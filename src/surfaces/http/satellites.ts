import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { SatelliteCaller, SatelliteDoor } from '../../features/satellites/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import { sendError } from './errors.ts';
import { requireOwnHost } from './guard.ts';
import type { HttpServerOptions } from './options.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the body is read. */
    satellite: SatelliteCaller | undefined;
  }
}

const callsPerMinute = 12_000;
/** As it is sent, and after it was inflated. */
const sentBytes = 16 * 1024 * 1024;
const inflatedBytes = 64 * 1024 * 1024;

const inflaters = { gzip: promisify(gunzip), zstd: promisify(zstdDecompress) } as const;

/** Who calls is decided before a byte of the body is read; then its size, then whether it arrived as it was sent. */
export async function mountSatellites(
  app: FastifyInstance,
  options: HttpServerOptions,
  door: SatelliteDoor,
): Promise<void> {
  app.decorateRequest('satellite', undefined);
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.setErrorHandler((thrown, request, reply) => sendError(thrown, request, reply, options.log));
    scope.route<{ Params: { call: string } }>({
      method: 'POST',
      url: '/satellite/v1/:call',
      bodyLimit: sentBytes,
      // Inflated here, within bounds and after who calls is known.
      decompress: false,
      config: {
        permission: 'public',
        rateLimit: { max: options.config.satelliteCallsPerMinute ?? callsPerMinute, timeWindow: 60_000 },
      },
      schema: { hide: true },
      async onRequest(request) {
        requireOwnHost(request, options.config.publicUrl);
        request.satellite = await door.admit({ headers: singleHeaders(request), address: request.ip });
      },
      async handler(request, reply) {
        const body = await readBody(request);
        const gone = new AbortController();
        reply.raw.once('close', () => gone.abort());
        const answer = await door.answer(request.satellite as SatelliteCaller, request.params.call, body, gone.signal);
        return reply.type('application/json; charset=utf-8').send(answer);
      },
    });
  });
}

function singleHeaders(request: FastifyRequest): Record<string, string> {
  const single = Object.entries(request.headers).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(single);
}

/** Throws `satellite_upload_damaged`. */
async function readBody(request: FastifyRequest): Promise<string> {
  const sent = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const bytes = await inflated(sent, request.headers['content-encoding']);
  const digest = request.headers['x-satellite-sha256'];
  if (createHash('sha256').update(bytes).digest('hex') !== digest) throw new PlumblineError('satellite_upload_damaged');
  return bytes.toString('utf8');
}

async function inflated(sent: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return sent;
  if (!Object.hasOwn(inflaters, encoding))
    throw new PlumblineError('invalid_request', { message: 'Bodies are compressed with gzip or zstd.' });
  try {
    return await inflaters[encoding as keyof typeof inflaters](sent, { maxOutputLength: inflatedBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new PlumblineError('request_too_large', { cause: error });
    throw new PlumblineError('satellite_upload_damaged', { cause: error });
  }
}
