import * as bulk from '../../../src/features/repositories/bulk/contract.ts';
import type { BulkImport, BulkImportDetail } from '../../../src/features/repositories/bulk/contract.ts';
import * as contract from '../../../src/features/repositories/contract.ts';
import type { ImportRepository, ImportServer } from '../../../src/features/repositories/contract.ts';
import { PlumblineError } from '../../../src/platform/errors/index.ts';
import { prepared } from '../stage.ts';
import { boundDetail } from './bindings.ts';

const server: ImportServer = {
  id: 5,
  name: 'bitbucket',
  url: 'https://bitbucket.example.com',
  token: { account: 'ada', enteredAt: '2026-11-20T08:00:00.000Z', refusedAt: null },
};

const repository = (change: Partial<ImportRepository>): ImportRepository => ({
  id: '1',
  project: 'PAY',
  projectName: 'Payments',
  slug: 'ledger',
  name: 'Ledger',
  archived: false,
  link: 'https://bitbucket.example.com/projects/PAY/repos/ledger/browse',
  projects: [],
  unfinished: false,
  ...change,
});

const repositories: ImportRepository[] = [
  repository({}),
  repository({
    id: '2',
    slug: 'payments-api',
    name: 'Payments API',
    projects: [{ id: 1, key: 'com.example:payments-api', name: 'payments-api', binding: 1 }],
  }),
  repository({ id: '3', slug: 'cut-off', name: 'Cut off', unfinished: true }),
  repository({
    id: '4',
    project: 'PLATFORM',
    projectName: 'Platform of everything that anybody ever needed',
    slug: 'a-mono-repository-of-everything-that-the-platform-has',
    name: 'A mono repository of everything that the platform has',
    archived: true,
  }),
];

const bulkImport = (change: Partial<BulkImport>): BulkImport => ({
  id: 3,
  state: 'done',
  startedBy: 'ada@example.com',
  startedAt: '2026-11-20T08:05:00.000Z',
  endedAt: '2026-11-20T08:07:00.000Z',
  cancelling: false,
  sonarqube: { id: 1, name: 'sonar-production' },
  total: 40,
  done: 37,
  failed: 2,
  leftOut: 1,
  ...change,
});

const waiting = { state: 'waiting', already: false, binding: null, error: null } as const;

/** As each repository of a bulk import ends here. */
function endOf({ project, slug }: { project: string; slug: string }): BulkImportDetail['repositories'][number] {
  if (slug !== 'cut-off') {
    return { ...waiting, project, slug, state: 'done', binding: { id: 1, projectKey: `${project}_${slug}` } };
  }
  const { code, message, remedy } = new PlumblineError('project_exists');
  return { ...waiting, project, slug, state: 'failed', error: { code, message, remedy, upstream: null } };
}

/** One that is under way when it is looked at first, and is over then. `stops`: its token dies first. */
function bulkAnswers({ sent, stops, entered }: { sent: unknown[]; stops: boolean; entered: () => boolean }) {
  let wanted: bulk.BulkImportInput['repositories'] = [];
  let looks = 0;
  let cancelled = false;
  const now = (): BulkImportDetail => {
    const total = wanted.length;
    const open = bulkImport({ id: 4, state: 'running', endedAt: null, total, done: 0, failed: 0, leftOut: 0 });
    if (looks < 3) {
      const repositories = wanted.map(
        (one, at) => ({ ...waiting, ...one, state: at === 0 ? 'running' : 'waiting' }) as const,
      );
      return { import: open, repositories };
    }
    if (stops && !entered()) {
      return { import: { ...open, state: 'token' }, repositories: wanted.map((one) => ({ ...waiting, ...one })) };
    }
    const repositories = wanted.map(endOf);
    const count = (state: string) => repositories.filter((one) => one.state === state).length;
    const ended = { done: count('done'), failed: count('failed'), endedAt: '2026-11-20T08:20:00.000Z' };
    return { import: { ...open, ...ended, state: cancelled ? 'cancelled' : 'done' }, repositories };
  };
  return [
    prepared('POST', '/api/v1/import/:id/bulk', bulk.OneBulkImport, ({ body }) => {
      sent.push(body);
      wanted = (body as bulk.BulkImportInput).repositories;
      looks = 0;
      return { import: now().import };
    }),
    prepared('GET', '/api/v1/import/:id/bulk', bulk.BulkImportList, () => ({
      imports: [...(wanted.length === 0 ? [] : [now().import]), bulkImport({})],
    })),
    prepared('GET', '/api/v1/import/:id/bulk/:bulk', bulk.BulkImportDetail, ({ params }) => {
      if (Number(params['bulk']) !== 4) {
        return { import: bulkImport({}), repositories: [endOf({ project: 'PAY', slug: 'cut-off' })] };
      }
      looks += 1;
      return now();
    }),
    prepared('POST', '/api/v1/import/:id/bulk/:bulk/cancel', bulk.OneBulkImport, () => {
      cancelled = true;
      return { import: now().import };
    }),
  ];
}

/** `token`: what the caller has entered; `sent` keeps what was asked to be set up; `stops`: the token dies in an import of many. */
export function importAnswers({
  token = server.token,
  sent = [],
  stops = false,
}: {
  token?: ImportServer['token'];
  sent?: unknown[];
  stops?: boolean;
} = {}) {
  let entered = token;
  let renewed = false;
  return [
    ...bulkAnswers({ sent, stops, entered: () => renewed }),
    prepared('GET', '/api/v1/import', contract.ImportState, () => ({
      servers: [{ ...server, token: entered }],
      sonarqube: [{ id: 1, name: 'sonar-production', url: 'https://sonar.example.com' }],
    })),
    prepared('PUT', '/api/v1/import/:id/token', contract.Done, () => {
      entered = server.token;
      renewed = true;
      return { ok: true as const };
    }),
    prepared('GET', '/api/v1/import/:id/repositories', contract.ImportRepositories, () => ({
      repositories,
      next: 50,
      cutOff: null,
    })),
    prepared('POST', '/api/v1/import/:id/repositories', contract.Imported, ({ body }) => {
      sent.push(body);
      if ((body as { slug: string }).slug === 'cut-off') throw new PlumblineError('project_exists');
      return { already: false, ...boundDetail };
    }),
  ];
}
