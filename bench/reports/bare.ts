import type { Sample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { bitbucketServer } from '../../src/connectors/bitbucket-server/index.ts';
import { Secrets, Settings } from '../../src/connectors/bitbucket-server/settings.ts';
import type { CodeAnnotation, CodeReport } from '../../src/connectors/contract.ts';
import { publishReport } from '../../src/features/reports/writing/publish-report.ts';
import { createOutbound } from '../../src/platform/outbound/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';

/** A repository that no hub knows, with one pull request. */
export interface Bare {
  sample: Sample;
  project: string;
  id: string;
  commit: string;
  key: number;
}

let made = 0;

export async function openBare(sample: Sample): Promise<Bare> {
  const { state } = sample.bitbucket;
  made += 1;
  const project = state.addProject({ key: `BARE${made}`, name: `Bare ${made}`, everybody: 'read' });
  const repository = await state.addRepository({ project, name: 'bare' });
  await state.push(repository, { branch: 'main', files: { a: 'a' } });
  const commit = await state.push(repository, { branch: 'x', from: 'main', files: { b: 'b' } });
  const { id } = await state.openPullRequest({
    title: 'x',
    from: { repository, branch: 'x' },
    to: { repository, branch: 'main' },
  });
  return { sample, project: project.key, id: String(id), commit, key: 0 };
}

const report: CodeReport = {
  title: 'SonarQube',
  reporter: 'SonarQube',
  result: 'FAIL',
  details: 'Quality Gate failed',
  link: 'https://sonar.example.com/dashboard?id=ledger',
  createdDate: 1_767_229_200_000,
  data: [],
};

const annotation = (at: number): CodeAnnotation => ({
  externalId: `b-${at}`,
  path: 'b',
  line: 1,
  severity: 'HIGH',
  type: 'VULNERABILITY',
  message: 'Do not do this.',
  link: 'https://sonar.example.com/project/issues?id=ledger',
});

/** Makes the calls that the hub made, one after the other and with nothing between them; milliseconds. */
export async function bareReport(
  bare: Bare,
  calls: readonly { method: string; path: string }[],
  annotations: number,
): Promise<number> {
  const { codeReview } = bitbucketServer;
  if (codeReview === undefined) throw new Error('The connector reviews code.');
  const { bitbucket, bot } = bare.sample;
  const http = createOutbound({ configuredHost: new URL(bitbucket.url).hostname, loopbackAllowed: true });
  const context = {
    settings: Settings.parse({ url: bitbucket.url }),
    secrets: Secrets.parse({ token: bot }),
    http,
    log: silentLog,
    signal: new AbortController().signal,
    now: (): Date => new Date(),
  };
  bare.key += 1;
  const place = { project: bare.project, repository: 'bare' };
  const at = { ...place, commit: bare.commit, key: `bare-${bare.key}` };
  const wanted = { report: () => report, annotations: Array.from({ length: annotations }, (_, n) => annotation(n)) };
  try {
    const began = performance.now();
    for (const { method, path } of calls) {
      if (method !== 'GET') continue;
      if (path.includes('/reports/')) await codeReview.storedReport(context, at);
      else await codeReview.pullRequest(context, place, bare.id);
    }
    await publishReport(codeReview.reportWriter(context, at), wanted);
    return performance.now() - began;
  } finally {
    await http.close();
  }
}
