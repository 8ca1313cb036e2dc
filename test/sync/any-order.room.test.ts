import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SimulatorState } from '../../lab/simulators/sonarqube/index.ts';
import { someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import { daysBefore, expectNothingMissed, startSyncedSource, type SyncedSource } from './simulated-source.ts';

const rules = someRules(6);

/** More runs than a test stage has time for. */
const asked = process.env['PROPERTY_RUNS'];

/** Scopes of the one project whose life is drawn; the large one is compared by digests. */
const scopes = [{}, { branch: 'release/1.x' }, { pullRequest: '7' }] as const;

function scenario(state: SimulatorState): void {
  const issues = (count: number, seed: number) => ({ count, seed, rules, files: 9, directories: 3, closed: 0.05 });
  state.addProject({ key: 'shop', analyses: [{ at: daysBefore(40), issues: issues(2_600, 1) }] });
  state.addProject({ key: 'calm', analyses: [{ at: daysBefore(40), issues: issues(30, 2) }] });
  state.addBranch('shop', { name: 'release/1.x', analyses: [{ at: daysBefore(3), issues: issues(25, 3) }] });
  state.addPullRequest('shop', {
    key: '7',
    branch: 'feature',
    analyses: [{ at: daysBefore(3), issues: issues(8, 4) }],
  });
}

const where = fc.constantFrom(...scopes);
const pick = fc.nat(2_000);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('sync' as const), full: fc.constant(false) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sync' as const), full: fc.constant(true) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('accept', 'falsePositive', 'tag', 'grave'), where, pick }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('analyse' as const),
      where,
      close: fc.nat(5),
      add: fc.nat(6),
      old: fc.boolean(),
      move: fc.nat(4),
      purge: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 90 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function carryOut(source: SyncedSource, one: Step, number: number): Promise<void> {
  const { state } = source.server;
  switch (one.do) {
    case 'sync': {
      const { run } = await source.sync({ full: one.full });
      expect({ status: run.status, error: run.error }).toEqual({ status: 'success', error: null });
      return;
    }
    case 'wait':
      return source.clock.advance(one.minutes);
    case 'analyse': {
      const { where: scope, close, add, old, move, purge } = one;
      source.clock.advance(1);
      const keys = state.issueKeys('shop', scope);
      for (const key of keys.slice(10, 10 + move)) state.moveLine(key, 500 + number);
      // Issues copied from another branch keep their dates.
      const dates = old ? { updatedAt: daysBefore(35), createdAt: daysBefore(35) } : {};
      const issues = add === 0 ? [] : [{ count: add, seed: number, rules, files: 2, root: `step${number}`, ...dates }];
      state.addAnalysis('shop', { at: source.clock.now(), version: String(number), close, issues }, scope);
      // Housekeeping ends an analysis.
      if (purge) state.purgeClosedBefore(daysBefore(30), 'shop', scope);
      return source.clock.advance(1);
    }
    case 'accept':
    case 'falsePositive':
    case 'tag':
    case 'grave': {
      const keys = state.issueKeys('shop', one.where);
      const key = keys[one.pick % keys.length] ?? '';
      if (one.do === 'accept') state.accept(key);
      else if (one.do === 'falsePositive') state.falsePositive(key);
      else if (one.do === 'tag') state.setTags(key, [`tag-${number}`]);
      else state.setSeverity(key, 'BLOCKER');
      return;
    }
    default:
      one satisfies never;
  }
}

it('any order of changes, syncs of changes and full syncs ends as a full sync would', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
      const source = await startSyncedSource({ profile: '26.9-developer', scenario });
      try {
        await carryOut(source, { do: 'sync', full: false }, 0);
        for (const [index, one] of steps.entries()) await carryOut(source, one, index + 2);
        // Time for the index to settle, and a poll of what no feed shows.
        source.clock.advance(5);
        await source.db.execute(
          "update ingestion.bookmarks set saved_at = saved_at - interval '1 day', polled_at = polled_at - interval '1 day'",
        );
        await carryOut(source, { do: 'sync', full: false }, 0);
        await expectNothingMissed(source);
      } finally {
        await source.close();
      }
    }),
    asked === undefined ? { numRuns: 6, interruptAfterTimeLimit: 45_000 } : { numRuns: Number(asked) },
  );
}, 3_600_000);
