import type { ProfileName, Simulator } from '../../lab/simulators/sonarqube/index.ts';
import { startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { failedGate, revision, someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { Run, RunList } from '../../src/features/ingestion/contract.ts';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataContents } from '../crash/data-contents.ts';
import type { Product } from '../support/product.ts';

/** Project that faults strike, and one beside it that they must not harm. */
export const struck = 'struck';
const calm = 'calm';

export interface SourceOptions {
  profile?: ProfileName;
  now?: () => Date;
}

const day = 86_400_000;

/** Two projects with a past of some months; three pages of issues the one, one page the other. */
export function startSource({ profile = '26.9', now = () => new Date() }: SourceOptions = {}): Promise<Simulator> {
  const rules = someRules(12);
  const past = (days: number): Date => new Date(now().getTime() - days * day);
  const issues = (count: number, seed: number) => ({
    count,
    seed,
    rules,
    files: 40,
    directories: 7,
    createdAt: { from: past(300), to: past(60) },
    closed: 0.05,
    accepted: 0.03,
    falsePositive: 0.02,
  });
  return startSimulator({
    profile,
    now,
    scenario(state) {
      for (const [key, count] of [
        [struck, 1_300],
        [calm, 300],
      ] as const)
        state.addProject({
          key,
          analyses: [
            { at: past(60), version: '1', issues: issues(count, count), revision: revision(count, 1) },
            { at: past(20), version: '2', revision: revision(count, 2) },
          ],
        });
    },
  });
}

/** What happened at the source between two syncs: both projects were analysed, and people judged two issues. */
export function changeSource({ state }: Simulator): void {
  for (const key of [struck, calm]) {
    const issues = { count: 40, seed: 7, rules: someRules(3), files: 4, directories: 2, root: 'added' };
    state.addAnalysis(key, { version: '3', close: 25, issues, revision: revision(3, 3), gate: failedGate(40) });
    const [first = '', second = ''] = state.issueKeys(key).slice(-2);
    state.accept(first);
    state.setSeverity(second, 'BLOCKER');
  }
}

/** One integration of a running hub. */
export interface Connection {
  id: number;
  name: string;
}

export async function call<T>(product: Product, method: string, path: string, body?: unknown): Promise<T> {
  const { status, text } = await product.api(path, { method, ...(body === undefined ? {} : { body }) });
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  return JSON.parse(text) as T;
}

/** Connects a source and waits for its first sync, which the hub starts by itself. */
export async function connectSource(
  product: Product,
  name: string,
  source: Simulator,
  token = source.tokens.admin,
): Promise<Connection> {
  const { integration } = await call<{ integration: Connection }>(product, 'POST', 'api/v1/integrations', {
    name,
    kind: 'sonarqube',
    settings: { url: source.url },
    secrets: { apiToken: token },
    syncIntervalSeconds: 86_400,
  });
  const run = await endedRun(product, integration, (candidate) => candidate.kind === 'backfill');
  if (run.status !== 'success') throw new Error(`the first sync of ${name} ended as ${JSON.stringify(run)}`);
  return integration;
}

export async function syncAndWait(product: Product, { name }: Connection, options: { full: boolean }): Promise<Run> {
  const { id } = await call<Run>(product, 'POST', `api/v1/integrations/${name}/sync`, options);
  return runEnds(product, id as number);
}

/** Repeats what failed of a run, as the button of the Monitoring page does. */
export async function retryAndWait(product: Product, run: Run): Promise<Run> {
  const { id } = await call<Run>(product, 'POST', `api/v1/runs/${run.id}/retry`);
  return runEnds(product, id as number);
}

/** Polls through an outage of the database, during which the hub says so by its code and nothing else. */
async function runEnds(product: Product, id: number): Promise<Run> {
  for (;;) {
    const { status, text } = await product.api(`api/v1/runs/${id}`);
    const answer = JSON.parse(text) as Run & { error: { code: string } };
    const outage = status !== 200 && ['database_unavailable', 'database_busy', 'disk_full'].includes(answer.error.code);
    if (status !== 200 && !outage) throw new Error(`run ${id}: ${status} ${text}`);
    if (!outage && answer.finishedAt !== null) return answer;
    await delay(200);
  }
}

async function endedRun(product: Product, { name }: Connection, wanted: (run: Run) => boolean): Promise<Run> {
  for (;;) {
    const { runs } = await call<RunList>(product, 'GET', `api/v1/runs?integration=${name}`);
    const found = runs.find((run) => run.id !== null && run.finishedAt !== null && wanted(run));
    if (found !== undefined) return found;
    await delay(200);
  }
}

/** What a slice that could not be read whole leaves as it was; its analyses are a slice of their own. */
export function findingsOf(contents: DataContents): DataContents {
  const tables = ['sonarqube_issues', 'sonarqube_issue_impacts', 'sonarqube_issue_tags', 'sonarqube_security_hotspots'];
  return Object.fromEntries(Object.entries(contents).filter(([table]) => tables.includes(table)));
}
