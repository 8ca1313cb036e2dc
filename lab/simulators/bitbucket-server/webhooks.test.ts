import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, type Sample, startSample } from './testing.ts';
import type { Told } from '../wire/told.ts';

const secret = 's3cret-é';
let sample: Sample;
let server: Server;
let status = 200;
let got: { headers: IncomingHttpHeaders; text: string; body: Record<string, unknown> }[] = [];

beforeEach(async () => {
  sample = await startSample();
  [status, got] = [200, []];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      got.push({ headers: request.headers, text, body: JSON.parse(text) });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await sample.bitbucket.close();
  await new Promise((resolve) => server.close(resolve));
});

const receiver = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/1`;
const hook = (
  events: string[],
  more: object = {},
  path = 'projects/PAY/repos/ledger',
  token = sample.ada,
): Promise<Told> =>
  ask(sample.bitbucket, `api/1.0/${path}/webhooks`, {
    method: 'POST',
    token,
    body: { name: 'hub', url: receiver(), events, configuration: { secret }, ...more },
  });
const events = (): unknown[] => got.map(({ headers }) => headers['x-event-key']);

describe('webhooks', () => {
  it('are for administrators, with events that the version knows', async () => {
    expect((await hook(['pr:opened'], {}, 'projects/PAY/repos/ledger', sample.bot)).status).toBe(401);
    expect((await hook(['pr:exploded'])).body.errors[0].context).toBe('events');
    expect((await hook([])).status).toBe(400);
    const made = await hook(['pr:opened']);
    expect(made).toMatchObject({
      status: 200,
      body: { active: true, configuration: { secret }, sslVerificationRequired: true },
    });
    const path = `api/1.0/projects/PAY/repos/ledger/webhooks/${made.body.id}`;
    const body = { name: 'other', url: receiver(), events: ['repo:modified'], active: false };
    expect((await ask(sample.bitbucket, path, { method: 'PUT', token: sample.ada, body })).body).toMatchObject({
      name: 'other',
      active: false,
    });
    expect((await ask(sample.bitbucket, path, { method: 'DELETE', token: sample.ada })).status).toBe(204);
    expect((await ask(sample.bitbucket, path, { token: sample.ada })).status).toBe(404);
  });

  it('before 7.0 know no event for a moved head, and answer 201', async () => {
    await sample.bitbucket.close();
    sample = await startSample({ version: '5.15' });
    expect((await hook(['pr:from_ref_updated'])).status).toBe(400);
    expect((await hook(['repo:refs_changed'])).status).toBe(201);
    expect((await hook(['repo:refs_changed'], {}, 'projects/PAY')).status).toBe(404);
  });

  it('are signed over their bytes and tell of all that happens to a pull request', async () => {
    const { bitbucket, repository, first } = sample;
    const { state } = bitbucket;
    await hook([
      'pr:opened',
      'pr:from_ref_updated',
      'pr:merged',
      'pr:comment:added',
      'repo:refs_changed',
      'repo:modified',
    ]);
    await state.push(repository, { branch: 'f', from: 'main', files: { 'ä.txt': 'ä' } });
    const pull = await state.openPullRequest({
      title: 'Größe',
      from: { repository, branch: 'f' },
      to: { repository, branch: 'main' },
    });
    const before = pull.from.commit;
    const after = await state.push(repository, { branch: 'f', files: { 'b.txt': 'b' } });
    await ask(bitbucket, 'api/1.0/projects/PAY/repos/ledger/pull-requests/1/comments', {
      method: 'POST',
      token: sample.bot,
      body: { text: 'hi' },
    });
    await state.merge(pull);
    state.move(repository, { name: 'books' });
    await state.settled();
    expect(events().toSorted()).toEqual(
      [
        'repo:refs_changed',
        'pr:opened',
        'pr:from_ref_updated',
        'repo:refs_changed',
        'pr:comment:added',
        'pr:merged',
        'repo:refs_changed',
        'repo:modified',
      ].toSorted(),
    );
    for (const { headers, text } of got) {
      expect(headers['x-hub-signature']).toBe(`sha256=${createHmac('sha256', secret).update(text).digest('hex')}`);
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
    const bodyOf = (event: string) => got.find(({ headers }) => headers['x-event-key'] === event)?.body;
    expect(bodyOf('pr:from_ref_updated')).toMatchObject({
      eventKey: 'pr:from_ref_updated',
      date: '2026-03-02T11:00:00+0100',
      previousFromHash: before,
      pullRequest: { id: 1, fromRef: { latestCommit: after } },
      actor: { name: 'ada' },
    });
    expect(bodyOf('repo:refs_changed')).toMatchObject({
      changes: [{ refId: 'refs/heads/f', fromHash: '0'.repeat(40), type: 'ADD' }],
    });
    expect(bodyOf('repo:modified')).toMatchObject({
      old: { slug: 'ledger' },
      new: { slug: 'books', id: repository.id },
    });
    expect(first).toHaveLength(40);
  });

  it('are not sent again, and skipped when the receiver failed too often', async () => {
    const { bitbucket, repository } = sample;
    await hook(['repo:refs_changed']);
    status = 500;
    for (let index = 0; index < 7; index += 1) {
      await bitbucket.state.push(repository, { branch: `b${index}`, from: 'main', files: { x: String(index) } });
      await bitbucket.state.settled();
    }
    expect(got).toHaveLength(5);
    expect(bitbucket.world.deliveries.map(({ outcome }) => outcome)).toEqual([
      500,
      500,
      500,
      500,
      500,
      'skipped',
      'skipped',
    ]);
  });

  it('of a project serve all its repositories, and a test call comes unsigned', async () => {
    const { bitbucket, repository, ada } = sample;
    await hook(['repo:refs_changed'], {}, 'projects/PAY');
    await bitbucket.state.push(repository, { branch: 'b', from: 'main', files: { x: 'x' } });
    await bitbucket.state.settled();
    expect(events()).toEqual(['repo:refs_changed']);
    const path = `api/1.0/projects/PAY/repos/ledger/webhooks/test?url=${encodeURIComponent(receiver())}`;
    expect((await ask(bitbucket, path, { method: 'POST', token: ada })).body.response.statusCode).toBe(200);
    expect(got.at(-1)).toMatchObject({ body: { test: true }, headers: { 'x-event-key': 'diagnostics:ping' } });
    expect(got.at(-1)?.headers['x-hub-signature']).toBeUndefined();
  });
});
