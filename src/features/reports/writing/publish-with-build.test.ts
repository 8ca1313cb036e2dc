import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BuildState } from '../../../connectors/contract.ts';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import { publishWithBuild } from './publish-with-build.ts';

const refused = (): never => {
  throw new PlumblineError('rate_limited');
};

/** Calls in their order; those of the build whose number is in `lost` fail. */
function server(lost: readonly number[] = []) {
  const calls: string[] = [];
  let builds = 0;
  return {
    calls,
    async set(state: BuildState) {
      builds += 1;
      if (lost.includes(builds)) refused();
      calls.push(state);
    },
    publish: (passes: boolean) => async () => {
      calls.push(passes ? 'PASS' : 'FAIL');
      return { passes };
    },
  };
}

it('is successful behind a report that passes, and under way before', async () => {
  const { calls, set, publish } = server();
  const { problem } = await publishWithBuild(set, { passes: true, touched: false }, publish(true));
  expect([calls, problem]).toEqual([['INPROGRESS', 'PASS', 'SUCCESSFUL'], null]);
});

it('is failed before a report that fails, in one call', async () => {
  const { calls, set, publish } = server();
  await publishWithBuild(set, { passes: false, touched: false }, publish(false));
  expect(calls).toEqual(['FAILED', 'FAIL']);
});

it('is failed where the report came out worse than was wanted', async () => {
  const { calls, set, publish } = server();
  await publishWithBuild(set, { passes: true, touched: false }, publish(false));
  expect(calls).toEqual(['INPROGRESS', 'FAIL', 'FAILED']);
});

it('holds no report back, and says what became of it last', async () => {
  const once = server([1]);
  const first = await publishWithBuild(once.set, { passes: false, touched: false }, once.publish(false));
  expect([once.calls, first.problem]).toEqual([['FAIL', 'FAILED'], null]);
  const never = server([1, 2]);
  const second = await publishWithBuild(never.set, { passes: true, touched: false }, never.publish(true));
  expect([never.calls, second.problem?.error.code]).toEqual([['PASS'], 'rate_limited']);
});

it('that may be green is taken back with two tries, and told to the report where both fail', async () => {
  const twice = server([1]);
  await publishWithBuild(twice.set, { passes: false, touched: true }, twice.publish(false));
  expect(twice.calls).toEqual(['FAILED', 'FAIL']);
  const told: boolean[] = [];
  const publish = async (mayBeGreen: boolean) => {
    told.push(mayBeGreen);
    return { passes: false };
  };
  const late = await publishWithBuild(server([1, 2]).set, { passes: false, touched: true }, publish);
  expect([told, late.problem]).toEqual([[true, false], null]);
  const never = await publishWithBuild(server([1, 2, 3]).set, { passes: false, touched: true }, publish);
  expect([told.slice(2), never.problem?.mayBeGreen]).toEqual([[true], true]);
});

it('is never successful beside a report that does not say so, whatever is lost, and however often it is tried again', async () => {
  const attempts = fc.array(fc.record({ passes: fc.boolean(), breaks: fc.boolean(), lost: fc.subarray([1, 2, 3]) }), {
    minLength: 1,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(attempts, async (history) => {
      let build = 'none';
      let report = { result: 'none', warns: false };
      let touched = false;
      const look = (): void => {
        if (build === 'SUCCESSFUL') expect(report.result === 'PASS' || report.warns).toBe(true);
      };
      for (const { passes, breaks, lost } of history) {
        let calls = 0;
        const set = async (state: BuildState): Promise<void> => {
          calls += 1;
          if (lost.includes(calls)) refused();
          build = state;
          look();
        };
        const was = touched;
        touched = true;
        const done = await publishWithBuild(set, { passes, touched: was }, async (warns) => {
          report = { result: 'FAIL', warns };
          look();
          if (breaks) refused();
          report = { result: passes ? 'PASS' : 'FAIL', warns };
          return { passes };
        }).catch((error: unknown) => {
          if (!isPlumblineError(error)) throw error;
          return null;
        });
        look();
        if (done?.problem === null) {
          expect([build, report.result === 'PASS' || !report.warns]).toEqual([passes ? 'SUCCESSFUL' : 'FAILED', true]);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});
