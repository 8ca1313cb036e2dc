import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startHarnessSimulator } from '../../lab/simulators/harness/index.ts';
import { satelliteStage } from './stage.ts';
import { runProgram } from './process.ts';

it('says before a satellite runs whether hub and tool can be reached, and what is wrong in its file', async () => {
  const server = await startHarnessSimulator({ profile: 'self-managed' });
  onTestFinished(() => server.close());
  server.state.addOrganization({ identifier: 'pay' });
  server.state.addProject({ organization: 'pay', identifier: 'ledger' });
  const settings = { accountType: 'on_prem', url: server.url, accountId: 'acc', organizations: ['pay'] };
  const apiKey = server.state.addToken();
  const system = { kind: 'harness', settings, secrets: { apiKey } };
  const stage = await satelliteStage();
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-check-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await writeFile(join(directory, 'ca.pem'), stage.front.ca);
  const file = await stage.file([await stage.far('inside', system)], system);
  const good = file.replace(/( {2}url: .*\n)/, `$1  ca_file: ${JSON.stringify(join(directory, 'ca.pem'))}\n`);
  const check = async (yaml: string, ...more: string[]) => {
    const path = join(directory, 'satellite.yml');
    await writeFile(path, yaml, { mode: 0o600 });
    const ended = await runProgram(['src/main.ts', 'satellite', 'check', '--config', path, ...more]);
    expect(ended.said).not.toContain(apiKey);
    return ended;
  };

  const well = await check(good);
  expect([well.code, well.said]).toEqual([0, expect.stringContaining('ok       The API key is accepted')]);
  expect(well.said).toContain('ok       The hub takes the key: It reads inside.');
  expect(well.said).toContain('ok       The clocks agree');
  // The file says no account type: the address does.
  expect(well.said).not.toMatch(/^ {2}(?:warning|failed)/m);

  const report = JSON.parse((await check(good, '--json')).said) as { sides: { of: string }[] };
  expect(report.sides.map(({ of }) => of)).toEqual([
    expect.stringMatching(/^hub /),
    expect.stringContaining('(harness)'),
  ]);

  const typed = await check(good.replace('organization: "pay"', 'organization: "PAY"'));
  expect([typed.code, typed.said]).toEqual([2, expect.stringContaining('The key sees no organization called “PAY”')]);
  expect(typed.said).toContain('In place of “PAY” most likely: pay');

  const unknown = await check(good.replace(/api_key: "plbsat_[^"]*"/, 'api_key: "plbsat_unknown"'));
  expect([unknown.code, unknown.said]).toEqual([1, expect.stringContaining('failed   The hub takes the key')]);

  const untrusted = await check(file);
  expect([untrusted.code, untrusted.said]).toEqual([
    1,
    expect.stringMatching(/failed {3}The hub takes the key: .*certificate/),
  ]);

  const unusable = await check(good.replace(apiKey, '<HARNESS_API_KEY>'));
  expect([unusable.code, unusable.said]).toEqual([78, expect.stringContaining('integrations[0].api_key')]);
});
