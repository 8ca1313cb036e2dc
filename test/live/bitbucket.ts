import { describe, expect, it, type TestContext } from 'vitest';
import { bitbucketServer } from '../../src/connectors/bitbucket-server/index.ts';
import type { PullRequestRecord, RepositoryRecord } from '../../src/connectors/bitbucket-server/records.ts';
import type { CodePlace, CodeReport, ReportPlace } from '../../src/connectors/contract.ts';
import { publishReport, type WantedReport } from '../../src/features/reports/writing/publish-report.ts';
import {
  bitbucketContext,
  type BitbucketConnection as Server,
  checked,
  readBitbucket,
} from '../connector/bitbucket-stage.ts';

/** Nobody else’s, and no key that a merge requires. */
const reportKey = 'plumbline.live-test';
/** So many repositories are looked through for an open pull request. */
const mostLookedThrough = 25;

const { codeReview } = bitbucketServer;
if (codeReview === undefined) throw new Error('The connector reviews code.');
const review = codeReview;

interface Found {
  place: CodePlace;
  pull: PullRequestRecord;
}

/** What the connector relies on, asked of one server; nothing is written. */
export function describeReading(title: string, server: () => Server): void {
  describe(title, () => {
    let listed: Promise<RepositoryRecord[]> | undefined;
    const all = (): Promise<RepositoryRecord[]> =>
      (listed ??= readBitbucket(server(), 'discovery').then(({ repositories }) => repositories));
    let found: Promise<Found | null> | undefined;
    const one = async (test: TestContext): Promise<Found> =>
      (await (found ??= all().then((repositories) => openPullRequest(server(), repositories)))) ?? test.skip(noneOpen);

    it('passes the checks of a connection', async () => {
      const { outcomes, report } = await checked(server());
      expect(Object.entries(outcomes).filter(([, outcome]) => outcome.startsWith('failed'))).toEqual([]);
      expect(report.facts['user']).toEqual(expect.any(String));
      expect(report.capabilities.every(({ available }) => available)).toBe(true);
    });

    it('lists its repositories twice alike, and proves that it did', async () => {
      const repositories = await all();
      const again = await readBitbucket(server(), 'discovery');
      expect(again.complete).toMatchObject({ proof: 'key_set', sourceCount: repositories.length });
      expect(idsOf(again.repositories)).toEqual(idsOf(repositories));
    });

    it('refuses a token that is nobody’s', async () => {
      const { outcomes } = await checked({ ...server(), token: 'BBDC-nobody-has-this-token' });
      expect(outcomes['token_accepted']).toBe('failed invalid_credentials');
    });

    it('says of an open pull request what a report needs', async (test) => {
      const { place, pull } = await one(test);
      const context = bitbucketContext(server());
      const ids = await review.repository(context, place);
      expect((await all()).find(({ id }) => id === ids.id)).toMatchObject({ slug: place.repository });
      expect(await review.pullRequest(context, place, pull.id)).toMatchObject({ id: pull.id, state: 'open' });
      const { files } = await review.diff(context, place, pull.id);
      for (const { path, oldPath } of files) expect(path ?? oldPath).not.toBeNull();
      expect(await review.mergeCheck(context, place, pull.id)).not.toBeNull();
      const base = await review.mergeBase(context, place, { one: pull.head, other: pull.head });
      expect([null, pull.head]).toContain(base);
      const at = { ...place, commit: pull.head, key: 'plumbline.no-such-report' };
      expect(await review.storedReport(context, at)).toBeNull();
    });

    it('names what is not there by its own codes', async (test) => {
      const { place } = await one(test);
      const context = bitbucketContext(server());
      expect(await review.pullRequest(context, place, '2000000000')).toBeNull();
      const gone = { ...place, repository: 'no-such-repository-of-plumbline' };
      await expect(review.repository(context, gone)).rejects.toMatchObject({ code: 'bitbucket_repository_not_found' });
      const commit = '0'.repeat(39).concat('1');
      const unknown = review.storedReport(context, { ...place, commit, key: 'x' });
      await expect(unknown).rejects.toMatchObject({ code: 'bitbucket_commit_not_found' });
    });
  });
}

