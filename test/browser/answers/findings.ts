import * as contract from '../../../src/features/code-quality/contract.ts';
import type { Facet, FacetName, Finding, FindingDetail } from '../../../src/features/code-quality/contract.ts';
import { prepared } from '../stage.ts';

const severities = ['critical', 'critical', 'high', 'medium', 'low', 'unrated'] as const;

const finding = (id: number): Finding => ({
  id,
  key: `AZqT0k8Wb${id}`,
  link: `https://sonar.example.net/project/issues?id=payments-api&issues=AZqT0k8Wb${id}`,
  type: id % 3 === 0 ? 'bug' : 'vulnerability',
  qualities: id % 3 === 0 ? ['reliability', 'maintainability'] : ['security'],
  severity: severities[Math.min(5, Math.floor(id / 3))] ?? 'unrated',
  sourceLevel: 'BLOCKER',
  severitySource: 'impact',
  state: id % 4 === 0 ? 'accepted' : 'open',
  message: 'Change this code to not construct SQL queries directly from user-controlled data.',
  vulnerabilityId: 'CWE-89',
  rule: 'javasecurity:S3649',
  ruleName: 'Database queries should not be vulnerable to injection attacks',
  project: { id: 1, key: 'com.example:payments-api', name: 'payments-api' },
  branch: { id: 1, kind: 'branch', name: 'main', isMain: true },
  path: 'src/main/java/com/example/payments/api/internal/QueryFactory.java',
  line: 40 + id,
  assetType: 'repository',
  tags: ['cwe', 'sql'],
  cwe: ['CWE-89', 'CWE-564'],
  owasp: ['A3:2021'],
  author: 'maria@example.com',
  assignee: id % 2 === 0 ? 'jonas' : null,
  createdAt: '2026-10-01T08:00:00.000Z',
  updatedAt: '2026-11-01T08:00:00.000Z',
  closedAt: null,
});

const values = (entries: readonly [string, number, string?][]): Facet['values'] =>
  entries.map(([value, findings, label]) => ({ value, findings, label: label ?? null }));

const facets: Record<FacetName, Facet['values']> = {
  severity: values([
    ['medium', 214],
    ['high', 118],
    ['low', 97],
    ['critical', 26],
    ['unrated', 2],
  ]),
  quality: values([
    ['security', 301],
    ['reliability', 96],
    ['maintainability', 70],
    ['security_review', 12],
  ]),
  type: values([
    ['vulnerability', 301],
    ['bug', 96],
    ['code_smell', 48],
    ['hotspot', 12],
  ]),
  status: values([
    ['open', 457],
    ['fixed', 1204],
    ['accepted', 31],
    ['false_positive', 12],
    ['gone', 88],
  ]),
  age: values([
    ['over-365', 210],
    ['91-365', 141],
    ['31-90', 70],
    ['8-30', 28],
    ['0-7', 8],
  ]),
  rule: values([
    ['javasecurity:S3649', 142, 'Database queries should not be vulnerable to injection attacks'],
    ['java:S2077', 96, 'Formatting SQL queries is security-sensitive'],
    ['java:S106', 61, 'Standard outputs should not be used directly to log anything'],
  ]),
  file: values([
    ['src/main/java/com/example/payments/api/internal/QueryFactory.java', 84],
    ['src/main/java/com/example/payments/api/PaymentResource.java', 33],
    ['(none)', 4],
  ]),
  tag: values([
    ['cwe', 301],
    ['sql', 142],
    ['(none)', 40],
  ]),
  cwe: values([
    ['CWE-89', 142],
    ['CWE-79', 51],
    ['(none)', 112],
  ]),
  owasp: values([
    ['A3:2021', 193],
    ['A1:2017', 142],
    ['(none)', 112],
  ]),
  author: values([
    ['maria@example.com', 260],
    ['jonas@example.com', 104],
    ['(none)', 93],
  ]),
  assignee: values([
    ['(none)', 301],
    ['jonas', 156],
  ]),
  assetType: values([
    ['repository', 441],
    ['iac_file', 16],
  ]),
  project: values([
    ['1', 302, 'payments-api'],
    ['2', 155, 'web-shop'],
  ]),
};

