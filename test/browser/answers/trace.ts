import * as contract from '../../../src/features/trace/contract.ts';
import type { Line, Link, Missing, Station, TraceAnswer } from '../../../src/features/trace/contract.ts';
import { catalogue, type ErrorCode } from '../../../src/platform/errors/index.ts';
import { differencesOf } from '../../../src/features/trace/reading/differences.ts';
import { prepared } from '../stage.ts';

export const commit = '890590b3273a2be3c0dcf811df22fae5492e6d3a';
const systems = {
  sonar: { id: 1, name: 'sonar-production' },
  registry: { id: 2, name: 'registry-production' },
  code: { id: 3, name: 'bitbucket' },
  harness: { id: 4, name: 'harness-cloud' },
} as const;

const station = (ref: string, title: string, more: Partial<Station> = {}): Station => ({
  ref,
  station: ref.slice(0, ref.indexOf(':')) as Station['station'],
  title,
  state: null,
  standing: 'neutral',
  at: null,
  integration: null,
  link: null,
  readAt: '2026-11-21T09:48:00.000Z',
  staleSince: null,
  tooOld: false,
  facts: {},
  ...more,
});

const at = (hour: number, day = 21): string =>
  `2026-11-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:12:00.000Z`;

const link = (kind: string, from: string, to: string, more: Partial<Link> = {}): Link => ({
  kind,
  from,
  to,
  certainty: 'stated',
  note: null,
  source: { integration: systems.harness, stream: 'executions', record: 'x1' },
  seenAt: at(8),
  validFrom: at(8),
  validTo: null,
  ...more,
});

const by = (integration: { id: number; name: string }, stream: string): Pick<Link, 'source'> => ({
  source: { integration, stream, record: 'AZqT0k8Wb1' },
});

export const missing = (
  code: ErrorCode,
  where: string,
  expects: Missing['expects'],
  ...details: string[]
): Missing => ({
  at: where,
  expects,
  code,
  message: catalogue[code].title,
  remedy: catalogue[code].remedy,
  details,
});

const pullRequest = station('pull_request:1', 'PAY/checkout#17', {
  state: 'merged',
  at: at(7),
  integration: systems.code,
  link: 'https://code.example.com/projects/PAY/repos/checkout/pull-requests/17',
  facts: { title: 'Round the total once, at the end', source: 'rounding', target: 'main', gone: false },
});

const analysis = station('analysis:1', 'Checkout', {
  state: 'ERROR',
  standing: 'failed',
  at: at(7),
  integration: systems.sonar,
  link: 'https://sonar.example.com/dashboard?id=shop:checkout',
  facts: {
    project: 'shop:checkout',
    projectId: 1,
    branch: 'main',
    main: true,
    scope: 'branch',
    gone: false,
    conditions: ['new_coverage ERROR 61.2 / 80', 'new_violations ERROR 4 / 0'],
  },
});

const image = (id: number, repository: string, letter: string): Station =>
  station(`image:${id}`, `${repository}@sha256:${letter.repeat(12)}`, {
    state: 'tagged',
    at: at(8),
    integration: systems.registry,
    facts: {
      repository,
      digest: `sha256:${letter.repeat(64)}`,
      tags: ['2.14.0'],
      platforms: ['linux/amd64 resolved', 'linux/arm64 resolved'],
      verdict: 'passed',
      verdictReason: 'GATES_PASSED',
    },
  });

/** What the policy says of an image counts for it, and for the deployment that runs it. */
const failing = (one: Station): Station => ({
  ...one,
  standing: 'failed',
  facts: { ...one.facts, verdict: 'failed', verdictReason: 'GATE_FAILED' },
});

