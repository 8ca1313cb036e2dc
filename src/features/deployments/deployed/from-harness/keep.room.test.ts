import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../../../test/support/database.ts';
import { toldBySteps } from './facts.ts';
import { keepDeployments } from './keep.ts';

/*
 * Deployments and what runs where, from facts that become known in any order. What they must come to is counted here in
 * another way: from all final facts at once, without the database.
 */

const services = ['web', 'cart'] as const;
const environments = ['prod', 'staging'] as const;
const classes = ['success', 'failure', 'cancelled', 'neutral', 'running', 'waiting', 'unknown'] as const;
type Kind = (typeof classes)[number];

interface Stage {
  service: string;
  environment: string;
  kind: Kind;
  /** A minute of the day; an execution’s stages follow one another. */
  ended: number;
  takesBack: boolean;
}

interface Version {
  stages: Stage[];
  /** Of its first stage. */
  stepsRolledBack: boolean;
}

/** What is told of an execution at one time and another; the last one counts. */
interface Execution {
  versions: Version[];
  /** It goes on where the one before failed. */
  retries: boolean;
}

const stage = fc.record({
  service: fc.constantFrom(...services),
  environment: fc.constantFrom(...environments),
  kind: fc.constantFrom<Kind>('success', 'success', ...classes),
  ended: fc.integer({ min: 1, max: 1_000 }),
  takesBack: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});
const version = fc.record({
  stages: fc.array(stage, { minLength: 0, maxLength: 4 }),
  stepsRolledBack: fc.boolean(),
});
const history = fc.array(
  fc.record({ versions: fc.array(version, { minLength: 1, maxLength: 3 }), retries: fc.boolean() }),
  { minLength: 1, maxLength: 8 },
);

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

const day = Date.parse('2026-03-02T00:00:00Z');
const time = (minute: number): string => new Date(day + minute * 60_000).toISOString();
const begins = ({ kind }: Stage): boolean => kind !== 'waiting' && kind !== 'neutral';

/** As a publish stores it: everything that is told of one execution takes the place of what was. */
async function tell(n: number, { stages, stepsRolledBack }: Version, retries: boolean): Promise<void> {
  await database.db.transaction(async (tx) => {
    const { id } = await tx.one<{ id: number }>(
      `insert into deployments.executions (integration_id, source_key, row_hash, organization, project, pipeline, status, status_class, settled, modules, tags,
              is_rerun, is_retry, previous_execution, is_partial, failure_types, rolled_back, is_build, cut_off, started_at)
       values (1, $1, gen_random_uuid(), 'pay', 'ledger', 'deploy', 'x', 'running', false, '{}', '[]', $2, $2, $3, false, '{}', false, false, false, $4)
       on conflict (integration_id, source_key) do update set row_hash = excluded.row_hash returning id`,
      [`e${n}`, retries, retries ? `e${n - 1}` : null, time(0)],
    );
    await tx.execute('delete from deployments.execution_deployments where execution_id = $1', [id]);
    for (const [ordinal, one] of stages.entries())
      await tx.execute(
        `insert into deployments.execution_deployments (execution_id, node, ordinal, service, environment, environment_type, git_ops, status, status_class,
                started_at, ended_at, frozen, is_rollback) values ($1, $2, $3, $4, $5, 'Production', false, $6, $6, $7, $8, false, $9)`,
        [
          id,
          `n${ordinal}`,
          ordinal,
          one.service,
          one.environment,
          one.kind,
          begins(one) ? time(one.ended - 1) : null,
          begins(one) && one.kind !== 'running' ? time(one.ended) : null,
          one.takesBack,
        ],
      );
    await tx.execute(`delete from deployments.stage_outcomes where execution = $1`, [`e${n}`]);
    await tx.execute(
      `insert into deployments.stage_outcomes (integration_id, source_key, row_hash, execution, node, rolled_back, images)
       values (1, $1, gen_random_uuid(), $2, 'n0', $3, '[]')`,
      [`e${n} n0`, `e${n}`, stepsRolledBack],
    );
    await keepDeployments(tx, [id]);
  });
}

interface Told {
  rows: unknown[];
  places: unknown[];
}

async function contents(): Promise<Told> {
  const rows = await database.db.query(
    `select d.source_key, p.service, p.environment, d.status, d.rolled_back, d.rolled_back_at, d.takes_back, d.superseded, d.at
       from deployments.deployments d join deployments.places p on p.id = d.place_id order by 1`,
  );
  const places = await database.db.query(
    `select p.service, p.environment, running.source_key as running, previous.source_key as previous, newest.source_key as newest, p.doubt
       from deployments.places p
       left join deployments.deployments running on running.id = p.running_id
       left join deployments.deployments previous on previous.id = p.previous_id
       left join deployments.deployments newest on newest.id = p.newest_id
      where exists (select from deployments.deployments d where d.place_id = p.id) order by 1, 2`,
  );
  return { rows, places };
}

