import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { PlumblineError } from '../../src/platform/errors/index.ts';
import type { LabContext } from '../context.ts';
import { pause } from '../processes.ts';
import type { LabVersion } from '../sonarqube/releases.ts';
import { requireRight } from './answer.ts';
import { createEndings, type Endings } from './endings.ts';
import { type Hub, type Outcome, startHub } from './hub.ts';
import { realSonarqube } from './real-sonarqube.ts';
import { type Connectable, emptyHarness, emptyRegistry, simulatedSonarqube } from './systems.ts';
import { buildAndDeploy, services } from './world.ts';

const goalSeconds = 300;
/** What follows from what was read comes a moment after it; on a busy machine that is a while. */
const verdictLimitMs = 180_000;

type Say = (line: string) => void;

interface Wish {
  /** Of the real one; left out: the simulated one. */
  sonarqube?: LabVersion;
}

/**
 * From the first start of a hub in an empty home to its first answer of “what runs with a failed gate”, with the seconds
 * of each step. Nothing is told to the hub by a pipeline. Throws when the answer is not the right one; whatever comes,
 * everything that it started is ended.
 */
export async function firstAnswer(context: LabContext, { sonarqube }: Wish, say: Say): Promise<void> {
  const endings = createEndings();
  const signal = interruption();
  try {
    const startSonarqube = (): Promise<Connectable> =>
      sonarqube === undefined ? simulatedSonarqube(endings) : realSonarqube(context, sonarqube, endings);
    await Promise.race([story(context, { startSonarqube, say, endings }), signal.interrupted]);
  } finally {
    signal.forget();
    await endings.all();
  }
}

interface Told {
  /** Starts SonarQube with what it has analysed. */
  startSonarqube: () => Promise<Connectable>;
  say: Say;
  endings: Endings;
}

async function story(context: LabContext, { startSonarqube, say, endings }: Told): Promise<void> {
  const home = await emptyHome();
  await endings.add(() => rm(home, { recursive: true, force: true }));
  const step = stepsTold(say);
  say(`An empty home: ${home}`);
  const began = performance.now();
  const hubStarted = ({ url }: Hub): string => `the hub runs at ${url}`;
  const hub = await step(hubStarted, () => startHub(home, context.env, endings));
  const systemsBegan = performance.now();
  const systemStarted = ({ title, url }: Connectable): string => `${title}, at ${url}`;
  const sonarqube = await step(systemStarted, startSonarqube);
  const registry = await step(systemStarted, () => emptyRegistry({ ...context, stateDirectory: home }, endings));
  const harness = await step(systemStarted, () => emptyHarness(endings));
  await step('two services built, pushed and deployed', () => buildAndDeploy(registry.url, harness.simulator));
  const systemsTook = performance.now() - systemsBegan;
  const file = await writeFileToApply(home, { sonarqube, registry, harness });
  await step('plumbline apply -f plumbline.yaml: three integrations', () => succeed(hub, ['apply', '-f', file]));
  await step('plumbline sync --wait of each', () =>
    Promise.all(integrationNames.map((name) => succeed(hub, ['sync', name, '--wait']))),
  );
  await step('a verdict on everything that runs', () => untilJudged(hub));
  const answered = ({ status }: Outcome): string => `plumbline running --failed: exit code ${status}`;
  const answer = await step(answered, () => hub.plumbline(['running', '--failed']));
  const took = performance.now() - began;
  say(`\n${answer.out.trim()}\n`);
  requireRight(answer);
  say(
    `${seconds(took)} s from the first start of the hub to this answer, ${seconds(systemsTook)} s of them for the systems of the lab. ` +
      `The goal, under ${goalSeconds} s, is ${took < goalSeconds * 1000 ? 'met' : 'missed'}.`,
  );
}

async function emptyHome(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'plumbline-first-answer-')).catch((error: Error) => {
    throw new PlumblineError('lab_first_answer_failed', {
      message: `No empty home can be made in ${tmpdir()}.`,
      remedy: 'Name a directory in TMPDIR that you may write to, and start again.',
      upstream: error.message,
    });
  });
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1);

type Step = <T>(words: string | ((result: T) => string), work: () => Promise<T>) => Promise<T>;

/** Says of each step, when it has ended, how long it took and what came of it. */
function stepsTold(say: Say): Step {
  return async (words, work) => {
    const began = performance.now();
    const result = await work();
    const said = typeof words === 'string' ? words : words(result);
    say(`${seconds(performance.now() - began).padStart(6)} s  ${said}`);
    return result;
  };
}

const integrationNames = ['sonarqube', 'registry', 'harness'] as const;

/** The only thing that an administrator writes, with its secrets beside it. */
async function writeFileToApply(
  home: string,
  { sonarqube, registry, harness }: Record<(typeof integrationNames)[number], Connectable>,
): Promise<string> {
  for (const [name, { token }] of Object.entries({ sonarqube, harness }))
    await writeFile(join(home, `${name}.token`), token, { mode: 0o600 });
  const integrations = [
    {
      name: 'sonarqube',
      kind: 'sonarqube',
      settings: { url: sonarqube.url, projectKeys: services.map(({ projectKey }) => projectKey) },
      secrets: { apiToken: '${file:sonarqube.token}' },
    },
    {
      name: 'registry',
      kind: 'oci-registry',
      settings: { url: registry.url, repositories: services.map(({ repository }) => repository) },
    },
    {
      name: 'harness',
      kind: 'harness',
      settings: { accountType: 'on_prem', url: harness.url, accountId: 'acc' },
      secrets: { apiKey: '${file:harness.token}' },
    },
  ];
  const file = join(home, 'plumbline.yaml');
  await writeFile(file, stringify({ integrations }));
  return file;
}

async function succeed(hub: Hub, args: readonly string[]): Promise<void> {
  const { status, out, err } = await hub.plumbline(args);
  if (status === 0) return;
  throw new PlumblineError('lab_first_answer_failed', {
    message: `“plumbline ${args.join(' ')}” ended with exit code ${status}.`,
    upstream: `${err}${out}`.trim().slice(0, 2000),
  });
}

/** Ends when each service has its verdict; in time or not, the answer is asked for then and looked at. */
async function untilJudged(hub: Hub): Promise<void> {
  const until = Date.now() + verdictLimitMs;
  while (Date.now() < until) {
    const { counts } = await hub.get<{ counts: { failed: number; passed: number } }>('api/v1/running');
    if (counts.failed + counts.passed === services.length) return;
    await pause(100);
  }
}

/** Rejects with the first signal that asks to end. */
function interruption(): { interrupted: Promise<never>; forget: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = (): void =>
    reject(new PlumblineError('lab_first_answer_failed', { message: 'It was interrupted before the answer.' }));
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.once(name, end);
  return { interrupted: promise, forget: () => signals.forEach((name) => process.off(name, end)) };
}
