import { z } from 'zod';
import * as contract from '../../../src/features/teams/contract.ts';
import type { OrgTree, PeopleProblem, Person, TreeNode, Upload } from '../../../src/features/teams/contract.ts';
import { prepared } from '../stage.ts';

const ada: Person = {
  id: 1,
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  manager: null,
  attributes: { role: 'CTO', site: 'London' },
};
const bob: Person = {
  id: 2,
  name: 'Bob Noyce',
  email: 'bob@example.com',
  manager: { id: 1, name: ada.name, email: ada.email },
  attributes: { role: 'Lead', site: 'Berlin', team: 'Payments', 'Cost centre': '210' },
};
const people: Person[] = [
  ada,
  bob,
  {
    ...bob,
    id: 3,
    name: 'Wolfeschlegelsteinhausenbergerdorff, Hubert Blaine the Younger of Philadelphia',
    email: 'hubert.blaine.wolfeschlegelsteinhausenbergerdorff@philadelphia.example.com',
    attributes: { role: 'Engineer', site: 'Philadelphia' },
  },
];

const upload: Upload = {
  id: 4,
  columns: ['Full Name', 'Email', 'Manager Email', 'Role', 'Site', 'Cost centre'],
  rows: 300,
  sample: [
    ['Ada Lovelace', 'ada@example.com', '', 'CTO', 'London', '100'],
    ['Bob Noyce', 'bob@example.com', 'ada@example.com', 'Lead', 'Berlin', '210'],
  ],
  mapping: {
    name: 'Full Name',
    email: 'Email',
    managerEmail: 'Manager Email',
    attributes: [
      { name: 'role', column: 'Role' },
      { name: 'site', column: 'Site' },
      { name: 'Cost centre', column: 'Cost centre' },
    ],
  },
};

const problem = (code: PeopleProblem['code'], field: string, count: number, name: string): PeopleProblem => ({
  code,
  errorType: code.toUpperCase(),
  field,
  count,
  samples: [{ line: 12, email: 'eve@example.com', name }],
});

export const problems: PeopleProblem[] = [
  problem('duplicate_email', 'email', 3, 'Eve'),
  problem('manager_email_missing_in_developer_emails', 'manager_email', 14, 'nobody@example.com'),
  problem('circular_reference', 'manager_email', 1, 'eve@example.com → gus@example.com → eve@example.com'),
];

const tree: OrgTree = {
  id: 1,
  name: 'Engineering',
  levels: ['site', 'manager'],
  filters: [{ attribute: 'role', condition: 'not_equals', values: ['Contractor'] }],
  automatic: false,
  teams: 2,
  people: 41,
  outdated: true,
  builtAt: '2026-11-20T08:00:00.000Z',
  builtBy: 'ada@example.com',
  createdAt: '2026-11-01T08:00:00.000Z',
  createdBy: 'ada@example.com',
};

const node = (id: number, change: Partial<TreeNode>): TreeNode => ({
  id,
  key: `k${id}`,
  parent: null,
  name: 'Berlin',
  leaf: false,
  depth: 0,
  level: 'site',
  manager: null,
  people: 30,
  ...change,
});
const nodes: TreeNode[] = [
  node(1, {}),
  node(2, { name: 'London', people: 11 }),
  node(3, { name: 'Bob Noyce', parent: 'k1', leaf: true, depth: 1, level: 'manager', manager: 'Bob Noyce' }),
  node(4, { name: 'Direct reports of Ada Lovelace', parent: 'k2', leaf: true, depth: 1, level: 'manager', people: 11 }),
];
const unmapped = [
  { id: 9, name: 'Gus Hall', email: 'gus@example.com', reason: 'no_value' as const, detail: 'site' },
  { id: 10, name: 'Eve Ng', email: 'eve@example.com', reason: 'alone' as const, detail: '' },
];
const totals = { teams: 2, mapped: 41, unmapped: 2, leftOut: 5 };
const paging = { page: 1, pageSize: 50 };

const account = (value: string, person: Person | null, reason: contract.Account['reason']): contract.Account => ({
  system: { id: 1, name: 'sonar-production', kind: 'sonarqube' },
  value,
  display: null,
  person: person === null ? null : { id: person.id, name: person.name, email: person.email },
  reason,
});

const uploading = ({ faulty }: { faulty: () => boolean }) => [
  // The stage takes JSON; what a file is refused for is the room’s own test.
  prepared(
    'POST',
    '/api/v1/people/uploads/:id/check',
    contract.CheckedPeople,
    (): contract.CheckedPeople =>
      faulty()
        ? { problems, change: null }
        : {
            problems: [],
            change: {
              added: 12,
              changed: 3,
              left: 1,
              unchanged: 284,
              sample: [{ email: 'eve@example.com', name: 'Eve Ng', what: 'left' }],
            },
          },
  ),
  prepared('POST', '/api/v1/people/uploads/:id/save', contract.SavedPeople, () => ({
    change: { added: 12, changed: 3, left: 1, unchanged: 284, sample: [] },
  })),
  prepared('POST', '/api/v1/people/uploads', contract.OneUpload, () => ({ upload }), { type: 'text/csv' }),
];

