import { Overview, type Figure, type FigureName, type Need } from '../../../src/features/overview/contract.ts';
import { prepared } from '../stage.ts';

const at = '2026-11-21T10:00:00.000Z';

const figure = (name: FigureName, value: number | null, more: Partial<Figure> = {}): Figure => ({
  name,
  state: 'known',
  value,
  of: null,
  unsaid: 0,
  change30Days: null,
  asOf: '2026-11-21T09:48:00.000Z',
  stale: null,
  why: null,
  rows: '/api/v1/projects',
  ...more,
});

const need = (kind: Need['kind'], about: string, message: string, more: Partial<Need> = {}): Need => ({
  kind,
  code: kind,
  about,
  message,
  since: '2026-11-20T08:00:00.000Z',
  count: null,
  integrationId: 1,
  treeId: null,
  ...more,
});

const stillReading = {
  code: 'still_reading',
  message: 'Not every project has been read yet.',
  remedy: 'Wait for the run.',
};

/** Every state of a number at once, and every kind of thing that needs a person. */
const busy: Overview = {
  at,
  weekFrom: '2026-11-15',
  figures: [
    figure('open_vulnerabilities', 1_204, { change30Days: -37 }),
    figure('open_critical', 11, { change30Days: 2 }),
    figure('open_high', 148, { change30Days: -12 }),
    figure('open_medium', 1_045, { state: 'incomplete', why: stillReading }),
    figure('open_low', 0, { change30Days: 0 }),
    figure('targets_due', 7, { of: 1_204 }),
    figure('targets_broken', 23, { of: 1_204 }),
    figure('opened_this_week', 18),
    figure('gates_failed', 4, {
      of: 48,
      unsaid: 3,
      stale: { since: null, integrations: ['sonar-production', 'sonar-second'] },
    }),
    figure('images_failed', null, {
      state: 'unknown',
      asOf: null,
      why: { code: 'internal_server_error', message: 'Something went wrong inside Plumbline.', remedy: 'Look.' },
    }),
    figure('running_failed', 2, { of: 31, unsaid: 4 }),
    figure('images_failed_this_week', null, { state: 'not_connected', asOf: null }),
    figure('deployments_this_week', 212),
    figure('deployments_failed_this_week', 0, { of: 212 }),
  ],
  freshness: [
    { id: 1, name: 'sonar-production', kind: 'sonarqube', paused: false, lastGoodAt: null, stale: true },
    { id: 2, name: 'registry-production', kind: 'oci-registry', paused: false, lastGoodAt: at, stale: false },
    {
      id: 3,
      name: 'harness-europe',
      kind: 'harness',
      paused: true,
      lastGoodAt: '2026-11-20T10:00:00.000Z',
      stale: true,
    },
    { id: 4, name: 'bitbucket', kind: 'bitbucket-server', paused: false, lastGoodAt: null, stale: false },
  ],
  needs: {
    items: [
      need('credential', 'sonar-production', 'Credential “bot” expired on 2026-11-19.'),
      need(
        'satellite',
        'edge-frankfurt-very-long-machine-name.example.internal',
        'The satellite is offline: nothing was heard of it for ten minutes or more.',
        { integrationId: null },
      ),
      need('runs', 'registry-production', '3 of 14 runs of the last 7 days were partial: timeout (3).', {
        since: null,
      }),
      need(
        'absence',
        'bitbucket',
        '59 of 60 repositories are missing at once: nothing is marked as gone until that is confirmed.',
      ),
      need('webhook', 'bitbucket', '2 of the hub’s webhooks on this server do not work.', { count: 2 }),
      need('inbox', 'sonar-production', '5 deliveries could not be dealt with.', { count: 5 }),
      need('address', 'hooks.example.com', 'Nothing arrived at this address for too long: it is switched off.', {
        integrationId: null,
      }),
      need('unowned', 'Sites', '12 projects belong to no team of this tree.', {
        integrationId: null,
        treeId: 1,
        count: 12,
      }),
      need('health', 'harness-europe', 'Something new that health tells.'),
    ],
    total: 9,
    unread: [
      {
        part: 'outgoing webhooks',
        code: 'internal_server_error',
        message: 'Something went wrong.',
        remedy: 'Look for the request id in the hub’s log.',
      },
    ],
  },
  setup: {
    steps: [
      { name: 'sonarqube', state: 'done' },
      { name: 'registry', state: 'done' },
      { name: 'deployments', state: 'waiting' },
      { name: 'repositories', state: 'open' },
      { name: 'bindings', state: 'open' },
      { name: 'teams', state: 'open' },
    ],
    next: 'repositories',
  },
};

/** Nothing is connected. */
export const untouched: Overview = {
  ...busy,
  figures: busy.figures.map(({ name, rows }) => figure(name, null, { state: 'not_connected', asOf: null, rows })),
  freshness: [],
  needs: { items: [], total: 0, unread: [] },
  setup: {
    steps: (['sonarqube', 'registry', 'deployments', 'repositories', 'bindings', 'teams'] as const).map((name) => ({
      name,
      state: 'open',
    })),
    next: 'sonarqube',
  },
};

/** SonarQube is connected and read, and nothing else. */
export const sonarqubeOnly: Overview = {
  ...untouched,
  figures: busy.figures.map(({ name, rows, of }) =>
    /^(open_|gates_|targets_|opened_)/.test(name)
      ? figure(name, 4, { of, rows })
      : figure(name, null, { state: 'not_connected', asOf: null, rows }),
  ),
  freshness: [{ id: 1, name: 'sonar-production', kind: 'sonarqube', paused: false, lastGoodAt: at, stale: false }],
  setup: {
    steps: (untouched.setup?.steps ?? []).map(({ name }) => ({ name, state: name === 'sonarqube' ? 'done' : 'open' })),
    next: 'registry',
  },
};

/** All is connected, read and well. */
export const calm: Overview = {
  ...busy,
  figures: busy.figures.map(({ name, rows, of }) =>
    figure(name, name === 'deployments_this_week' ? 212 : 0, { of, rows }),
  ),
  freshness: busy.freshness.map((one) => ({ ...one, paused: false, stale: false, lastGoodAt: at })),
  needs: { items: [], total: 0, unread: [] },
  setup: { steps: untouched.setup?.steps.map(({ name }) => ({ name, state: 'done' as const })) ?? [], next: null },
};

export const overviewAnswers = (answer: () => Overview = () => busy) => [
  prepared('GET', '/api/v1/overview', Overview, ({ query }) =>
    query['node'] === undefined ? answer() : { ...answer(), needs: null, setup: null },
  ),
];
