import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { installed, type Ran, run } from '../outside/install.ts';
import { type HarnessSimulator, startHarnessSimulator } from './index.ts';
import { endpoints } from './endpoints/index.ts';
import { harnessClients } from './outside/programs.ts';

/**
 * Programs made for real servers read everything that the simulator has: what it gets wrong, they trip over. Statuses
 * that are in no list are left out, because two of the clients refuse them by design.
 */
let harness: HarnessSimulator;
let folder: string;
let token: string;

beforeEach(async () => {
  harness = await startHarnessSimulator();
  harness.state.fill({ projects: 3, executions: 1200, unheardStatuses: false });
  token = harness.state.addToken();
  folder = await mkdtemp(join(tmpdir(), 'plumbline-outside-'));
});
afterEach(async () => {
  await harness.close();
  await rm(folder, { recursive: true });
});

async function home({ skip }: TestContext): Promise<string> {
  const found = await installed(harnessClients);
  if ('directory' in found) return found.directory;
  process.stderr.write(`Skipped: ${found.reason}\n`);
  return skip(found.reason);
}

function said({ code, output }: Ran) {
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  return JSON.parse(output);
}

const shown = (project?: string): string[] =>
  [...harness.state.truth()]
    .filter((row) => row.hidden === null && (project === undefined || row.project === project))
    .map(({ planExecutionId }) => planExecutionId)
    .toSorted();

const python = async (script: string, context: TestContext): Promise<Ran> => {
  const directory = await home(context);
  const command = [join(directory, 'venv/bin/python'), join(directory, script), harness.url] as const;
  return run(command, { directory: folder, env: { KEY: token } });
};

describe('programs from outside', { timeout: 900_000 }, () => {
  it('harness-open-api reads every list, execution, stage graph and outline by its types', async (context) => {
    const told = said(await python('typed.py', context));
    expect(told).toMatchObject({
      account: 'acc',
      organizations: ['default', 'org1', 'org2', 'org3'],
      projects: ['p01', 'p02', 'p03'],
    });
    expect(told.rows.toSorted()).toEqual(shown());
    expect(told.graphs).toBeGreaterThan(30);
    for (const id of told.outlines) expect(told.rows).toContain(id);
    expect(told.outlines).toHaveLength(300);
    harness.journal.expectNoUnexpected();
  });

  it('harness-platform-sdk reads the places, though it names every page by another list’s parameters', async (context) => {
    expect(said(await python('sdk.py', context))).toEqual({
      organizations: ['default', 'org1', 'org2', 'org3'],
      projects: ['p01'],
      services: ['svc0', 'svc1', 'svc2', 'svc3', 'svc4'],
      environments: ['dev', 'staging', 'production'],
      pipelines: ['build', 'deploy', 'release', 'matrix', 'parent', 'child'],
    });
  });

  it('hctl reads every page of the executions', async (context) => {
    const hctl = join(await home(context), 'venv/bin/hctl');
    const command = [hctl, 'pipeline-execution-details', 'get-list-of-executions', '--all'] as const;
    const env = {
      HARNESS_HOST: harness.url,
      HARNESS_API_KEY: token,
      HARNESS_ACCOUNT: 'acc',
      HARNESS_ORG: 'org1',
      HARNESS_PROJECT: 'p01',
    };
    const rows = said(
      await run([...command, '--body', '{"filterType":"PipelineExecution"}'], { directory: folder, env }),
    );
    expect(rows.map(({ planExecutionId }: { planExecutionId: string }) => planExecutionId).toSorted()).toEqual(
      shown('p01'),
    );
  });

  it('hctl knows every operation of the simulator from the vendor’s description', async (context) => {
    const directory = await home(context);
    const [file] = await Array.fromAsync(
      glob('venv/lib/*/site-packages/harness_cli/data/operations.json', { cwd: directory }),
    );
    const known = new Set(operationsIn(JSON.parse(await readFile(join(directory, file ?? ''), 'utf8'))));
    expect(known.size).toBeGreaterThan(2000);
    const ours = endpoints.map(({ method, path }) => operation(method, `/${path}`));
    expect(ours.filter((one) => !known.has(one))).toEqual([]);
  });
});

const operation = (method: string, path: string): string =>
  `${method.toUpperCase()} ${path.replaceAll(/\{[^}]+\}/g, '{}')}`;

/** Wherever they stand in it. */
function operationsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(operationsIn);
  if (typeof value !== 'object' || value === null) return [];
  const { method, path } = value as { method?: unknown; path?: unknown };
  const own = typeof method === 'string' && typeof path === 'string' ? [operation(method, path)] : [];
  return [...own, ...Object.values(value).flatMap(operationsIn)];
}