const sonar = { id: 1, name: 'sonar-production', kind: 'sonarqube' };
const sections = (isTree: boolean): contract.Sections => ({
  of: { id: isTree ? 1 : 3, name: isTree ? 'Engineering' : 'Bob Noyce', tree: { id: 1, name: 'Engineering' } },
  sections: [
    {
      section: 'code_quality',
      from: isTree ? 'nobody' : 'team',
      integrations: [
        { ...sonar, chosen: true, inherited: true },
        { ...sonar, id: 2, name: 'sonar-of-the-acquired-company-in-philadelphia', chosen: isTree, inherited: true },
      ],
    },
    { section: 'security', from: 'tree', integrations: [{ ...sonar, chosen: true, inherited: true }] },
    {
      section: 'source_code',
      from: 'nobody',
      integrations: [{ id: 3, name: 'bitbucket', kind: 'bitbucket-server', chosen: true, inherited: true }],
    },
    { section: 'deployment', from: 'nobody', integrations: [] },
  ],
});

const project = (id: number, key: string, name: string) => ({ id, key, name, integration: sonar.name });
const repository: contract.Thing = {
  thing: 'repository',
  id: 1,
  name: 'ledger',
  place: 'PAY/ledger',
  integration: 'bitbucket',
};
const teamRef = { id: 3, name: 'Bob Noyce' };
const otherTeam = { id: 4, name: 'Direct reports of Ada Lovelace' };
const ruled = {
  rules: [
    { kind: 'glob' as const, value: 'payments:*' },
    { kind: 'repository' as const, value: 'PAY/*' },
    { kind: 'tag' as const, value: 'payments' },
  ],
  unread: [0, 0, 1],
  total: 2,
  projects: [project(1, 'payments:ledger', 'Ledger'), project(2, 'payments:gateway', 'Gateway')],
};
const things: contract.TeamThings = {
  rules: [{ thing: 'repository', conditions: [{ property: 'path', condition: 'matches', values: ['PAY/*'] }] }],
  total: 1,
  things: [repository],
};

/** What belongs to teams, and which integrations count for them. */
const belongings = () => [
  prepared('GET', '/api/v1/teams', contract.TeamList, () => ({
    teams: [teamRef, otherTeam].map((team) => ({
      ...team,
      tree: { id: 1, name: 'Engineering' },
      people: 11,
      manager: 'Bob Noyce',
    })),
    total: 2,
    ...paging,
  })),
  prepared('GET', '/api/v1/teams/:id/integrations', contract.Sections, () => sections(false)),
  prepared('PUT', '/api/v1/teams/:id/integrations', contract.Sections, () => sections(false)),
  prepared('GET', '/api/v1/org-trees/:id/integrations', contract.Sections, () => sections(true)),
  prepared('GET', '/api/v1/teams/:id/projects', contract.TeamProjects, () => ruled),
  prepared('PUT', '/api/v1/teams/:id/projects', contract.TeamProjects, () => ruled),
  prepared('POST', '/api/v1/teams/:id/projects/preview', contract.RulesPreview, () => ({
    total: 2,
    taken: [2, 0, 1],
    unread: [0, 0, 1],
    projects: [
      { project: ruled.projects[0]!, alsoOf: [otherTeam] },
      { project: ruled.projects[1]!, alsoOf: [] },
    ],
  })),
  prepared('GET', '/api/v1/teams/:id/things', contract.TeamThings, () => things),
  prepared('POST', '/api/v1/teams/:id/things/preview', contract.ThingsPreview, () => ({
    total: 1,
    taken: [1],
    things: [{ thing: repository, alsoOf: [] }],
  })),
  prepared('PUT', '/api/v1/teams/:id/things', contract.TeamThings, () => things),
  prepared('POST', '/api/v1/teams/:id/assignments', contract.Assigned, () => ({ assigned: 1 })),
  prepared('GET', '/api/v1/org-trees/:id/projects', contract.Ownership, ({ query }) => ({
    projects: [
      {
        project: project(3, 'shop:web', 'Shop'),
        teams: query['state'] === 'shared' ? [teamRef, otherTeam] : [],
        suggestions:
          query['state'] === 'unowned'
            ? [
                { ...teamRef, findings: 120 },
                { ...otherTeam, findings: 1 },
              ]
            : [],
      },
      {
        project: project(
          4,
          'com.example.philadelphia:a-project-whose-key-goes-on-and-on',
          'A project whose name goes on for longer than anybody would have thought it could',
        ),
        teams: query['state'] === 'shared' ? [teamRef, otherTeam] : [],
        suggestions: [],
      },
    ],
    counts: { unowned: 2, shared: 2, owned: 144 },
    total: 2,
    ...paging,
  })),
  prepared('GET', '/api/v1/org-trees/:id/things', contract.ThingOwnership, () => ({
    things: [{ thing: repository, teams: [], suggestions: [teamRef] }],
    counts: { unowned: 1, shared: 0, owned: 31 },
    total: 1,
    ...paging,
  })),
];

