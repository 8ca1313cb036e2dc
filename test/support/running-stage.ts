import { randomUUID } from 'node:crypto';
import { settlePlaces } from '../../src/features/deployments/deployed/places.ts';
import { evaluateImages } from '../../src/features/policy/evaluate.ts';
import type { RunningList } from '../../src/features/running/contract.ts';
import { everything, refreshFixesOf, refreshRows } from '../../src/features/running/deriving/refresh.ts';
import { noteFreshness } from '../../src/features/running/reading/freshness.ts';
import { runningRoutes } from '../../src/features/running/routes.ts';
import { rebuildLinks } from '../../src/features/trace/links/rebuild.ts';
import { testHub, type TestHub } from './hub.ts';
import * as world from './trace-world.ts';

export interface RunningStage {
  hub: TestHub;
  w: world.World;
  /** Has every room do what it does about what is stored now, in the order in which a hub would end. */
  settle(): Promise<void>;
  ask(query?: Record<string, string>): Promise<RunningList>;
  /** Reads every integration well, so many seconds before now. */
  readAll(secondsAgo?: number): Promise<void>;
  /** A vulnerability on the main branch, whose issues are proven to be read. */
  finding(vulnerability: Vulnerability): Promise<number>;
}

export interface Vulnerability {
  level?: 'BLOCKER' | 'HIGH' | 'MEDIUM' | 'LOW';
  /** Minutes after noon. */
  from: number;
  fixed?: number;
  state?: 'open' | 'accepted';
}

export async function runningStage(): Promise<RunningStage> {
  const hub = await testHub({ routes: (db) => runningRoutes({ db }) });
  const { db } = hub;
  const w = await world.traceWorld(db);
  await db.execute(
    `insert into ingestion.schedules (integration_id, next_run_at, interval_seconds) select id, now(), 900 from integrations.integrations`,
  );
  const readAll: RunningStage['readAll'] = async (secondsAgo = 0) => {
    await db.execute(
      `insert into ingestion.runs (integration_id, kind, status, requested_by, started_at, finished_at)
       select id, 'full_sync', 'success', 'test', now() - make_interval(secs => $1), now() - make_interval(secs => $1) from integrations.integrations`,
      [secondsAgo],
    );
  };
  await readAll();
  const announce = async (): Promise<void> => undefined;
  return {
    hub,
    w,
    readAll,
    async settle() {
      const places = await db.query<{ id: number }>('select id from deployments.places');
      await db.transaction((tx) =>
        settlePlaces(
          tx,
          places.map(({ id }) => id),
        ),
      );
      // Images as a reading without a fault leaves them behind.
      await db.execute(
        `update images.images set problem_code = null, problem_message = null, signature_required = false, absent_platforms = '{}';
         update images.claims set revision = commit, platform_digest = null, problem = null, ref = null, subdir = null, source = null, repository_key = null`,
      );
      const images = await db.query<{ id: number }>('select id from images.images');
      await evaluateImages(
        { db, announce },
        images.map(({ id }) => id),
      );
      await rebuildLinks(db);
      await noteFreshness(db);
      await refreshRows(db, everything);
      await refreshFixesOf(db, everything);
    },
    async ask(query = {}) {
      const { status, body } = await hub.call('GET', `/api/v1/running?${new URLSearchParams(query)}`, { as: 'viewer' });
      if (status !== 200) throw new Error(JSON.stringify(body));
      return body as RunningList;
    },
    async finding({ level = 'BLOCKER', from, fixed, state = 'open' }) {
      const branch = await db.one<{ id: number; key: string }>(
        "select id, source_key as key from code_quality.branches where project_id = $1 and kind = 'branch'",
        [w.project],
      );
      await db.execute(
        `insert into ingestion.bookmarks (integration_id, slice, stream, scope, value, hash_version) values ($1, 'project:ledger', 'issues', $2, $3, 1)
         on conflict do nothing`,
        [w.sonar, branch.key, JSON.stringify({ analyzedAt: world.at(600).toISOString() })],
      );
      return w.add('code_quality.findings', {
        integration_id: w.sonar,
        project_id: w.project,
        branch_id: branch.id,
        source_key: randomUUID(),
        kind: 'issue',
        class: 'vulnerability',
        axis: 'impact',
        raw_level: level,
        opened_at: world.at(from),
        period_from: world.at(from),
        period_to: fixed === undefined ? null : world.at(fixed),
        closed_at: fixed === undefined ? null : world.at(fixed),
        counted_state: state,
        state: fixed === undefined ? state : 'fixed',
        deleted_at: null,
      });
    },
  };
}

export { world };