const deployment = (id: number, service: string, environment: string, more: Partial<Station> = {}): Station =>
  station(`deployment:${id}`, `${service} to ${environment}`, {
    state: 'succeeded',
    standing: 'good',
    at: at(9),
    integration: systems.harness,
    link: 'https://app.harness.io/ng/account/x/cd/orgs/pay/projects/shop/pipelines/deploy/executions/x1/pipeline',
    facts: { service, environment, image: `registry.example.com/shop/${service}:2.14.0`, digest: null, runsNow: true },
    ...more,
  });

const environment = (name: string): Station =>
  station(`environment:4:pay/shop/${name}`, `pay/shop/${name}`, { integration: systems.harness });

const build = station('execution:1', 'Build checkout #482', {
  state: 'success',
  standing: 'good',
  at: at(8),
  integration: systems.harness,
  link: 'https://app.harness.io/ng/account/x/ci/orgs/pay/projects/shop/pipelines/build/executions/x2/pipeline',
  facts: { execution: 'x2', organization: 'pay', project: 'shop', status: 'Success', rolledBack: false, gone: false },
});

/** A commit that failed its gate and went on: three images, two environments, one of which is in doubt. */
export const severalBranches: Line = {
  start: `commit:${commit}`,
  worst: ['deployment:1', 'image:1', 'analysis:1', 'deployment:3'],
  stations: [
    pullRequest,
    analysis,
    failing(image(1, 'shop/checkout', 'a')),
    image(2, 'shop/checkout-migrations', 'b'),
    image(3, 'platform/internal/very-long-team-name/checkout-sidecar', 'c'),
    build,
    failing(deployment(1, 'checkout', 'production')),
    deployment(2, 'checkout', 'staging', { at: at(8) }),
    deployment(3, 'checkout-migrations', 'production', {
      standing: 'warning',
      facts: { ...deployment(3, 'checkout-migrations', 'production').facts, doubt: 'aborted' },
    }),
    station(`commit:${commit}`, commit, {
      link: `https://code.example.com/projects/PAY/repos/checkout/commits/${commit}`,
    }),
    environment('production'),
    environment('staging'),
  ],
  links: [
    link('merge', 'pull_request:1', `commit:${commit}`, by(systems.code, 'pull_requests')),
    link('analyzed', 'analysis:1', `commit:${commit}`, by(systems.sonar, 'analyses')),
    link('built_from', 'image:1', `commit:${commit}`, { ...by(systems.registry, 'images'), certainty: 'signed' }),
    link('built_from', 'image:2', `commit:${commit}`, by(systems.registry, 'images')),
    link('built_from', 'image:3', `commit:${commit}`, { ...by(systems.registry, 'images'), note: 'dirty' }),
    link('built', 'execution:1', 'image:1'),
    link('checked_out', 'execution:1', `commit:${commit}`),
    link('deployed', 'deployment:1', 'image:1', { certainty: 'inferred', note: 'tag_moved' }),
    link('deployed', 'deployment:2', 'image:1', { certainty: 'inferred' }),
    link('deployed', 'deployment:3', 'image:2'),
    link('into', 'deployment:1', 'environment:4:pay/shop/production'),
    link('into', 'deployment:2', 'environment:4:pay/shop/staging', { validTo: at(9) }),
    link('into', 'deployment:3', 'environment:4:pay/shop/production'),
  ],
  missing: [
    missing('trace_no_execution', 'image:2', 'execution'),
    missing('trace_no_execution', 'image:3', 'execution'),
    missing('trace_never_deployed', 'image:3', 'deployment'),
    missing('trace_tag_moved', 'deployment:1', 'image'),
  ],
  cut: [],
};

/** An image that says nothing of its commit, and a registry that was not read for long. */
export const brokenLine: Line = {
  start: 'deployment:9',
  worst: ['deployment:9'],
  stations: [
    image(9, 'shop/basket', 'd'),
    deployment(9, 'basket', 'production', { state: 'failed', standing: 'failed', at: at(10, 20) }),
    environment('production'),
  ],
  links: [
    link('deployed', 'deployment:9', 'image:9'),
    link('into', 'deployment:9', 'environment:4:pay/shop/production', { validFrom: at(10, 20), validTo: at(10, 20) }),
  ],
  missing: [
    missing('trace_image_without_provenance', 'image:9', 'commit', 'NO_PROVENANCE'),
    missing('trace_no_execution', 'image:9', 'execution'),
    missing('trace_not_read_since', 'image:9', 'execution', 'harness-cloud 2026-11-19T08:12:00.000Z'),
  ],
  cut: ['deployment'],
};

