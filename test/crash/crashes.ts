import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { big } from '../../lab/simulators/sonarqube/scenarios.ts';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { connectEmbedded, killPostgres } from '../support/embedded-postgres.ts';
import { type Product, startProduct } from '../support/product.ts';
import { type DataContents, dataContents } from './data-contents.ts';

/** When hub and database are killed: at the n-th request of a kind, or at a named moment of the n-th task. */
export const phases = ['projects', 'issues', 'measures', 'publish', 'finishing'] as const;
export type Phase = (typeof phases)[number];

const requestsOf: Partial<Record<Phase, RegExp>> = {
  projects: /^api\/(projects\/search|metrics\/search|qualitygates\/|components\/search)/,
  issues: /^api\/issues\/(list|search|pull)/,
  measures: /^api\/measures\/|^api\/project_analyses/,
};

/** Named moments of `execute-task.ts`, for what no request tells apart. */
const pointsOf: Partial<Record<Phase, string>> = { publish: 'before_publish', finishing: 'after_publish' };

export interface Crash {
  phase: Phase;
  /** Which request of the phase, or which task, counted from 1. */
  count: number;
  /** Then this many milliseconds later. */
  delayMs: number;
}

/** Draws crashes from a seed, the same number in each phase. */
export function drawCrashes(seed: number, perPhase: number): Crash[] {
  let state = seed >>> 0;
  const random = (): number => {
    // Mulberry32: any seed gives the same crashes on any machine.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const most: Record<Phase, number> = { projects: 3, issues: 12, measures: 8, publish: 8, finishing: 8 };
  return phases.flatMap((phase) =>
    Array.from({ length: perPhase }, () => ({
      phase,
      count: 1 + Math.floor(random() * most[phase]),
      delayMs: Math.floor(random() * 40),
    })),
  );
}

/** The outside system of all crash runs: the same content each time, frozen in time. */
export async function startCrashSource(): Promise<CrashSource> {
  let onRequest: ((path: string) => void) | undefined;
  const simulator = await startSimulator({
    profile: '26.9',
    scenario: big({ projects: 5, issuesPerProject: 1_300, seed: 11 }),
    before(_call, path) {
      onRequest?.(path);
      return null;
    },
  });
  return {
    simulator,
    watch(listener) {
      onRequest = listener;
    },
  };
}

export interface CrashSource {
  simulator: Simulator;
  watch(listener: ((path: string) => void) | undefined): void;
}

export interface CrashOutcome {
  /** False when the run was over before the moment drawn. */
  killed: boolean;
  audit: number;
  contents: DataContents;
}

/** A first sync without any disturbance. */
export async function undisturbed(source: CrashSource): Promise<CrashOutcome> {
  const product = await startProduct();
  try {
    await apply(product, source);
    return { killed: false, ...(await finish(product)) };
  } finally {
    await product.close();
  }
}

/** A first sync during which hub and PostgreSQL are killed, then started again and left to go on by themselves. */
export async function crashAndRecover(source: CrashSource, crash: Crash): Promise<CrashOutcome> {
  const point = pointsOf[crash.phase];
  const product = await startProduct(
    point === undefined ? {} : { env: { PLUMBLINE_TEST_CRASH_AT: `${point}:${crash.count}` } },
  );
  try {
    const moment = point === undefined ? requestMoment(source, crash) : product.ended();
    await apply(product, source);
    const killed = await Promise.race([moment.then(() => true), firstRunEnds(product)]);
    if (killed) {
      await delay(point === undefined ? crash.delayMs : 0);
      await Promise.all([product.kill(), killPostgres(product)]);
      source.watch(undefined);
      await product.start({ PLUMBLINE_TEST_CRASH_AT: '' });
    }
    return { killed, ...(await finish(product)) };
  } finally {
    source.watch(undefined);
    await product.close();
  }
}

function requestMoment(source: CrashSource, crash: Crash): Promise<void> {
  const pattern = requestsOf[crash.phase] as RegExp;
  let left = crash.count;
  return new Promise((resolve) => {
    source.watch((path) => {
      if (pattern.test(path) && --left === 0) resolve();
    });
  });
}

async function apply(product: Product, source: CrashSource): Promise<void> {
  await writeFile(join(product.home, 'source.token'), source.simulator.tokens.admin, { mode: 0o600 });
  const integration = {
    name: 'source',
    kind: 'sonarqube',
    settings: { url: source.simulator.url },
    secrets: { apiToken: '${file:source.token}' },
    syncIntervalSeconds: 86_400,
  };
  const file = join(product.home, 'plumbline.yaml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ integrations: [integration] }));
  const applied = await product.plumbline(['apply', '-f', file]);
  // The hub may be killed as soon as the integration is saved, before the answer is out.
  if (applied.status !== 0 && !applied.err.includes('hub_unreachable'))
    throw new Error(`apply: ${applied.err}${applied.out}`);
}

/** False once the first run has ended, true never: it loses the race against a kill. */
async function firstRunEnds(product: Product): Promise<boolean> {
  for (;;) {
    await delay(250);
    const { out } = await product.plumbline(['runs', '--kind', 'backfill', '--json']);
    const runs = out.startsWith('{')
      ? (JSON.parse(out) as { runs: { finishedAt: string | null; id: number | null }[] }).runs
      : [];
    if (runs.some((run) => run.id !== null && run.finishedAt !== null)) return false;
  }
}

async function finish(product: Product): Promise<{ audit: number; contents: DataContents }> {
  await firstRunEnds(product);
  const audit = await product.plumbline(['audit', 'source', '--json']);
  const db = await connectEmbedded(product);
  try {
    return { audit: audit.status, contents: await dataContents(db) };
  } finally {
    await db.close();
  }
}
