import { afterAll, beforeAll, expect, it } from 'vitest';
import { lines, type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { describeReading, describeWriting } from './bitbucket.ts';

/* The live suite itself, so that it is in order for whoever owns a server: it reads, and leaves nothing behind. */

let sample: Sample;
beforeAll(async () => {
  sample = await startSample({ version: '9.4', contextPath: '/bitbucket' });
  const { repository, bitbucket } = sample;
  await bitbucket.state.push(repository, { branch: 'f', from: 'main', files: { 'src/a.ts': lines(20, { 3: 'x' }) } });
  const at = (branch: string) => ({ repository, branch });
  await bitbucket.state.openPullRequest({ title: 'f', from: at('f'), to: at('main') });
});
afterAll(() => sample.bitbucket.close());

const server = () => ({ url: sample.bitbucket.url, token: sample.bot });

describeReading('the simulated server', server);

it('writes nothing as long as no repository is named', () => {
  const written = sample.bitbucket.journal.entries.filter(({ method }) => method !== 'GET');
  expect(written.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

describeWriting('the simulated server, written to', server, 'PAY/ledger');

it('leaves nothing behind', () => {
  const left = [...sample.repository.reports.values()].flatMap((reports) => [...reports.keys()]);
  expect(left).toEqual([]);
});
