import { randomUUID } from 'node:crypto';
import { PlumblineError } from '../../errors/index.ts';
import type { Log } from '../../telemetry/log.ts';
import { type Cluster, freePort } from './cluster.ts';
import { type ClusterRecord, recordedHome, standsElsewhere, writeDataId, writeRecord } from './layout.ts';
import {
  forgetCopiedServer,
  type Judgement,
  judgePlace,
  lookAround,
  type Place,
  placeNow,
  readPlace,
  writePlace,
} from './place.ts';

export interface RecogniseOptions {
  stateDirectory: string;
  /** The directory that holds `data`. */
  home: string;
  record: ClusterRecord;
  cluster: Cluster;
  log: Log;
}

/**
 * Tells these data from a copy of them. A copy gets an id and a port of its own and forgets the server that ran with
 * the original; it can be interrupted at any moment and is then done again. Throws `embedded_database_borrowed`.
 */
export async function recogniseData(options: RecogniseOptions): Promise<ClusterRecord> {
  const { stateDirectory, home, record, cluster, log } = options;
  const { dataDirectory, account } = cluster;
  const now = await placeNow(stateDirectory, dataDirectory);
  const noted = await readPlace(dataDirectory);
  const judged = await judge(options, noted, now);
  if (judged === 'borrowed') throw borrowed(dataDirectory, noted);
  if (judged === 'same' && record.becoming === undefined) {
    const kept = { ...record, home: recordedHome(stateDirectory, home) };
    if (kept.home !== record.home) await writeRecord(stateDirectory, kept);
    // Ids first, place last: a copy that was interrupted between them is still seen to be one.
    if (JSON.stringify(noted) !== JSON.stringify(now)) await writePlace(dataDirectory, now, account);
    return kept;
  }
  await forgetCopiedServer(dataDirectory);
  const becoming = record.becoming ?? randomUUID();
  const own = { home: recordedHome(stateDirectory, home), port: await freePort() };
  await writeRecord(stateDirectory, { ...own, dataId: record.dataId, becoming });
  await writeDataId(dataDirectory, account, becoming);
  await writePlace(dataDirectory, now, account);
  const copy = { ...own, dataId: becoming };
  await writeRecord(stateDirectory, copy);
  log.warn(
    { directory: stateDirectory, original: noted?.state.path ?? record.home, port: copy.port },
    'this state directory is a copy of another one; it got an identity and a database port of its own',
  );
  return copy;
}

async function judge({ record, home }: RecogniseOptions, noted: Place | undefined, now: Place): Promise<Judgement> {
  if (noted !== undefined) return judgePlace(noted, now, await lookAround(noted));
  return (await standsElsewhere(record, home)) ? 'copy' : 'same';
}

function borrowed(dataDirectory: string, noted: Place | undefined): PlumblineError {
  return new PlumblineError('embedded_database_borrowed', {
    message: `The database in ${dataDirectory} belongs to the state directory ${noted?.state.path}, of which this is a copy without data.`,
  });
}