const empty = (): Promise<number> =>
  database.db.execute(
    'truncate deployments.deployments, deployments.places, deployments.executions, deployments.stage_outcomes restart identity cascade',
  );

/** What runs in each place: the newest success that nothing took back. */
function expectedRunning(executions: readonly Execution[]): Record<string, string> {
  const found = new Map<string, { at: number; started: number; key: string }>();
  for (const [n, { versions }] of executions.entries()) {
    const { stages, stepsRolledBack } = versions.at(-1)!;
    for (const [index, one] of stages.entries()) {
      const same = (other: Stage): boolean =>
        other.service === one.service && other.environment === one.environment && other.takesBack && begins(other);
      const takenBack = stages.some(same) || (index === 0 && stepsRolledBack);
      if (one.kind !== 'success' || one.takesBack || takenBack) continue;
      const place = `${one.service} ${one.environment}`;
      const known = found.get(place);
      const key = `e${n}/n${index}`;
      const newer = known === undefined || one.ended > known.at || (one.ended === known.at && key > known.key);
      if (newer) found.set(place, { at: one.ended, started: one.ended - 1, key });
    }
  }
  return Object.fromEntries([...found].map(([place, { key }]) => [place, key]));
}

describe('deployments of Harness', () => {
  it('come to the same in every order of readings, and to what a plain count says', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat()), async (executions, random) => {
        const next = (): number => random.next().value as number;
        await empty();
        for (const [n, { versions, retries }] of executions.entries())
          await tell(n, versions.at(-1)!, retries && n > 0);
        const wanted = await contents();
        const running = (wanted.places as { service: string; environment: string; running: string | null }[]).flatMap(
          ({ service, environment, running: key }) =>
            key === null ? [] : [[`${service} ${environment}`, key] as const],
        );
        expect(Object.fromEntries(running)).toEqual(expectedRunning(executions));
        // The same in another order, with what was true in between, and the last of each once more.
        await empty();
        const left = executions.map(({ versions }) => [...versions, versions.at(-1)!]);
        while (left.some((versions) => versions.length > 0)) {
          const open = left.flatMap((versions, n) => (versions.length > 0 ? [n] : []));
          const n = open[next() % open.length]!;
          await tell(n, left[n]!.shift()!, executions[n]!.retries && n > 0);
        }
        expect(await contents()).toEqual(wanted);
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('are looked at again when only steps of theirs told something', async () => {
    await empty();
    const one: Stage = { service: 'web', environment: 'prod', kind: 'success', ended: 5, takesBack: false };
    await tell(0, { stages: [one], stepsRolledBack: false }, false);
    await tell(1, { stages: [one], stepsRolledBack: false }, false);
    const told = await database.db.transaction(async (tx) => {
      await tx.execute("update deployments.stage_outcomes set run_id = 7, synced_at = now() where execution = 'e1'");
      return toldBySteps(tx, { integrationId: 1, runId: 7 });
    });
    expect(told).toEqual([2]);
  });

  it('are not written again when nothing of them changed', async () => {
    await empty();
    const one: Stage = { service: 'web', environment: 'prod', kind: 'success', ended: 5, takesBack: false };
    await tell(0, { stages: [one], stepsRolledBack: false }, false);
    const versions = (): Promise<unknown[]> =>
      database.db.query(
        'select d.xmin as a, p.xmin as b from deployments.deployments d join deployments.places p on p.id = d.place_id',
      );
    const before = await versions();
    await database.db.transaction((tx) => keepDeployments(tx, [1]));
    expect(await versions()).toEqual(before);
    expect(before).toHaveLength(1);
  });

  it('of one place that two publishes tell of at the same time are both seen', async () => {
    for (let round = 0; round < 10; round += 1) {
      await empty();
      await Promise.all(
        [0, 1, 2, 3].map((n) =>
          tell(
            n,
            {
              stages: [{ service: 'web', environment: 'prod', kind: 'success', ended: 5 + n, takesBack: false }],
              stepsRolledBack: false,
            },
            false,
          ),
        ),
      );
      expect((await contents()).places).toMatchObject([{ running: 'e3/n0', previous: 'e2/n0', newest: 'e3/n0' }]);
    }
  });
});
