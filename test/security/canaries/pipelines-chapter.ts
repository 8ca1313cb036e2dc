import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deployStage, startSample } from '../../../lab/simulators/harness/testing.ts';
import { type Canaries, search } from './canaries.ts';
import type { Chapter } from './story.ts';

function requireClean({ out, err }: { out: string; err: string }, canaries: Canaries): void {
  const told = search('a command', out + err, canaries.all);
  if (told.length > 0) throw new Error(`a command shows ${JSON.stringify(told)}`);
}

/** A Harness that the hub reads itself: keys that work, that are refused, that are replaced, and a server that repeats them. */
export async function pipelines({ product, canaries, call, echo, closing }: Chapter): Promise<void> {
  const { harness, pipeline, token } = await startSample();
  closing.push(() => harness.close());
  harness.state.start(pipeline, { stages: [deployStage(1)] });
  // Its id, before the last dot, is in Harness's own errors and no secret.
  const plant = (name: string, value: string): string => canaries.add(name, value, value.lastIndexOf('.') + 1);
  plant('Harness key', token);
  const settings = { accountType: 'on_prem', url: harness.url, accountId: 'acc' };
  const entry = { name: 'pipelines', kind: 'harness', settings, syncIntervalSeconds: 86_400 };
  const file = join(product.home, 'pipelines.yaml');
  await writeFile(file, JSON.stringify({ integrations: [{ ...entry, secrets: { apiKey: '${env:CANARY_HARNESS}' } }] }));
  for (const args of [
    ['apply', '-f', file],
    ['sync', 'pipelines', '--wait'],
  ]) {
    const done = await product.plumbline(args, { CANARY_HARNESS: token });
    if (done.status !== 0) throw new Error(done.err);
    requireClean(done, canaries);
  }
  const refused = plant('refused Harness key', `${token.slice(0, token.lastIndexOf('.') + 1)}${'a0'.repeat(12)}`);
  const malformed = canaries.make('malformed Harness key', 'sat.');
  const url = { ...settings, url: echo };
  for (const [apiKey, to] of [
    [refused, settings],
    [malformed, settings],
    [refused, url],
    [refused, { ...settings, accountId: 'another' }],
    [refused, { ...settings, url: 'http://127.0.0.1:9' }],
  ] as const) {
    await call('POST', 'api/v1/integrations/check', { body: { kind: 'harness', settings: to, secrets: { apiKey } } });
    await call('POST', 'api/v1/integrations', {
      body: { ...entry, name: 'another', settings: to, secrets: { apiKey } },
    });
  }
  await call('POST', 'api/v1/integrations', {
    body: { ...entry, name: 'x', secrets: { apiKey: [refused], other: refused } },
  });
  await call('POST', 'api/v1/integrations/pipelines/reauthenticate', { body: { secrets: { apiKey: refused } } });
  const second = plant('second Harness key', harness.state.addToken({ kind: 'pat' }));
  await call('POST', 'api/v1/integrations/pipelines/reauthenticate', { body: { secrets: { apiKey: second } } });
  // The server does not take it any more, in the middle of what it is asked for.
  harness.state.revokeToken(second);
  harness.state.start(pipeline, { stages: [deployStage(2)] });
  const failed = await product.plumbline(['sync', 'pipelines', '--wait']);
  if (failed.status === 0) throw new Error('a revoked key still reads');
  requireClean(failed, canaries);
  const handed = await call('POST', 'api/v1/integrations/pipelines/webhook-secret', { body: {} });
  const { secret } = JSON.parse(handed.text) as { secret?: string };
  if (secret !== undefined) canaries.add('secret of Harness notifications', secret, secret.indexOf('_') + 1);
}
