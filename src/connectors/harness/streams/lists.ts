import type { z } from 'zod';
import type { SliceEvent } from '../../contract.ts';
import { type List, readPages } from '../paging.ts';
import { complete, type Reader, setAside } from '../reader.ts';

export interface ListedStream<Raw, Row> {
  stream: string;
  method: string;
  list: List;
  shape: z.ZodType<Raw>;
  /** Null for what is none, e.g. one that was deleted. */
  record(raw: Raw): Row | null;
  key(row: Row): string;
}

export interface ListedRows<Row> {
  rows: Row[];
  /** Rows that could not be understood. */
  aside: SliceEvent[];
  end: Omit<Extract<SliceEvent, { type: 'complete' }>, 'type' | 'stream' | 'scope' | 'method'>;
}

const attempts = 3;

/**
 * A list that fits into memory, read again while its pages do not come to what the server counts: something is made or
 * removed between two pages. Only a list whose count is equal says that what it leaves out is gone.
 */
export async function readList<Raw, Row>(
  client: Reader['client'],
  spec: ListedStream<Raw, Row>,
): Promise<ListedRows<Row>> {
  for (let attempt = 1; ; attempt += 1) {
    const reading = await readOnce(client, spec);
    if (reading.end.proof !== 'unproven' || attempt === attempts) return reading;
  }
}

async function readOnce<Raw, Row>(
  client: Reader['client'],
  { stream, list, shape, record, key }: ListedStream<Raw, Row>,
): Promise<ListedRows<Row>> {
  const rows = new Map<string, Row>();
  const aside: SliceEvent[] = [];
  let left = 0;
  let total: number | null = null;
  let cutOff: string | null = null;
  for await (const page of readPages(client, list)) {
    for (const item of page.items) {
      const parsed = shape.safeParse(item);
      if (!parsed.success) {
        aside.push(setAside(stream, '', item, parsed.error.issues[0]?.message ?? 'not understood'));
        continue;
      }
      const row = record(parsed.data);
      if (row === null) left += 1;
      else rows.set(key(row), row);
    }
    ({ total, cutOff } = page);
  }
  const doubt = cutOff ?? (total === null ? null : countDoubt(rows.size + aside.length + left, total));
  return {
    rows: [...rows.values()],
    aside,
    end: {
      sourceCount: total === null ? null : total - left,
      proof: doubt !== null ? 'unproven' : total === null ? 'key_set' : 'counts_equal',
      ...(doubt === null ? {} : { doubt }),
      sourceMoved: false,
      // A key that sees nothing at all has more likely lost its permission than seen everything removed.
      absenceTrusted: doubt === null && rows.size > 0,
    },
  };
}

export const countDoubt = (listed: number, total: number): string | null =>
  listed === total ? null : `Harness counts ${total} and lists ${listed}`;

/** All that is said of such a list. */
export function* listedEvents<Raw, Row extends object>(
  { stream, method }: Pick<ListedStream<Raw, Row>, 'stream' | 'method'>,
  { rows, aside, end }: ListedRows<Row>,
): Generator<SliceEvent> {
  yield { type: 'records', stream, scope: '', records: rows };
  yield* aside;
  yield complete({ stream, scope: '', method, ...end });
}
