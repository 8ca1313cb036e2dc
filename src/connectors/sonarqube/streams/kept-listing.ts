import { z } from 'zod';
import type { SliceEvent } from '../../contract.ts';
import { parseJson } from '../parse-json.ts';
import type { Reader } from '../reader.ts';

const Memory = z.object({ listing: z.string(), readAt: z.string() });

/** What a list leads to costs requests of its own: it is read again when the list moved, or after this. */
const keptMs = 3_600_000;

/** True where the same list was read a short while ago, by the cursor that discovery handed back then. */
export function isKept(reader: Reader, cursor: string, listing: string): boolean {
  const memory = Memory.safeParse(parseJson(reader.request.cursors[cursor]));
  if (!memory.success || reader.request.stored === undefined || memory.data.listing !== listing) return false;
  return reader.now().getTime() - Date.parse(memory.data.readAt) < keptMs;
}

export function keptSince(reader: Reader, cursor: string, listing: string): SliceEvent {
  return { type: 'cursor', name: cursor, value: JSON.stringify({ listing, readAt: reader.now().toISOString() }) };
}