/** A commit of which nothing but its pull request is known. */
const gaps: Line = {
  start: 'pull_request:2',
  worst: [],
  stations: [
    { ...pullRequest, ref: 'pull_request:2', title: 'PAY/ledger#18', state: 'open' },
    station(`commit:${'4'.repeat(40)}`, '4'.repeat(40)),
  ],
  links: [link('head', 'pull_request:2', `commit:${'4'.repeat(40)}`, by(systems.code, 'pull_requests'))],
  missing: [
    missing('trace_repository_not_bound', `commit:${'4'.repeat(40)}`, 'analysis'),
    missing('trace_registry_not_connected', `commit:${'4'.repeat(40)}`, 'image', 'oci-registry'),
  ],
  cut: [],
};

export const answerTo = (text: string): TraceAnswer => {
  const of = (line: Line): TraceAnswer => ({
    text,
    found: line.stations.filter(({ ref }) => ref === line.start),
    line,
  });
  if (text === 'shop/checkout:2.14.0')
    return {
      text,
      found: [
        image(1, 'shop/checkout', 'a'),
        { ...image(8, 'shop/checkout', 'e'), integration: { id: 9, name: 'mirror' } },
      ],
      line: null,
    };
  if (text === 'nothing') return { text, found: [], line: null };
  if (text === 'broken' || text === 'deployment:9') return of(brokenLine);
  if (text.startsWith('pull_request:2') || text === 'PAY/ledger#18') return of(gaps);
  const start = severalBranches.stations.find(({ ref }) => ref === text)?.ref ?? severalBranches.start;
  return of({ ...severalBranches, start });
};

const { title: message, remedy } = catalogue.said_by_removed;
const untold = [{ code: 'said_by_removed', message, remedy, details: ['Old registry'] }];

const monthsEarlier = (line: Line): Line =>
  JSON.parse(JSON.stringify(line).replaceAll('"2026-11-', '"2026-09-')) as Line;

/** A condition had another value then, what failed was waived, and one deployment was not told yet. */
const backThen = (line: Line): Line => {
  const then = JSON.parse(
    JSON.stringify(line).replaceAll('ERROR 61.2', 'ERROR 58.4').replaceAll('"verdict":"failed"', '"verdict":"waived"'),
  ) as Line;
  const standing = (one: Station): Station =>
    one.facts['verdict'] === 'waived' ? { ...one, standing: 'warning' } : one;
  return {
    ...then,
    worst: then.worst.filter((ref) => ref !== 'deployment:3'),
    stations: then.stations.filter(({ ref }) => ref !== 'deployment:3').map(standing),
    links: then.links.filter(({ from }) => from !== 'deployment:3'),
  };
};

function asOfAnswer(answer: TraceAnswer, at: string): TraceAnswer {
  const line = answer.line === null ? null : monthsEarlier(answer.line);
  const present = { ...answer, line };
  const then = { ...answer, line: line === null ? null : backThen(line) };
  const differences = differencesOf(then, present);
  return { ...then, asOf: { at, untold, now: { found: answer.found, line, differences } } };
}

export const traceAnswers = () => [
  prepared('GET', '/api/v1/trace', contract.TraceAnswer, ({ query }) => {
    const answer = answerTo(String(query['text']));
    if (typeof query['asOf'] === 'string') return asOfAnswer(answer, query['asOf']);
    return query['only'] === 'found' ? { ...answer, line: null } : answer;
  }),
];
