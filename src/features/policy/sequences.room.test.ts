import { expect, it } from 'vitest';
import { policyDriver } from '../../../test/support/policy-events.ts';
import { randomOf } from '../../../test/support/random.ts';
import { policyStage, type PolicyStage } from '../../../test/support/policy-stage.ts';
import { trustClasses } from '../../domain/claim.ts';
import { readImages } from '../images/index.ts';
import { findStale, judgeImages } from './evaluate.ts';
import type { JudgedFacts } from './platforms.ts';

const seed = Number(process.env['PLUMBLINE_POLICY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const sequences = Number(process.env['PLUMBLINE_POLICY_SEQUENCES'] ?? 40);
const stage = policyStage();

/** Everything that makes verdicts, in any order, with reactions that run late, twice and in another order. */
it(`after ${sequences} sequences of events, seed ${seed}, each stored verdict is the one that is judged afresh`, {
  timeout: 60_000 + sequences * 5_000,
}, async () => {
  const driver = policyDriver(stage(), randomOf(seed));
  const tally = { events: 0, verdicts: 0, reasons: new Map<string, number>(), additions: 0, taken: 0 };
  for (let sequence = 0; sequence < sequences; sequence += 1) {
    const told: string[] = [];
    const length = 2 + Math.floor(driver.random() * 5);
    for (let step = 0; step < length; step += 1) {
      told.push(await driver.event());
      if (driver.random() < 0.5) await driver.react(false);
    }
    await driver.react(true);
    const ids = await driver.images();
    const stale = await findStale(stage().db, ids);
    expect(stale, `seed ${seed}, sequence ${sequence}: ${told.join(', ')}`).toEqual([]);
    tally.events += told.length;
    tally.verdicts += ids.length;
    await addLess(stage(), driver, ids, tally);
  }
  console.log(
    `seed ${seed}: ${sequences} sequences, ${tally.events} events, ${tally.verdicts} verdicts compared, ` +
      `${tally.additions} additions of less trust (${tally.taken} beside a verdict that is not passed), reasons ` +
      [...tally.reasons]
        .toSorted((a, b) => b[1] - a[1])
        .map(([reason, n]) => `${reason} ${n}`)
        .join(', '),
  );
  if (sequences >= 40) expect(tally.reasons.size).toBeGreaterThan(5);
});

/** Adds claims of less trust than the one that decides to an image as it is stored, and judges it: no gate opens. */
async function addLess(
  { db }: PolicyStage,
  driver: ReturnType<typeof policyDriver>,
  ids: readonly number[],
  tally: { reasons: Map<string, number>; additions: number; taken: number },
): Promise<void> {
  const images = await readImages(db, ids);
  const before = await judgeImages(db, images);
  const added = images.flatMap((image): JudgedFacts[] => {
    const verdict = before.get(image.id);
    tally.reasons.set(verdict?.reason ?? '', (tally.reasons.get(verdict?.reason ?? '') ?? 0) + 1);
    const deciding = verdict?.platforms.map(({ claim }) => claim?.trust ?? null) ?? [];
    const ranks = deciding.map((trust) => trustClasses.findIndex((one) => one === trust));
    if (ranks.length === 0 || ranks.includes(-1)) return [];
    const lower = trustClasses.slice(Math.max(...ranks) + 1);
    if (lower.length === 0) return [];
    const claims = Array.from({ length: 3 }, (_, n) => {
      const { platform, builtAt: _builtAt, ...claim } = driver.claim(driver.pick(lower));
      // What is attached is signed by nobody, and is a document of its own.
      const signature = claim.signature === 'verified' ? ('invalid' as const) : claim.signature;
      const statementDigest = claim.statementDigest === null ? null : `sha256:${'f'.repeat(64)}`;
      const own = { ordinal: 1_000 + n, builtAt: null, repositoryKey: null, wholeImage: platform === null };
      return { ...claim, ...own, signature, statementDigest, platformDigest: platform };
    });
    tally.additions += claims.length;
    if (verdict?.status !== 'passed') tally.taken += claims.length;
    return [{ ...image, claims: [...image.claims, ...claims] }];
  });
  const after = await judgeImages(db, added);
  for (const { id, claims } of added) {
    const opened = before.get(id)?.status !== 'passed' && after.get(id)?.status === 'passed';
    expect(opened ? claims : [], `seed ${seed}: a gate of image ${id} was opened`).toEqual([]);
  }
}
