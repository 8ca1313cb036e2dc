import { describe, it } from 'vitest';
import { describeReading, describeWriting } from './bitbucket.ts';

const { BITBUCKET_URL: url, BITBUCKET_TOKEN: token, BITBUCKET_REPOSITORY: repository } = process.env;

function leaveOut(what: string, why: string): void {
  process.stderr.write(`${what} is not run: ${why}\n`);
  describe.skip(`${what}: ${why}`, () => it('is not run', () => undefined));
}

if (url === undefined || token === undefined) {
  leaveOut('the live suite of Bitbucket Server', 'set BITBUCKET_URL and BITBUCKET_TOKEN to ask a server of your own');
} else {
  const server = () => ({ url, token });
  const { host } = new URL(url);
  describeReading(`Bitbucket Server at ${host}`, server);
  if (repository === undefined) {
    leaveOut('writing a report', 'BITBUCKET_REPOSITORY names no repository, as PROJECT/repository, to write one in');
  } else {
    describeWriting(`Bitbucket Server at ${host}, in ${repository}`, server, repository);
  }
}