/** Writes one report on the head of an open pull request of `PROJECT/repository`, and removes it. */
export function describeWriting(title: string, server: () => Server, writeIn: string): void {
  describe(title, () => {
    it('takes a report with annotations, and one that passes in its place', async (test) => {
      const { repositories } = await readBitbucket(server(), 'discovery');
      const named = repositories.filter(({ project, slug }) => `${project}/${slug}` === writeIn);
      expect(named).toHaveLength(1);
      const writable = await openPullRequest(server(), named);
      if (writable === null) return test.skip(`${writeIn} has no open pull request`);
      const at = { ...writable.place, commit: writable.pull.head, key: reportKey };
      try {
        await writeAndLook(server(), at);
      } finally {
        await removeReport(server(), at);
      }
      expect(await review.storedReport(bitbucketContext(server()), at)).toBeNull();
    });
  });
}

const noneOpen = `none of the first ${mostLookedThrough} repositories has an open pull request`;
const idsOf = (records: readonly RepositoryRecord[]): string[] => records.map(({ id }) => id).toSorted();

async function openPullRequest(server: Server, repositories: readonly RepositoryRecord[]): Promise<Found | null> {
  for (const { id, project, slug } of repositories.slice(0, mostLookedThrough)) {
    const { pullRequests } = await readBitbucket(server, `repository:${project}/${slug}`, { since: new Date() });
    const pull = [...pullRequests.values()].find(
      ({ state, sourceRepositoryId }) => state === 'open' && sourceRepositoryId === id,
    );
    if (pull !== undefined) return { place: { project, repository: slug }, pull };
  }
  return null;
}

async function writeAndLook(server: Server, at: ReportPlace): Promise<void> {
  const context = bitbucketContext(server);
  const writer = review.reportWriter(context, at);
  expect(await publishReport(writer, wanted('FAIL', 2))).toBe(2);
  expect(await lying(server, at)).toEqual({ result: 'FAIL', annotations: 2 });
  expect(await review.storedReport(context, at)).toEqual({ reporter: 'Plumbline', link });
  expect(await publishReport(writer, wanted('PASS', 0))).toBe(0);
  expect(await lying(server, at)).toEqual({ result: 'PASS', annotations: 0 });
}

const link = 'https://sonarqube.example.com/dashboard?id=plumbline-live-test';

const wanted = (result: CodeReport['result'], annotations: number): WantedReport => ({
  report: (shown, problem) => ({
    title: 'Plumbline live test',
    reporter: 'Plumbline',
    result: problem === undefined ? result : 'FAIL',
    details: `Written and removed by a test. Shown: ${shown}.`,
    link,
    data: [{ title: 'New issues', type: 'NUMBER', value: shown }],
  }),
  annotations: Array.from({ length: annotations }, (_, index) => ({
    externalId: `live-${index}`,
    severity: 'LOW',
    type: 'CODE_SMELL',
    message: 'Of the whole pull request.',
    link,
  })),
});

const reportUrl = ({ url }: Server, { project, repository, commit, key }: ReportPlace): string =>
  `${url.replace(/\/$/, '')}/rest/insights/1.0/projects/${encodeURIComponent(project)}/repos/${repository}/commits/${commit}/reports/${key}`;

const asked = async (server: Server, address: string, method = 'GET'): Promise<Response> => {
  const headers = { authorization: `Bearer ${server.token}`, 'x-atlassian-token': 'no-check' };
  return fetch(address, { method, headers, redirect: 'error' });
};

async function lying(server: Server, at: ReportPlace): Promise<{ result: string; annotations: number }> {
  const address = reportUrl(server, at);
  const report = (await (await asked(server, address)).json()) as { result: string };
  const shown = (await (await asked(server, `${address}/annotations`)).json()) as { annotations: unknown[] };
  return { result: report.result, annotations: shown.annotations.length };
}

async function removeReport(server: Server, at: ReportPlace): Promise<void> {
  const { status } = await asked(server, reportUrl(server, at), 'DELETE');
  expect([204, 404]).toContain(status);
}
