import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { PlumblineError } from '../../../platform/errors/index.ts';

/**
 * A backup is a line that names the format, then frames: one byte of kind, two of table number, four of length, then so
 * many bytes. Frames of several tables alternate, because several are read at once.
 */
export const magic = Buffer.from('PLUMBLINE BACKUP 1\n');

const kinds = { head: 0x48, data: 0x44, manifest: 0x4d, end: 0x5a } as const;
type Kind = keyof typeof kinds;
const kindOf = new Map<number, Kind>(Object.entries(kinds).map(([kind, code]) => [code, kind as Kind]));

export const headerBytes = 7;
/** Of uncompressed data in one frame. */
export const chunkBytes = 256 * 1024;
/** What no frame of ours reaches; a damaged length must not make us ask for gigabytes. */
const longestFrame = 16 * 1024 * 1024;

export interface Frame {
  kind: Kind;
  table: number;
  body: Buffer;
}

export function encodeFrame(kind: Kind, table: number, body: Buffer): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(kinds[kind], 0);
  header.writeUInt16BE(table, 1);
  header.writeUInt32BE(body.length, 3);
  return Buffer.concat([header, body]);
}

const compressBytes = promisify(zstdCompress);
const decompressBytes = promisify(zstdDecompress);

export function compress(bytes: Buffer): Promise<Buffer> {
  return compressBytes(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
}

/** Throws `backup_damaged`. */
export async function decompress(bytes: Buffer): Promise<Buffer> {
  try {
    return await decompressBytes(bytes, { maxOutputLength: chunkBytes });
  } catch (cause) {
    throw damaged('A part of it cannot be decompressed.', cause);
  }
}

export function damaged(message: string, cause?: unknown): PlumblineError {
  return new PlumblineError('backup_damaged', { message: `The backup is damaged. ${message}`, cause });
}

/** The frames of a stream of bytes, with `seen` told of every byte that lies before the frame's own. Throws `backup_damaged`. */
export async function* readFrames(
  chunks: AsyncIterable<Buffer>,
  seen: (bytes: Buffer) => void,
): AsyncGenerator<Frame, void, void> {
  const buffer = byteQueue(chunks);
  const first = await buffer.take(magic.length);
  if (first === undefined || !first.equals(magic)) throw damaged('It does not begin as a backup of Plumbline does.');
  seen(first);
  for (;;) {
    const header = await buffer.take(headerBytes);
    if (header === undefined) return;
    const kind = kindOf.get(header.readUInt8(0));
    const length = header.readUInt32BE(3);
    if (kind === undefined || length > longestFrame) throw damaged('A part of it has no known form.');
    const body = await buffer.take(length);
    if (body === undefined) throw damaged('It ends in the middle.');
    yield { kind, table: header.readUInt16BE(1), body };
    seen(header);
    seen(body);
  }
}

/** Takes exact numbers of bytes off a stream; undefined at its end. Throws `backup_damaged` when it ends in between. */
function byteQueue(chunks: AsyncIterable<Buffer>): { take(length: number): Promise<Buffer | undefined> } {
  const iterator = chunks[Symbol.asyncIterator]();
  let waiting: Buffer[] = [];
  let size = 0;
  return {
    async take(length) {
      while (size < length) {
        const next = await iterator.next();
        if (next.done === true) {
          if (size > 0) throw damaged('It ends in the middle.');
          return undefined;
        }
        waiting.push(next.value);
        size += next.value.length;
      }
      const all = waiting.length === 1 ? (waiting[0] as Buffer) : Buffer.concat(waiting, size);
      waiting = [all.subarray(length)];
      size -= length;
      return all.subarray(0, length);
    },
  };
}
