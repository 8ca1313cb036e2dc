import type { Bookmark, SliceRequest, StoredRow, StoredRows, StoredSlice } from '../contract.ts';
import type { Lease, WorkRequest } from './messages.ts';
import type { WorkPort } from './port.ts';

/** What is asked of the connector; what it asks in turn, the port answers. */
export function sliceRequest(
  { phase, slice, since, purpose, cursors, resume, facts, named, unread, stored }: WorkRequest,
  port: Pick<WorkPort, 'ask'>,
  lease: Lease,
): SliceRequest {
  return {
    phase,
    slice,
    since: new Date(since),
    purpose,
    cursors,
    resume,
    ...(facts === null ? {} : { facts }),
    ...(named === null ? {} : { named }),
    ...(unread === null ? {} : { unread }),
    async *stagedKeys(stream, scope) {
      for (let from: number | null = 0; from !== null; ) {
        const page: { keys: readonly string[]; next: number | null } = await port.ask(lease, 'stagedKeys', {
          stream,
          scope,
          from,
        });
        yield page.keys;
        from = page.next;
      }
    },
    ...(stored.changes ? { stored: storedSlice(port, lease) } : {}),
    ...(stored.rows ? { rows: storedRows(port, lease) } : {}),
    ...(stored.known ? { known: async () => new Map(await port.ask(lease, 'known', {})) } : {}),
  };
}

function storedSlice(port: Pick<WorkPort, 'ask'>, lease: Lease): StoredSlice {
  return {
    async bookmark(stream, scope): Promise<Bookmark | null> {
      const bookmark = await port.ask(lease, 'bookmark', { stream, scope });
      return bookmark === null
        ? null
        : { ...bookmark, fingerprints: () => port.ask(lease, 'fingerprints', { stream, scope }) };
    },
    counts: (stream, scope) => port.ask(lease, 'counts', { stream, scope }),
    rows: storedRows(port, lease),
  };
}

function storedRows(port: Pick<WorkPort, 'ask'>, lease: Lease): StoredRows {
  return async function* (stream, scope, filter = {}) {
    for (let after: string | null = ''; after !== null; ) {
      const page: { rows: readonly StoredRow[]; next: string | null } = await port.ask(lease, 'rows', {
        stream,
        scope,
        filter,
        after,
      });
      yield page.rows;
      after = page.next;
    }
  };
}