const detail = (id: number): FindingDetail => ({
  ...finding(id),
  integration: { id: 1, name: 'sonar-production' },
  rules: {
    key: 'javasecurity:S3649',
    name: 'Database queries should not be vulnerable to injection attacks',
    language: 'java',
    type: 'VULNERABILITY',
    severity: 'BLOCKER',
    tags: ['cwe', 'sql'],
    cwe: ['CWE-89', 'CWE-564'],
    owasp: ['A3:2021'],
    isExternal: false,
    read: true,
    sections: [
      {
        key: 'root_cause',
        context: null,
        blocks: [
          { kind: 'paragraph', text: 'A query that is put together from what a user sent may do what nobody meant.' },
          { kind: 'heading', text: 'What is the potential impact?' },
          { kind: 'item', text: 'Data can be read, changed or deleted.' },
          { kind: 'item', text: 'Whoever knows the query can sign in as anybody.' },
        ],
      },
      {
        key: 'how_to_fix',
        context: 'Spring',
        blocks: [
          { kind: 'paragraph', text: 'Give what the user sent as a parameter:' },
          {
            kind: 'code',
            text: 'String sql = "select * from payments where id = ?";\njdbc.query(sql, mapper, request.getId());',
          },
        ],
      },
    ],
  },
  standing: 'counts',
  history: [
    {
      at: '2026-10-01T08:00:00.000Z',
      what: 'created',
      type: 'vulnerability',
      severity: 'high',
      sourceLevel: 'HIGH',
      basis: 'server',
    },
    {
      at: '2026-11-01T08:00:00.000Z',
      what: 'changed',
      type: 'vulnerability',
      severity: 'critical',
      sourceLevel: 'BLOCKER',
      basis: 'observed',
    },
  ],
  level: {
    mode: 'mqr',
    told: true,
    impacts: [
      { quality: 'security', level: 'BLOCKER' },
      { quality: 'maintainability', level: 'LOW' },
    ],
    serverType: 'VULNERABILITY',
    serverSeverity: 'MAJOR',
    probability: null,
    mapping: { axis: 'impact', level: 'BLOCKER', severity: 'critical' },
    otherwise: { type: 'vulnerability', severity: 'medium', sourceLevel: 'MAJOR' },
  },
});

export const findingAnswers = (stage: { none?: boolean } = {}) => {
  const page = ({ query }: { query: Record<string, unknown> }) => ({
    findings: stage.none === true ? [] : Array.from({ length: 50 }, (_, index) => finding(index + 1)),
    total: stage.none === true ? 0 : 1457,
    page: Number(query['page'] ?? 1),
    pageSize: 50,
  });
  const counted = ({ query }: { query: Record<string, unknown> }) => {
    const wanted = (
      typeof query['facets'] === 'string' ? query['facets'].split(',') : Object.keys(facets)
    ) as FacetName[];
    return {
      total: stage.none === true ? 0 : 1457,
      facets: wanted.map((facet) => ({
        facet,
        values: stage.none === true ? [] : facets[facet],
        more: facet === 'rule' || facet === 'file',
        unread: facet === 'owasp' ? 63 : 0,
      })),
    };
  };
  return [
    prepared('GET', '/api/v1/findings', contract.Findings, page),
    prepared('GET', '/api/v1/findings/facets', contract.Facets, counted),
    prepared('GET', '/api/v1/findings/:id', contract.FindingDetail, ({ params }) => detail(Number(params['id']))),
    prepared('GET', '/api/v1/projects/:id/findings', contract.Findings, page),
    prepared('GET', '/api/v1/projects/:id/findings/facets', contract.Facets, counted),
  ];
};
