import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { big, failedGate, revision, someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import { type Simulator, type SimulatorState, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import type { RunList } from '../../src/features/ingestion/contract.ts';
import { connectEmbedded, killPostgres } from '../support/embedded-postgres.ts';
import { type Product, startProduct } from '../support/product.ts';
import { type DataContents, dataContents } from './data-contents.ts';
import { randomOf } from '../support/random.ts';

/** When hub and database are killed: at the n-th request of a kind, or at a named moment of the n-th task. */
interface Phase {
  /** Counted requests; without it the moments of `point`, for what no request tells apart. */
  requests?: RegExp;
  /** A named moment of `read-task.ts`. */
  point?: string;
  /** Crashes are drawn up to this count. */
  most: number;
}

export const phasesOfFirstSync: Record<string, Phase> = {
  projects: { requests: /^api\/(projects\/search|metrics\/search|qualitygates\/|components\/search)/, most: 3 },
  issues: { requests: /^api\/issues\/(list|search|pull)/, most: 12 },
  measures: { requests: /^api\/measures\/|^api\/project_analyses/, most: 8 },
  read: { point: 'task_read', most: 8 },
  publish: { point: 'before_publish', most: 8 },
  finishing: { point: 'after_publish', most: 8 },
};

export const phasesOfLaterSync: Record<string, Phase> = {
  discovery: { requests: /^api\/(projects|metrics|issues)\/search/, most: 2 },
  reading: { requests: /^api\/(issues|measures|project_branches|project_analyses|qualitygates)\//, most: 8 },
  publish: { point: 'before_publish', most: 3 },
  finishing: { point: 'after_publish', most: 3 },
};

export interface Crash {
  /** Name of the phase. */
  phase: string;
  /** Which request of the phase, or which task, counted from 1. */
  count: number;
  /** Then this many milliseconds later. */
  delayMs: number;
}

/** Draws crashes from a seed, the same number in each phase. */
export function drawCrashes(phases: Record<string, Phase>, seed: number, perPhase: number): Crash[] {
  const random = randomOf(seed);
  return Object.entries(phases).flatMap(([phase, { most }]) =>
    Array.from({ length: perPhase }, () => ({
      phase,
      count: 1 + Math.floor(random() * most),
      delayMs: Math.floor(random() * 40),
    })),
  );
}

const began = Date.now();

/** The outside system of a crash run: the same content each time, frozen in time until it changes. */
export async function startCrashSource(): Promise<CrashSource> {
  let onRequest: ((path: string) => void) | undefined;
  let now = began;
  const simulator = await startSimulator({
    profile: '26.9',
    now: () => new Date(now),
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
    change() {
      now += 300_000;
      changeSource(simulator.state);
    },
    close: () => simulator.close(),
  };
}

/** Some minutes later: one project was analysed, and people judged issues of it and of another. */
function changeSource(state: SimulatorState): void {
  const issues = { count: 700, seed: 3, rules: someRules(5), files: 20, directories: 3, root: 'added' };
  state.addAnalysis('big-00001', { version: '9', close: 60, issues, revision: revision(9, 9), gate: failedGate(700) });
  for (const project of ['big-00001', 'big-00003']) {
    const [first = '', second = '', third = ''] = state.issueKeys(project).slice(-3);
    state.accept(first);
    state.falsePositive(second);
    state.setSeverity(third, 'BLOCKER');
  }
}

export interface CrashSource {
  simulator: Simulator;
  watch(listener: ((path: string) => void) | undefined): void;
  /** What the next sync finds. */
  change(): void;
  close(): Promise<void>;
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
    return { killed: false, ...(await finish(product, 'backfill')) };
  } finally {
    await product.close();
  }
}

/** A first sync during which hub and PostgreSQL are killed, then started again and left to go on by themselves. */
export async function crashAndRecover(source: CrashSource, crash: Crash): Promise<CrashOutcome> {
  const phase = phasesOfFirstSync[crash.phase] as Phase;
  const product = await startProduct({ env: crashAt(phase, crash) });
  try {
    return await killDuring(product, source, { crash, phase, kind: 'backfill', start: () => apply(product, source) });
  } finally {
    source.watch(undefined);
    await product.close();
  }
}

/** A sync of what changed since the first one; with a crash hub and PostgreSQL are killed during it. */
export async function syncChanges(crash?: Crash): Promise<CrashOutcome> {
  const source = await startCrashSource();
  const product = await startProduct();
  const sync = async (): Promise<void> => {
    const started = await product.plumbline(['sync', 'source']);
    if (started.status !== 0 && !started.err.includes('hub_unreachable')) throw new Error(`sync: ${started.err}`);
  };
  try {
    await apply(product, source);
    await runEnds(product, 'backfill');
    source.change();
    if (crash === undefined) {
      await sync();
      return { killed: false, ...(await finish(product, 'incremental_sync')) };
    }
    const phase = phasesOfLaterSync[crash.phase] as Phase;
    await product.stop();
    await product.start(crashAt(phase, crash));
    return await killDuring(product, source, { crash, phase, kind: 'incremental_sync', start: sync });
  } finally {
    await product.close();
    await source.close();
  }
}

const crashAt = ({ point }: Phase, { count }: Crash): Record<string, string> =>
  point === undefined ? {} : { PLUMBLINE_TEST_CRASH_AT: `${point}:${count}` };

interface KilledRun {
  crash: Crash;
  phase: Phase;
  kind: RunKind;
  start(): Promise<void>;
}

type RunKind = 'backfill' | 'incremental_sync';

async function killDuring(product: Product, source: CrashSource, run: KilledRun): Promise<CrashOutcome> {
  const { crash, phase } = run;
  const moment = phase.requests === undefined ? product.ended() : requestMoment(source, phase.requests, crash.count);
  await run.start();
  const killed = await Promise.race([moment.then(() => true), runEnds(product, run.kind).then(() => false)]);
  if (killed) {
    await delay(phase.requests === undefined ? 0 : crash.delayMs);
    await Promise.all([product.kill(), killPostgres(product)]);
    source.watch(undefined);
    await product.start({ PLUMBLINE_TEST_CRASH_AT: '' });
  }
  return { killed, ...(await finish(product, run.kind)) };
}

function requestMoment(source: CrashSource, pattern: RegExp, count: number): Promise<void> {
  let left = count;
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

/** Waits for the first run of a kind, through a hub that is away. Over the API: a command each time is a process each time. */
async function runEnds(product: Product, kind: RunKind): Promise<void> {
  for (;;) {
    await delay(250);
    const answer = await product.api(`api/v1/runs?kind=${kind}`).catch(() => undefined);
    if (answer?.status !== 200) continue;
    const { runs } = JSON.parse(answer.text) as RunList;
    if (runs.some((run) => run.id !== null && run.finishedAt !== null)) return;
  }
}

async function finish(product: Product, kind: RunKind): Promise<{ audit: number; contents: DataContents }> {
  await runEnds(product, kind);
  const audit = await product.plumbline(['audit', 'source', '--json']);
  const db = await connectEmbedded(product);
  try {
    return { audit: audit.status, contents: await dataContents(db) };
  } finally {
    await db.close();
  }
}
