import { z } from 'zod';
import type { Json } from '../../contract.ts';
import { issueStream } from '../issues/prove.ts';
import type { Reader } from '../reader.ts';
import { releaseOf } from '../version.ts';

/** Where the last reading of a scope's issues left off. */
export const IssueBookmark = z.object({
  /** Newest analysis then. */
  analyzedAt: z.string(),
  /** Every change older than this is stored; the source's clock. */
  since: z.string(),
  /** Gate of the scope then: a change of it is a change by hand. */
  gateStatus: z.string(),
  /** Release of the server then: an upgrade changes issues without a date. */
  release: z.string().nullable(),
});
export type IssueBookmark = z.infer<typeof IssueBookmark>;

/** The search shows a change a little after its date, and dates are whole seconds. */
const indexLagMs = 60_000;

/** The database shows it as soon as it is committed. */
const commitLagMs = 5_000;

export interface BookmarkedScope {
  bookmark: IssueBookmark;
  /** Newest change a poll has seen. */
  touchedAt: string | null;
  fingerprints(): Promise<Uint8Array | null>;
}

/** The bookmark to build upon; null when the scope must be listed whole. */
export async function readBookmark(reader: Reader, scope: string): Promise<BookmarkedScope | null> {
  const kept = await reader.request.stored?.bookmark(issueStream, scope);
  const parsed = IssueBookmark.safeParse(kept?.value);
  if (kept == null || !parsed.success || parsed.data.release !== releaseOf(reader.server.version)) return null;
  return { bookmark: parsed.data, touchedAt: kept.touchedAt, fingerprints: () => kept.fingerprints() };
}

/**
 * The bookmark of a reading that began at `start`. Analyses date what they change with their own beginning, so what an
 * analysis that is read now changed need not be read again: its date is left behind, unless it lies ahead of the clock.
 */
export function makeBookmark(
  reader: Reader,
  read: { start: Date; analyzedAt: string | null; gateStatus: string; byDatabase: boolean },
): Json | undefined {
  if (read.analyzedAt === null) return undefined;
  const settled = read.start.getTime() - (read.byDatabase ? commitLagMs : indexLagMs);
  const analyzed = Date.parse(read.analyzedAt);
  const behind =
    read.byDatabase && analyzed <= read.start.getTime() - 1000 ? Math.max(settled, analyzed + 1000) : settled;
  const bookmark: IssueBookmark = {
    analyzedAt: read.analyzedAt,
    since: new Date(behind).toISOString(),
    gateStatus: read.gateStatus,
    release: releaseOf(reader.server.version),
  };
  return bookmark;
}

/** The source's clock where it tells one. */
export function sourceTime(reader: Reader): Date {
  return reader.client.serverTime() ?? reader.now();
}
