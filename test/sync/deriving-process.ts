// Makes deployments again by newer rules, and stays in the middle of its third batch until somebody kills it.
import { writeSync } from 'node:fs';
import { deriveAgain } from '../../src/features/deployments/deployed/from-harness/again.ts';
import { connect } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { batch, newer } from './newer-rules.ts';

const [connectionString = ''] = process.argv.slice(2);
const db = connect({ connectionString, applicationName: 'test', maxConnections: 2, log: silentLog });
let made = 0;
await deriveAgain(db, {
  batch,
  by: {
    version: newer.version,
    of(execution) {
      made += 1;
      if (made === 2.5 * batch) {
        writeSync(1, 'in the middle\n');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      }
      return newer.of(execution);
    },
  },
});
