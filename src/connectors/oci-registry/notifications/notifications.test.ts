import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { WebhookAdapter, WebhookCall } from '../../contract.ts';
import { webhooks } from './index.ts';

const folder = new URL('../../../../test/fixtures/registry-notifications/', import.meta.url);
const digest = `sha256:${'ab'.repeat(32)}`;
const secret = 's3cret-token';

function adapter(name: string): WebhookAdapter {
  const found = webhooks.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no adapter ${name}`);
  return found;
}

function call(body: unknown, headers: Record<string, string> = {}, pathKey: string | null = null): WebhookCall {
  return { body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), headers, pathKey };
}

function recorded(name: string): WebhookCall {
  const { headers, body } = JSON.parse(readFileSync(new URL(`distribution-${name}.json`, folder), 'utf8')) as {
    headers: Record<string, string>;
    body: unknown;
  };
  return call(body, headers);
}

const reads = (repository: string) => [{ slice: `repository:${repository}`, phases: ['current'] }];

describe('what docker-registry and distribution sent', () => {
  const { parse, verify, deliveryId } = adapter('');
  it.each([
    ['2.8.2-push-index-tag', 'push', reads('team/checkout')],
    ['3.1.2-push-index-tag', 'push', reads('team/checkout')],
    ['2.8.2-push-retag', 'push', reads('team/checkout')],
    ['2.8.2-delete-tag', 'delete', reads('team/checkout')],
    ['2.8.2-delete-manifest', 'delete', reads('team/checkout')],
    ['2.8.2-push-blob', 'ignored', []],
    ['2.8.2-push-platform-manifest-untagged', 'ignored', []],
    ['2.8.2-push-attestation-manifest-untagged', 'ignored', []],
    ['2.8.2-pull-manifest', 'ignored', []],
  ])('%s', (name, event, wanted) => {
    const received = recorded(name);
    expect(parse(received)).toMatchObject({ event, reads: wanted, facts: [] });
    expect(verify(received, [secret])).toBe(true);
    expect(verify(received, ['old', secret])).toBe(true);
    expect(verify(received, ['another'])).toBe(false);
    expect(deliveryId(received)).toMatch(/^[0-9a-f-]{36}\/[0-9a-f-]{36}$/);
  });

  it('keeps the id of an event over its repetitions', () => {
    const trace = JSON.parse(readFileSync(new URL('distribution-2.8.2-redelivery-trace.json', folder), 'utf8')) as {
      id: string;
    }[];
    const ids = trace.map(({ id }) => deliveryId(call({ events: [{ id, source: { instanceID: 'i' } }] })));
    expect(new Set(ids.slice(0, 6)).size).toBe(1);
    expect(new Set(ids).size).toBe(new Set(trace.map(({ id }) => id)).size);
  });

  it('an untagged signed bundle is attached to something', () => {
    const references = [{ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }];
    const target = { repository: 'team/checkout', digest, references };
    expect(parse(call({ events: [{ action: 'push', target }] }))).toMatchObject({
      event: 'attach',
      reads: reads('team/checkout'),
    });
  });

  it('several events of one envelope read each repository once', () => {
    const events = ['a/x', 'a/y', 'a/x'].map((repository) => ({
      action: 'push',
      target: { repository, tag: '1', digest },
    }));
    expect(parse(call({ events })).reads).toEqual([...reads('a/x'), ...reads('a/y')]);
  });
});

const b64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
const hmac = (body: string): string => createHmac('sha256', secret).update(body).digest('hex');

describe('what others send', () => {
  it.each<[string, unknown, Record<string, string>, string | null, string, string[]]>([
    [
      'harbor',
      {
        type: 'PUSH_ARTIFACT',
        event_data: { repository: { repo_full_name: 'shop/checkout' }, resources: [{ tag: '1', digest }] },
      },
      { authorization: secret },
      null,
      'push',
      ['shop/checkout'],
    ],
    [
      'harbor',
      {
        type: 'pushImage',
        event_data: { repository: { repo_full_name: 'shop/checkout' }, resources: [{ tag: digest, digest }] },
      },
      { authorization: secret },
      null,
      'push',
      ['shop/checkout'],
    ],
    [
      'harbor',
      {
        type: 'harbor.artifact.pushed',
        data: { repository: { repo_full_name: 'shop/checkout' }, resources: [{ tag: '1' }] },
      },
      { authorization: secret },
      null,
      'push',
      ['shop/checkout'],
    ],
    ['harbor', { type: 'SCANNING_COMPLETED', event_data: {} }, { authorization: secret }, null, 'ignored', []],
    [
      'docker-hub',
      { push_data: { tag: '1' }, repository: { repo_name: 'team/checkout' }, callback_url: 'http://169.254.169.254/' },
      {},
      secret,
      'push',
      ['team/checkout'],
    ],
    [
      'zot',
      { name: 'team/checkout', reference: '1', digest },
      { authorization: `Bearer ${secret}`, 'ce-type': 'zotregistry.image.updated', 'ce-id': '7' },
      null,
      'push',
      ['team/checkout'],
    ],
    [
      'zot',
      { type: 'zotregistry.image.updated', data: { name: 'team/checkout', reference: '1' } },
      { authorization: `Basic ${Buffer.from(`hub:${secret}`).toString('base64')}` },
      null,
      'push',
      ['team/checkout'],
    ],
    [
      'acr',
      { id: '1', action: 'push', target: { repository: 'team/checkout', tag: '1', digest } },
      { authorization: `Bearer ${secret}` },
      null,
      'push',
      ['team/checkout'],
    ],
    [
      'acr',
      { id: '1', action: 'quarantine', target: { repository: 'team/checkout' } },
      { authorization: secret },
      null,
      'ignored',
      [],
    ],
    [
      'ecr',
      {
        id: '1',
        'detail-type': 'ECR Image Action',
        detail: {
          'action-type': 'PUSH',
          result: 'SUCCESS',
          'repository-name': 'team/checkout',
          'image-digest': digest,
        },
      },
      { authorization: secret },
      null,
      'push',
      ['team/checkout'],
    ],
    [
      'ecr',
      {
        id: '1',
        'detail-type': 'ECR Image Action',
        detail: { 'action-type': 'PUSH', result: 'FAILURE', 'repository-name': 'team/checkout' },
      },
      { authorization: secret },
      null,
      'ignored',
      [],
    ],
    [
      'ecr',
      {
        id: '1',
        type: 'com.amazon.ecr.image.push',
        data: { repositoryName: 'team/checkout', imageTag: '1', imageDigest: digest },
      },
      { authorization: secret },
      null,
      'push',
      ['team/checkout'],
    ],
    [
      'google',
      {
        message: {
          messageId: '1',
          data: b64({
            action: 'INSERT',
            digest: `eu-docker.pkg.dev/p/r/checkout@${digest}`,
            tag: 'eu-docker.pkg.dev/p/r/checkout:1.1',
          }),
        },
      },
      {},
      secret,
      'push',
      ['p/r/checkout'],
    ],
    [
      'google',
      {
        message: {
          messageId: '2',
          data: b64({ action: 'DELETE', digest: `eu-docker.pkg.dev/p/r/checkout@${digest}` }),
        },
      },
      {},
      secret,
      'delete',
      ['p/r/checkout'],
    ],
    [
      'quay',
      { repository: 'team/checkout', updated_tags: ['1', '2'], docker_url: 'http://internal/' },
      {},
      secret,
      'push',
      ['team/checkout'],
    ],
    ['quay', { repository: 'team/checkout', updated_tags: { latest: 'abc' } }, {}, secret, 'push', ['team/checkout']],
    [
      'artifactory',
      {
        domain: 'docker',
        event_type: 'pushed',
        data: { repo_key: 'docker-local', image_name: 'checkout', tag: '1', sha256: 'ab'.repeat(32) },
      },
      { 'x-jfrog-event-auth': secret },
      null,
      'push',
      ['checkout', 'docker-local/checkout'],
    ],
    [
      'generic',
      [{ repository: 'team/checkout', tag: '1' }, { repository: 'team/mono' }],
      { authorization: `Bearer ${secret}` },
      null,
      'push',
      ['team/checkout', 'team/mono'],
    ],
    ['generic', { repository: '../../etc', tag: '1' }, { authorization: secret }, null, 'ignored', []],
  ])('%s', (name, body, headers, pathKey, event, repositories) => {
    const received = call(body, headers, pathKey);
    const { verify, parse } = adapter(name);
    expect(verify(received, [secret])).toBe(true);
    expect(verify(received, ['another'])).toBe(false);
    const parsed = parse(received);
    expect(parsed.event).toBe(event);
    expect(parsed.reads.map(({ slice }) => slice)).toEqual(
      repositories.map((repository) => `repository:${repository}`),
    );
  });

  it('artifactory and github sign the body', () => {
    const pushed = JSON.stringify({
      domain: 'docker',
      event_type: 'pushed',
      data: { image_name: 'checkout', tag: '1' },
    });
    expect(adapter('artifactory').verify(call(pushed, { 'x-jfrog-event-auth': hmac(pushed) }), [secret])).toBe(true);
    expect(adapter('artifactory').verify(call(`${pushed} `, { 'x-jfrog-event-auth': hmac(pushed) }), [secret])).toBe(
      false,
    );
    const tag = { name: '1', digest };
    const published = JSON.stringify({
      action: 'published',
      package: {
        name: 'checkout',
        package_type: 'CONTAINER',
        owner: { login: 'Team' },
        package_version: { version: digest, container_metadata: { tag } },
      },
    });
    const headers = {
      'x-github-event': 'package',
      'x-github-delivery': '9',
      'x-hub-signature-256': `sha256=${hmac(published)}`,
    };
    const github = adapter('github');
    expect(github.verify(call(published, headers), [secret])).toBe(true);
    expect(github.verify(call(published, { ...headers, 'x-hub-signature-256': 'sha256=00' }), [secret])).toBe(false);
    expect(github.parse(call(published, headers)).reads).toEqual(reads('team/checkout'));
    expect(github.parse(call('{"zen":"x"}', { 'x-github-event': 'ping' })).reads).toEqual([]);
    expect(github.deliveryId(call(published, headers))).toBe('9');
  });
});

describe('bodies nobody understands', () => {
  it.each(webhooks.map(({ name }) => [name] as const))(
    '%j: words are refused, anything else changes nothing',
    (name) => {
      const { parse, deliveryId, verify } = adapter(name);
      expect(() => parse(call('no JSON'))).toThrow(expect.objectContaining({ code: 'malformed_delivery' }));
      expect(deliveryId(call('no JSON'))).toBeNull();
      for (const body of [
        null,
        7,
        'text',
        [],
        {},
        { events: 7 },
        { events: [null, 7, {}] },
        { detail: null },
        { message: { data: 'e30=' } },
      ])
        expect(parse(call(JSON.stringify(body))).reads).toEqual([]);
      expect(verify(call('{}'), [secret])).toBe(false);
      expect(verify(call('{}', { authorization: 'Bearer ' }), [])).toBe(false);
    },
  );
});
