import { type Readable, Transform, type TransformCallback, pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { isPlumblineError, PlumblineError } from '../errors/index.ts';

export interface BodyOptions {
  raw: Readable;
  contentEncoding: string | undefined;
  maxBytes: number;
  /** Ends a longer body instead of refusing it: of an error page only the beginning is of use. */
  cut?: boolean;
  host: string;
  onBytes: (count: number) => void;
  /** Called once, when the network is done with this body, whether read or not. */
  onEnd: () => void;
  /** The error to show instead when the call was aborted or ran out of time. */
  interruption: () => unknown;
}

export interface Body {
  stream: () => AsyncIterable<Uint8Array>;
  text: () => Promise<string>;
  bytes: () => Promise<Uint8Array>;
  /** Reads the rest of a short body, cuts a long one off. Never throws. */
  discard: () => Promise<void>;
}

// An answer up to this size leaves the network although nobody reads it yet (a caller that only looks at the status
// would otherwise hold its slot and connection until the time limit).
const readAhead = 1024 * 1024;

const discardAtMost = 64 * 1024;

export const acceptEncoding = 'gzip, deflate, br';

/** Decompresses and limits while it is read; a body that is cut off or unreadable throws `malformed_response`. */
export function readBody(options: BodyOptions): Body {
  const sink = limiter(options);
  const decoders = decodersFor(options.contentEncoding);
  options.raw.once('close', options.onEnd);
  pipeline([options.raw, ...(decoders ?? []), sink], () => options.onEnd());
  // The reader sees the error through the iteration; without a reader there is nobody to tell.
  sink.on('error', () => undefined);
  if (decoders === undefined) sink.destroy(unknownEncoding(options));
  let taken = false;
  const take = (): AsyncIterable<Uint8Array> => {
    if (taken) throw new Error('the body of this answer was already read');
    taken = true;
    const chunks = translated(sink, options);
    return options.cut === true ? beginning(chunks, options.maxBytes) : chunks;
  };
  const bytes = async (): Promise<Buffer> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of take()) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  return {
    stream: take,
    bytes,
    discard: () => discard(sink),
    // The decoder drops a byte order mark, which JSON.parse refuses.
    text: async () => new TextDecoder().decode(await bytes()),
  };
}

async function* translated(sink: Readable, options: BodyOptions): AsyncGenerator<Uint8Array> {
  try {
    yield* sink as AsyncIterable<Uint8Array>;
  } catch (cause) {
    const interruption = options.interruption();
    if (interruption !== undefined) throw interruption;
    if (isPlumblineError(cause)) throw cause;
    throw new PlumblineError('malformed_response', {
      message: `The answer of ${options.host} was cut off or is not readable.`,
      data: { host: options.host, reason: (cause as NodeJS.ErrnoException).code ?? 'unknown' },
      cause,
    });
  }
}

async function discard(sink: Readable): Promise<void> {
  let total = 0;
  try {
    for await (const chunk of sink) {
      total += (chunk as Buffer).length;
      if (total > discardAtMost) return;
    }
  } catch {
    // What was wrong with an answer that is thrown away does not matter.
  }
}

/** Undefined for an encoding nobody asked for. */
function decodersFor(contentEncoding: string | undefined): Transform[] | undefined {
  const names = (contentEncoding ?? '').toLowerCase().split(',');
  const decoders: Transform[] = [];
  for (const name of names.map((entry) => entry.trim()).reverse()) {
    if (name === '' || name === 'identity') continue;
    if (name === 'gzip' || name === 'x-gzip') decoders.push(createGunzip());
    else if (name === 'deflate') decoders.push(createInflate());
    else if (name === 'br') decoders.push(createBrotliDecompress());
    else return undefined;
  }
  return decoders;
}

function limiter({ maxBytes, cut = false, host, onBytes }: BodyOptions): Transform {
  let total = 0;
  return new Transform({
    readableHighWaterMark: readAhead,
    transform(chunk: Buffer, _encoding, callback: TransformCallback) {
      total += chunk.length;
      onBytes(chunk.length);
      if (cut || total <= maxBytes) callback(null, chunk);
      else callback(tooLarge(host, maxBytes));
    },
  });
}

/** Ends after so many bytes; leaving the iteration also ends the connection. */
async function* beginning(chunks: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let room = bytes;
  for await (const chunk of chunks) {
    yield chunk.subarray(0, room);
    room -= chunk.length;
    if (room <= 0) return;
  }
}

function tooLarge(host: string, maxBytes: number): PlumblineError {
  return new PlumblineError('response_too_large', {
    message: `The answer of ${host} is larger than ${Math.round(maxBytes / 1024)} KiB.`,
    data: { host, maxBytes },
  });
}

function unknownEncoding({ host, contentEncoding }: BodyOptions): PlumblineError {
  return new PlumblineError('malformed_response', {
    message: `${host} answers in the encoding ${contentEncoding?.slice(0, 40)}, which was not asked for.`,
    data: { host },
  });
}
