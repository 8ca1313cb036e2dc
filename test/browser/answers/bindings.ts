import * as contract from '../../../src/features/repositories/contract.ts';
import type { Binding, BindingSuggestion } from '../../../src/features/repositories/contract.ts';
import { prepared } from '../stage.ts';

const sonar = { id: 1, name: 'sonar-production' };
const bitbucket = { id: 5, name: 'bitbucket' };
const repository = {
  id: 1,
  project: 'PAY',
  slug: 'payments-api',
  link: 'https://bitbucket.example.com/projects/PAY/repos/payments-api/browse',
  integration: bitbucket,
};

const binding: Binding = {
  id: 1,
  project: { id: 1, key: 'com.example:payments-api', name: 'payments-api', integration: sonar },
  repository,
  mono: false,
  annotations: true,
  buildStatus: true,
  buildKey: 'sonarqube',
  summaryComment: false,
  prefix: '',
  chosenKey: null,
  reportKey: 'com.sonarsource.sonarqube',
  keyIsDocumented: true,
  documentedKey: 'com.sonarsource.sonarqube',
  inclusion: null,
  ownReports: 'none',
  lookedAt: '2026-11-21T09:40:00.000Z',
  warnings: [],
  createdBy: 'ada@example.com',
  createdAt: '2026-11-20T08:00:00.000Z',
};

const long = 'com.example.platform.partner:gateway-parent-module-of-everything';

const bindings: Binding[] = [
  binding,
  {
    ...binding,
    id: 2,
    project: { ...binding.project, id: 3, key: long, name: 'partner-gateway' },
    repository: {
      ...repository,
      id: 2,
      project: 'PLATFORM',
      slug: 'a-mono-repository-of-everything-that-the-platform-has',
    },
    mono: true,
    prefix: 'services/partner/gateway',
    reportKey: 'com.sonarsource.sonarqube_com.example.pla-0b1f2c3d',
    keyIsDocumented: false,
    documentedKey: `com.sonarsource.sonarqube_${long}`,
    inclusion: {
      pattern: 'services/partner/gateway/**/*',
      state: 'refused',
      message: 'The token of the integration may not set it.',
    },
    ownReports: 'same_key',
    warnings: ['own_reports', 'outside_prefix'],
  },
  {
    ...binding,
    id: 3,
    project: { ...binding.project, id: 2, key: 'ledger-core', name: 'ledger-core' },
    repository: { ...repository, id: 3, slug: 'ledger', project: '~jdoe' },
    annotations: false,
    chosenKey: 'ledger-gate',
    reportKey: 'ledger-gate',
    keyIsDocumented: false,
  },
];

const command = (name: string): string =>
  `${name} \\\n  -Dsonar.projectKey=com.example:payments-api \\\n  -Dsonar.projectName=payments-api \\\n  -Dsonar.host.url=https://sonar.example.com \\\n  -Dsonar.pullrequest.key="$PULL_REQUEST_ID" \\\n  -Dsonar.token="$SONAR_TOKEN"`;

const suggestion = (change: Partial<BindingSuggestion>): BindingSuggestion => ({
  project: { id: 11, key: 'SHOP_basket', name: 'Basket', integration: sonar },
  repository: { ...repository, id: 7, project: 'SHOP', slug: 'basket' },
  reason: 'sonarqube_binding',
  confidence: 'certain',
  mono: false,
  unasked: null,
  ...change,
});

const suggestions: BindingSuggestion[] = [
  suggestion({}),
  suggestion({
    project: { id: 12, key: 'checkout', name: 'Checkout', integration: sonar },
    reason: 'link',
    confidence: 'likely',
    mono: true,
  }),
  suggestion({
    project: { id: 13, key: 'search', name: 'Search', integration: sonar },
    reason: 'name',
    confidence: 'possible',
    unasked: { code: 'timeout', message: 'The outside system did not answer in time.' },
  }),
  suggestion({
    project: {
      id: 14,
      key: 'a-very-long-key-of-a-project-that-nobody-could-ever-read-at-once',
      name: 'Legacy',
      integration: sonar,
    },
    repository: null,
    reason: null,
    confidence: null,
  }),
];

/** What setting up a repository answers. */
export const boundDetail: contract.BindingDetail = {
  binding,
  outside: { count: 0, files: [] },
  scanner: {
    maven: command('mvn verify sonar:sonar'),
    gradle: command('./gradlew sonar'),
    dotnet: command('dotnet sonarscanner begin'),
    cli: command('sonar-scanner'),
  },
  pullRequests: true,
};

/** `none`: nothing is bound yet. `bound` keeps what was asked to be bound. */
export const bindingAnswers = ({ none = false, bound = [] }: { none?: boolean; bound?: unknown[] } = {}) => [
  prepared('GET', '/api/v1/bindings', contract.BindingList, () => {
    const listed = none ? [] : bindings;
    return { bindings: listed, total: listed.length, page: 1, pageSize: 50 };
  }),
  prepared('GET', '/api/v1/bindings/suggestions', contract.SuggestionList, () => ({
    suggestions,
    total: suggestions.length,
    page: 1,
    pageSize: 20,
  })),
  prepared('POST', '/api/v1/bindings/many', contract.ManyBindingsAnswer, ({ body }) => {
    bound.push(body);
    return { results: [{ project: 11, binding, error: null }] };
  }),
  prepared('GET', '/api/v1/bindings/:id', contract.BindingDetail, ({ params }) => ({
    ...boundDetail,
    binding: bindings.find(({ id }) => String(id) === params['id']) ?? binding,
    outside: params['id'] === '2' ? { count: 17, files: ['services/other/src/Main.java'] } : { count: 0, files: [] },
  })),
];
