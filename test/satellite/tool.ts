import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { big } from '../../lab/simulators/sonarqube/scenarios.ts';

/**
 * A SonarQube on the address given, in the network that this process is in; says its token and runs until it is ended.
 * While there is a file at `hold`, no second page of issues is told; each that is asked for meanwhile is said.
 */
const [, , host = '127.0.0.1', port = '9000', hold = ''] = process.argv;
const server = await startSimulator({
  profile: '26.9',
  host,
  port: Number(port),
  scenario: big({ projects: 3, issuesPerProject: 1_200, madeAt: new Date('2026-11-01T00:00:00Z') }),
});
// Slow enough to be interrupted while it is read, and for two satellites to share it.
server.faults.add({ kind: { type: 'slow', milliseconds: 100 }, times: Infinity });
const until = async (): Promise<void> => {
  if (existsSync(hold)) process.stdout.write('held\n');
  while (existsSync(hold)) await delay(50);
};
server.faults.add({
  match: { path: 'api/issues/list', query: { p: '2' } },
  kind: { type: 'hold', until },
  times: Infinity,
});
process.stdout.write(`token ${server.tokens.admin}\n`);
