// Follows nodes in small parts, and stays in the middle of one until somebody kills it.
import { writeSync } from 'node:fs';
import { connect, type Database } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { followNodes } from '../../src/features/insights/index.ts';

const [connectionString = '', rows = '', parts = ''] = process.argv.slice(2);
const db = connect({ connectionString, applicationName: 'test', maxConnections: 2, log: silentLog });
let done = 0;
const stuck = {
  transaction: (work: Parameters<Database['transaction']>[0]) =>
    db.transaction(async (tx) => {
      const result = await work(tx);
      done += 1;
      if (done > Number(parts)) {
        writeSync(1, 'in the middle\n');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      }
      return result;
    }),
};
await followNodes(stuck as Database, { rows: Number(rows) });
