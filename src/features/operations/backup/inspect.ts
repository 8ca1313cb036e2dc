import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { z } from 'zod';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { chunkBytes, damaged, type Frame, headerBytes, readFrames } from './frames.ts';
import { End, Head, Manifest } from './manifest.ts';

/** Where a frame's body lies in the file. */
export interface Place {
  offset: number;
  length: number;
}

export interface Backup {
  file: string;
  bytes: number;
  head: Head;
  manifest: Manifest;
  /** Per table of `head.tables`, its data in order. */
  data: Place[][];
}

/**
 * Reads the whole file once and proves that it is complete and unchanged; remembers where each table's data lies, a few
 * bytes per quarter megabyte. Throws `backup_damaged`.
 */
export async function inspectBackup(file: string, told: (bytes: number) => void = () => undefined): Promise<Backup> {
  const bytes = await sizeOf(file);
  const hash = createHash('sha256');
  let offset = 0;
  let head: Head | undefined;
  let manifest: Manifest | undefined;
  let ended = false;
  const data: Place[][] = [];
  const seen = (part: Buffer): void => {
    hash.update(part);
    offset += part.length;
    told(offset);
  };
  for await (const frame of readFrames(createReadStream(file, { highWaterMark: chunkBytes }), seen)) {
    if (ended) throw damaged('Something follows its end.');
    const at = { offset: offset + headerBytes, length: frame.body.length };
    if (frame.kind === 'head' && head === undefined) {
      head = parse(frame, Head);
      data.push(...head.tables.map(() => []));
    } else if (frame.kind === 'data' && data[frame.table] !== undefined) data[frame.table]?.push(at);
    else if (frame.kind === 'manifest' && manifest === undefined) manifest = parse(frame, Manifest);
    else if (frame.kind === 'end') {
      ended = true;
      if (parse(frame, End).sha256 !== hash.copy().digest('hex'))
        throw damaged('Its bytes are not those that were written.');
    } else throw damaged('Its parts are not in order.');
  }
  if (head === undefined || manifest === undefined || !ended) throw damaged('It ends in the middle.');
  if (manifest.tables.length !== head.tables.length) throw damaged('Its lists of tables differ.');
  return { file, bytes, head, manifest, data };
}

function parse<T>(frame: Frame, shape: z.ZodType<T>): T {
  try {
    return shape.parse(JSON.parse(frame.body.toString('utf8')));
  } catch (cause) {
    throw damaged('Its list of contents cannot be read.', cause);
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (cause) {
    throw new PlumblineError('backup_damaged', {
      message: `The file ${file} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'error'}).`,
      remedy: 'Check its path and its permissions.',
      cause,
    });
  }
}