/** `nobody`: nothing was uploaded yet. `faulty`: whether the file is so. */
export const organizationAnswers = ({
  nobody = false,
  faulty = () => false,
}: {
  nobody?: boolean;
  faulty?: () => boolean;
} = {}) => [
  prepared('GET', '/api/v1/people', contract.PeopleList, () => ({
    people: nobody ? [] : people,
    total: nobody ? 0 : people.length,
    ...paging,
    attributes: ['Cost centre', 'role', 'site', 'team'],
    changedAt: nobody ? null : '2026-11-20T08:00:00.000Z',
    changedBy: nobody ? null : 'ada@example.com',
  })),
  prepared('GET', '/api/v1/people/:id', contract.PersonDetail, () => ({
    person: bob,
    current: true,
    reports: 12,
    identities: [
      {
        id: 1,
        system: { id: 1, name: 'sonar-production', kind: 'sonarqube' },
        value: 'bnoyce',
        confirmedAt: '2026-11-20T08:00:00.000Z',
        confirmedBy: 'ada@example.com',
      },
    ],
    history: [
      {
        name: bob.name,
        managerEmail: ada.email,
        attributes: bob.attributes,
        from: '2026-11-20T08:00:00.000Z',
        to: null,
      },
      {
        name: bob.name,
        managerEmail: ada.email,
        attributes: { role: 'Engineer', site: 'Berlin' },
        from: '2026-01-10T08:00:00.000Z',
        to: '2026-11-20T08:00:00.000Z',
      },
    ],
  })),
  ...uploading({ faulty }),
  prepared(
    'GET',
    '/api/v1/identities/proposals',
    contract.AccountList,
    (): contract.AccountList => ({
      accounts: [
        account('bob@example.com', bob, 'email'),
        account('bnoyce', bob, 'login'),
        { ...account('u4711', ada, 'name'), display: 'Lovelace, Ada' },
        account('a-robot-that-commits-what-nobody-else-would', null, null),
      ],
      total: 4,
      proposed: 3,
      ...paging,
    }),
  ),
  prepared('GET', '/api/v1/org-trees', contract.OrgTreeList, () => ({
    trees: nobody ? [] : [tree, { ...tree, id: 2, name: 'Sites', levels: ['site'], automatic: true, outdated: false }],
    attributes: ['role', 'site', 'team'],
    people: nobody ? 0 : 48,
  })),
  ...belongings(),
  prepared('GET', '/api/v1/org-nodes/:id', contract.NodePlace, ({ params }) => {
    const asked = nodes.find(({ id }) => id === Number(params['id'])) ?? node(1, {});
    const refOf = ({ id, name, leaf }: TreeNode) => ({ id: id ?? 1, name, isTeam: leaf });
    const above = nodes.filter(({ key }) => key === asked.parent);
    const below = nodes.filter(({ parent }) => parent === asked.key);
    return {
      tree: { id: 1, name: 'Engineering' },
      path: [...above, asked].map(refOf),
      below: below.map(refOf),
      belowInAll: below.length,
    };
  }),
  prepared('GET', '/api/v1/org-trees/:id', contract.TreeDetail, () => ({
    tree,
    stood: { name: tree.name, levels: tree.levels },
    nodes,
    nodesInAll: nodes.length,
  })),
  prepared('GET', '/api/v1/org-trees/:id/people', contract.TreePeople, ({ query }) =>
    query['unmapped'] === 'true'
      ? { people: unmapped.map((one) => ({ ...one, team: null })), total: 2, ...paging }
      : {
          people: people.map(({ id, name, email }) => ({
            id,
            name,
            email,
            team: 'Bob Noyce',
            reason: null,
            detail: '',
          })),
          total: 3,
          ...paging,
        },
  ),
  prepared(
    'GET',
    '/api/v1/org-trees/:id/difference',
    contract.TreeDifference,
    (): contract.TreeDifference => ({
      totals,
      nodes: { added: 1, removed: 0, renamed: 1, moved: 0, led_otherwise: 0 },
      nodeSample: [
        { name: 'Payments core', before: null, leaf: true, what: 'added' },
        { name: 'Direct reports of Ada Lovelace', before: 'Ada Lovelace', leaf: true, what: 'renamed' },
      ],
      people: { joined: 1, left: 0, moved: 2 },
      peopleSample: [
        { id: 2, name: bob.name, email: bob.email, from: 'Bob Noyce', to: 'Payments core' },
        { id: 9, name: 'Gus Hall', email: 'gus@example.com', from: null, to: 'Payments core' },
      ],
      fingerprint: 'f',
    }),
  ),
  prepared('POST', '/api/v1/org-trees/:id/apply', contract.OneTree, () => ({ tree: { ...tree, outdated: false } })),
  prepared('POST', '/api/v1/org-trees/preview', contract.TreePreview, () => ({
    totals,
    nodes: nodes.map((one) => ({ ...one, id: null })),
    nodesInAll: nodes.length,
    unmapped,
  })),
  prepared('POST', '/api/v1/org-trees', z.object({ tree: contract.OrgTree }), () => ({ tree })),
];
