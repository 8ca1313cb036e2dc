import type { Database } from '../../../platform/database/index.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import { becomeCopy, insertInstallation, notePublicUrl, placeOfServer, readInstallation } from './store.ts';

export interface RecogniseOptions {
  db: Database;
  log: Log;
  /** Id of the embedded data; undefined: an external server is asked who it is. */
  dataId: string | undefined;
  /** Where it is set. */
  publicUrl: string | undefined;
  /** A person says that this is a copy, e.g. of a disk image, which nothing else can tell. */
  saidToBeCopy: boolean;
  /** Ends what people's browsers hold: a session that was ended in the original must not live on in the copy. */
  endSessions(): Promise<void>;
}

/** Before anything starts by itself: is this the installation it was, or a copy of one? A copy is held. */
export async function recogniseInstallation(options: RecogniseOptions): Promise<void> {
  const { db, log, dataId, publicUrl } = options;
  const place = dataId === undefined ? await placeOfServer(db) : `data ${dataId}`;
  await insertInstallation(db, place);
  const row = await readInstallation(db);
  const copied = row !== undefined && (row.place !== place || (options.saidToBeCopy && row.copiedFrom === null));
  if (copied && (await becomeCopy(db, row.id, place))) await options.endSessions();
  await notePublicUrl(db, publicUrl ?? null);
  if ((await readInstallation(db))?.heldSince != null) log.warn({ copyOf: row?.id }, heldWords);
}

export const heldWords =
  'This installation is a copy of another one. Until a person says which of the two it is, it changes nothing on outside systems, sends no webhooks and starts no sync by itself: see Settings, System, or plumbline installation';
