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

/** `token`: what the caller has entered; `sent` keeps what was asked to be set up. */
export function importAnswers({
  token = server.token,
  sent = [],
}: {
  token?: ImportServer['token'];
  sent?: unknown[];
} = {}) {
  let entered = token;
  return [
    prepared('GET', '/api/v1/import', contract.ImportState, () => ({
      servers: [{ ...server, token: entered }],
      sonarqube: [{ id: 1, name: 'sonar-production', url: 'https://sonar.example.com' }],
    })),
    prepared('PUT', '/api/v1/import/:id/token', contract.Done, () => {
      entered = server.token;
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
