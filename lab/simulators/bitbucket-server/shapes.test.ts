import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Spoken, wholeRound } from './round.ts';

/** Written by hand from the vendor's documents: what the answers that Plumbline reads look like, member by member. */

const whole = z.int().nonnegative();
const hash = z.string().regex(/^[0-9a-f]{40}$/);
const link = z.object({ href: z.url() });
const self = z.object({ self: z.array(link).min(1) });
const user = z.object({
  id: whole,
  name: z.string(),
  slug: z.string(),
  displayName: z.string(),
  active: z.boolean(),
  type: z.literal('NORMAL'),
});
const project = z.object({
  id: whole,
  key: z.string(),
  name: z.string(),
  public: z.boolean(),
  type: z.enum(['NORMAL', 'PERSONAL']),
  links: self,
});
const repository = z.object({
  id: whole,
  slug: z.string(),
  name: z.string(),
  scmId: z.literal('git'),
  state: z.literal('AVAILABLE'),
  forkable: z.boolean(),
  archived: z.boolean(),
  public: z.boolean(),
  project,
  links: self.extend({ clone: z.array(link.extend({ name: z.enum(['ssh', 'http']), href: z.string() })) }),
});
const pageOf = (row: z.ZodType) =>
  z.object({
    size: whole,
    limit: whole,
    start: whole,
    isLastPage: z.boolean(),
    nextPageStart: whole.optional(),
    values: z.array(row),
  });
const side = z.object({
  id: z.string().startsWith('refs/heads/'),
  displayId: z.string(),
  latestCommit: hash,
  repository,
});
const participant = z.object({
  user,
  role: z.string(),
  approved: z.boolean(),
  status: z.enum(['UNAPPROVED', 'NEEDS_WORK', 'APPROVED']),
});
const pull = z.object({
  id: whole,
  version: whole,
  title: z.string(),
  state: z.enum(['OPEN', 'MERGED', 'DECLINED']),
  open: z.boolean(),
  closed: z.boolean(),
  draft: z.boolean(),
  createdDate: whole,
  updatedDate: whole,
  closedDate: whole.optional(),
  fromRef: side,
  toRef: side,
  author: participant,
  reviewers: z.array(participant),
  participants: z.array(participant),
  links: self,
});
const path = z.object({ components: z.array(z.string()), parent: z.string(), name: z.string(), toString: z.string() });
const change = z.object({
  path,
  srcPath: path.optional(),
  type: z.enum(['ADD', 'COPY', 'DELETE', 'MODIFY', 'MOVE', 'UNKNOWN']),
  nodeType: z.enum(['FILE', 'SUBMODULE']),
});
const segment = z.object({
  type: z.enum(['ADDED', 'REMOVED', 'CONTEXT']),
  truncated: z.boolean(),
  lines: z.array(z.object({ source: whole, destination: whole, line: z.string(), truncated: z.boolean() })),
});
const hunk = z.object({
  sourceLine: whole,
  sourceSpan: whole,
  destinationLine: whole,
  destinationSpan: whole,
  truncated: z.boolean(),
  segments: z.array(segment),
});
const file = z.object({
  source: path.nullable(),
  destination: path.nullable(),
  binary: z.literal(true).optional(),
  hunks: z.array(hunk).optional(),
});
const report = z.object({
  key: z.string().max(50),
  title: z.string(),
  createdDate: whole,
  data: z.array(z.object({ title: z.string(), type: z.string().optional(), value: z.unknown() })),
  result: z.enum(['PASS', 'FAIL']).optional(),
});
const annotations = z.strictObject({
  annotations: z.array(
    z.object({
      reportKey: z.string(),
      message: z.string(),
      severity: z.enum(['LOW', 'MEDIUM', 'HIGH']),
      path: z.string(),
      line: whole,
      externalId: z.string(),
    }),
  ),
});
const comment = z.object({
  id: whole,
  version: whole,
  text: z.string(),
  author: user,
  severity: z.string(),
  state: z.string(),
  createdDate: whole,
  updatedDate: whole,
});
const veto = z.object({ summaryMessage: z.string(), detailedMessage: z.string() });
const webhook = z.object({
  id: whole,
  name: z.string(),
  url: z.string(),
  active: z.boolean(),
  events: z.array(z.string()),
  createdDate: whole,
  updatedDate: whole,
});
const refused = z.object({
  errors: z
    .array(z.object({ context: z.string().nullable(), message: z.string(), exceptionName: z.string().nullable() }))
    .min(1),
});

const ledger = 'projects/PAY/repos/ledger';
const pulls = `api/latest/${ledger}/pull-requests`;
const commit = `insights/latest/${ledger}/commits/HEAD`;

