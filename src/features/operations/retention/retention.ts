import type { Database, RetainedRows } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Reaction } from '../../../platform/jobs/index.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import { audit, type Route, route } from '../../access/index.ts';
import { Retention, RetentionChange, RetentionPreview } from '../contract.ts';
import { daysInForce, drop, latestRuns, measure, readSettings, writeSetting } from './store.ts';

export interface RetentionOptions {
  db: Database;
  log: Log;
  /** What may be forgotten, as the rooms say. */
  retention: readonly RetainedRows[];
}

/** Every night at a quiet hour; any process may do it, the queue gives it to one. */
export function retentionReaction({ db, log, retention }: RetentionOptions): Reaction {
  return {
    name: 'operations.retention',
    sweep: '41 2 * * *',
    async handle(_key, signal) {
      const days = await daysInForce(db, retention);
      const dropped: Record<string, number> = {};
      for (const subject of retention) {
        if (signal.aborted) return;
        try {
          const rows = await drop(db, subject, days.get(subject.name) as number, signal);
          if (rows > 0) dropped[subject.name] = rows;
        } catch (error) {
          // What is wrong with one must not keep the others growing.
          log.error({ subject: subject.name, error: (error as Error).message }, 'retention failed');
        }
      }
      if (Object.keys(dropped).length > 0) log.info({ dropped }, 'retention dropped old rows');
    },
  };
}

export function retentionRoutes({ db, retention }: RetentionOptions): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/retention',
      permission: 'settings:read',
      scope: 'organization',
      summary: 'For how long things are kept, how many there are, and what was dropped last.',
      tag: 'Operations',
      response: Retention,
      handle: () => readRetention(db, retention),
    }),
    route({
      method: 'POST',
      path: '/api/v1/retention/preview',
      permission: 'settings:read',
      scope: 'organization',
      summary: 'Says how many rows other settings would drop. Changes nothing.',
      tag: 'Operations',
      errors: ['retention_too_short'],
      body: RetentionChange,
      response: RetentionPreview,
      async handle({ body }) {
        const drops: Record<string, number> = {};
        for (const [subject, days] of requireAllowed(retention, body.days)) {
          drops[subject.name] = (await measure(db, subject, days)).drops;
        }
        return { drops };
      },
    }),
    route({
      method: 'PUT',
      path: '/api/v1/retention',
      permission: 'settings:write',
      scope: 'organization',
      summary: 'Changes for how long things are kept; the next nightly run drops what is older.',
      tag: 'Operations',
      errors: ['retention_too_short'],
      body: RetentionChange,
      response: Retention,
      async handle({ body, actor }) {
        const changes = requireAllowed(retention, body.days);
        await db.transaction(async (tx) => {
          for (const [subject, days] of changes) {
            await writeSetting(tx, { subject: subject.name, days, updatedBy: actor.name });
          }
          await audit(tx, actor, 'retention.change', { kind: 'retention' }, { days: body.days });
        });
        return readRetention(db, retention);
      },
    }),
  ];
}

/** Throws `retention_too_short` or `invalid_request`. */
function requireAllowed(
  retention: readonly RetainedRows[],
  days: Readonly<Record<string, number>>,
): [RetainedRows, number][] {
  return Object.entries(days).map(([name, wanted]) => {
    const subject = retention.find((candidate) => candidate.name === name);
    if (subject === undefined) {
      throw new PlumblineError('invalid_request', {
        message: `Nothing is kept under the name “${name.slice(0, 100)}”.`,
      });
    }
    if (wanted < subject.minimum) {
      throw new PlumblineError('retention_too_short', {
        message: `${subject.title} are kept for at least ${subject.minimum} days, not ${wanted}.`,
      });
    }
    if (wanted > subject.maximum) {
      throw new PlumblineError('invalid_request', {
        message: `${subject.title} are kept for at most ${subject.maximum} days, not ${wanted}.`,
      });
    }
    return [subject, wanted];
  });
}

async function readRetention(db: Database, retention: readonly RetainedRows[]): Promise<Retention> {
  const [settings, runs] = [await readSettings(db), await latestRuns(db)];
  const answer: Retention['subjects'] = [];
  for (const subject of retention) {
    const setting = settings.find((row) => row.subject === subject.name);
    const run = runs.find((row) => row.subject === subject.name);
    const days = setting?.days ?? subject.standard;
    const { rows, drops, oldest } = await measure(db, subject, days);
    const { name, title, description, standard, minimum, maximum } = subject;
    answer.push({
      name,
      title,
      description,
      days,
      standard,
      minimum,
      maximum,
      rows,
      drops,
      oldest: oldest?.toISOString() ?? null,
      changed: setting === undefined ? null : { at: setting.updatedAt.toISOString(), by: setting.updatedBy },
      last:
        run === undefined
          ? null
          : {
              at: run.startedAt.toISOString(),
              finishedAt: run.finishedAt?.toISOString() ?? null,
              dropped: run.dropped,
              errorCode: run.errorCode,
            },
    });
  }
  return { subjects: answer };
}
