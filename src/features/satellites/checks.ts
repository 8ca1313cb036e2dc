import { setTimeout as delay } from 'node:timers/promises';
import type { CheckReport, CheckResult } from '../../connectors/contract.ts';
import type { Database } from '../../platform/database/index.ts';
import { catalogue, type ErrorCode } from '../../platform/errors/index.ts';
import type { CheckElsewhere } from '../integrations/index.ts';
import { presenceOf } from './model.ts';
import { abandonCheck, insertCheck, readCheck } from './store/checks.ts';
import { lastSeen } from './store/satellites.ts';

const lookMs = 300;

export interface CheckOptions {
  db: Database;
  now(): Date;
  /** A satellite that is at work takes a check sooner than this. */
  takenWithinMs?: number;
  endedWithinMs?: number;
}

/** Has a satellite test the connection, and tells each check as it ends there. */
export function createChecks(options: CheckOptions): CheckElsewhere {
  const { db, now, takenWithinMs = 30_000, endedWithinMs = 150_000 } = options;
  return async function* checkElsewhere(integrationId, { by, signal }) {
    const seenAt = (await lastSeen(db, [integrationId])).get(integrationId);
    if (seenAt === undefined) return yield* onlyFailed('No satellite with a key for this integration has called yet.');
    if (presenceOf(seenAt, now()) === 'offline')
      return yield* onlyFailed(
        `No satellite has called since ${seenAt.toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
      );
    const id = await insertCheck(db, integrationId, by);
    try {
      return yield* follow(id);
    } finally {
      await abandonCheck(db, id);
    }

    async function* follow(check: number): AsyncGenerator<CheckResult, CheckReport> {
      const began = now().getTime();
      let taken = false;
      let told = 0;
      for (;;) {
        const row = await readCheck(db, check);
        const waited = now().getTime() - began;
        if (row.takenAt !== null && !taken) yield online;
        taken = row.takenAt !== null;
        yield* row.results.slice(told);
        told = row.results.length;
        if (row.report !== null) return { ...row.report, checks: [online, ...row.report.checks] };
        if (!taken && waited > takenWithinMs)
          return yield* onlyFailed('A satellite called lately, and none has taken this up.');
        if (waited > endedWithinMs) {
          const late = failed('timeout', 'The satellite has not told how the checks ended.');
          yield late;
          return { checks: [online, ...row.results, late], capabilities: [], facts: {} };
        }
        await delay(lookMs, undefined, { signal });
      }
    }
  };
}

const name = 'satellite_online';
const title = 'A satellite is at work';
const online: CheckResult = { name, title, outcome: 'ok', message: 'A satellite carries out the checks where it is.' };

function failed(code: ErrorCode, message: string): CheckResult {
  return { name, title, outcome: 'failed', message, code, remedy: catalogue[code].remedy };
}

async function* onlyFailed(message: string): AsyncGenerator<CheckResult, CheckReport> {
  const check = failed('satellite_offline', message);
  yield check;
  return { checks: [check], capabilities: [], facts: {} };
}