const shapes: readonly (readonly [method: string, path: string, shape: z.ZodType])[] = [
  [
    'GET',
    'api/latest/application-properties',
    z.object({ version: z.string(), buildNumber: z.string(), displayName: z.literal('Bitbucket') }),
  ],
  ['GET', 'api/latest/users', pageOf(user)],
  ['GET', 'api/latest/projects', pageOf(project)],
  ['GET', 'api/latest/repos', pageOf(repository)],
  ['GET', `api/latest/${ledger}`, repository],
  [
    'GET',
    `api/latest/${ledger}/branches`,
    pageOf(z.object({ id: z.string(), displayId: z.string(), latestCommit: hash, isDefault: z.boolean() })),
  ],
  ['GET', `api/latest/${ledger}/default-branch`, z.object({ id: z.string(), displayId: z.string() })],
  [
    'GET',
    `api/latest/${ledger}/commits`,
    pageOf(
      z.object({ id: hash, authorTimestamp: whole, message: z.string(), parents: z.array(z.object({ id: hash })) }),
    ),
  ],
  ['GET', pulls, pageOf(pull)],
  ['GET', `${pulls}/1`, pull],
  ['GET', `${pulls}/1/changes`, pageOf(change).extend({ fromHash: hash, toHash: hash })],
  ['GET', `${pulls}/1/diff/`, z.object({ fromHash: hash, toHash: hash, truncated: z.boolean(), diffs: z.array(file) })],
  [
    'GET',
    `${pulls}/1/merge`,
    z.strictObject({ canMerge: z.boolean(), conflicted: z.boolean(), outcome: z.string(), vetoes: z.array(veto) }),
  ],
  ['GET', `${pulls}/1/activities`, pageOf(z.object({ id: whole, createdDate: whole, user, action: z.string() }))],
  ['POST', `${pulls}/1/comments`, comment],
  ['PUT', `${commit}/reports/com.sonarsource.sonarqube`, report],
  ['GET', `${commit}/reports`, pageOf(report)],
  ['GET', `${commit}/reports/com.sonarsource.sonarqube/annotations`, annotations],
  ['GET', `api/latest/${ledger}/commits/HEAD/builds`, z.object({ key: z.string(), state: z.string(), url: z.url() })],
  ['GET', 'build-status/latest/commits/stats/HEAD', z.object({ successful: whole, inProgress: whole, failed: whole })],
  ['POST', `api/latest/${ledger}/webhooks`, webhook],
  [
    'GET',
    `required-builds/latest/${ledger}/conditions`,
    pageOf(
      z.object({
        id: whole,
        buildParentKeys: z.array(z.string()),
        refMatcher: z.object({ type: z.object({ id: z.string() }) }),
      }),
    ),
  ],
];

describe('the answers that Plumbline reads', () => {
  let spoken: Spoken[];
  let close: () => Promise<void>;
  beforeAll(async () => {
    const round = await wholeRound();
    ({ spoken } = round);
    close = round.sample.bitbucket.close;
  });
  afterAll(() => close());

  const answers = (method: string, wanted: string): Spoken[] =>
    spoken.filter((one) => one.method === method && one.path.replace(/[0-9a-f]{40}/, 'HEAD') === `rest/${wanted}`);

  it.each(shapes)('%s %s', (method, wanted, shape) => {
    const good = answers(method, wanted).filter(({ told }) => told.status < 300);
    expect(good).not.toEqual([]);
    for (const { told } of good) expect(shape.safeParse(told.body).error?.issues ?? []).toEqual([]);
  });

  it('name every refusal’s field and exception, also where there is none', () => {
    const bad = spoken.filter(({ told }) => told.status >= 400);
    expect(bad.length).toBeGreaterThan(3);
    for (const { told } of bad) expect(refused.safeParse(told.body).error?.issues ?? []).toEqual([]);
  });

  it('come without a mistake from every other route', () => {
    const failed = spoken
      .filter(({ told }) => told.status >= 400)
      .map(({ method, path, told }) => `${method} ${path} ${told.status}`);
    expect(failed.map((one) => one.replace(/[0-9a-f]{40}/, 'HEAD'))).toEqual([
      'GET rest/api/latest/projects/NOPE 404',
      'GET rest/api/latest/projects/PAY/repos/nope 404',
      `GET rest/api/latest/${ledger}/commits/HEAD 404`,
      `GET rest/${pulls}/1/merge 409`,
      `PUT rest/${commit}/reports/com.sonarsource.sonarqube 400`,
    ]);
  });
});
