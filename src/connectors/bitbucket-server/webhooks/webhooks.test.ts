import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import { webhooks } from './index.ts';

const [adapter] = webhooks;
if (adapter === undefined) throw new Error('Bitbucket delivers.');

const repository = { slug: 'ledger', project: { key: 'PAY' } };
const pullRequest = { id: 17, toRef: { repository } };
const bytes = (content: unknown): Buffer => Buffer.from(JSON.stringify(content));
const parse = (content: unknown) => adapter.parse({ headers: {}, body: bytes(content) });
const hash = '1'.repeat(40);
const change = (id: string, type: string) => ({ ref: { id }, refId: id, fromHash: hash, toHash: hash, type });

describe('a delivery of Bitbucket', () => {
  it.each([
    'pr:opened',
    'pr:from_ref_updated',
    'pr:to_ref_updated',
    'pr:modified',
    'pr:merged',
    'pr:declined',
    'pr:deleted',
    'pr:of_a_later_version',
  ])('%s has its pull request read', (eventKey) => {
    const { subject, reads, facts } = parse({ eventKey, date: '2026-01-07T11:14:43+0100', pullRequest });
    expect([subject, facts]).toEqual(['PAY/ledger · pull request 17', []]);
    expect(reads).toEqual([{ slice: 'repository:PAY/ledger', phases: ['current'], named: ['pull_request:17'] }]);
  });

  it.each(['pr:comment:added', 'pr:reviewer:approved'])('%s changes nothing that is stored', (eventKey) => {
    expect(parse({ eventKey, pullRequest }).reads).toEqual([]);
  });

  it('of a push has the pull requests read that come from a branch which moved', () => {
    const push = (...changes: object[]) => parse({ eventKey: 'repo:refs_changed', repository, changes });
    expect(push(change('refs/heads/x', 'UPDATE'), change('refs/tags/v1', 'ADD'))).toMatchObject({
      event: 'pushed',
      subject: 'PAY/ledger',
      reads: [{ slice: 'repository:PAY/ledger', phases: ['current'], named: ['branch:x'] }],
    });
    expect(push(change('refs/heads/x', 'DELETE'), change('refs/tags/v1', 'ADD')).reads).toEqual([]);
  });

  it('of a change of the repository names it as it is called now', () => {
    const renamed = { ...repository, slug: 'general-ledger' };
    expect(parse({ eventKey: 'repo:modified', old: repository, new: renamed })).toMatchObject({
      event: 'repository_modified',
      reads: [{ slice: 'repository:PAY/general-ledger', lookFor: true }],
    });
  });

  it('keeps the tilde of a user’s own project', () => {
    const own = { slug: 'notes', project: { key: '~ada' } };
    expect(parse({ eventKey: 'pr:opened', pullRequest: { id: 1, toRef: { repository: own } } }).reads).toMatchObject([
      { slice: 'repository:~ada/notes' },
    ]);
  });

  it('of the test call leads to nothing, and so does an event that nobody knows', () => {
    expect(parse({ test: true })).toMatchObject({ event: 'test_call', reads: [] });
    expect(parse({ eventKey: 'repo:forked', repository })).toMatchObject({ event: 'repository_forked', reads: [] });
    expect(parse({ eventKey: 'mirror:repo_synchronized' })).toMatchObject({ reads: [] });
  });

  it.each([
    ['no JSON', Buffer.from('{')],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['no object', bytes([])],
    ['no event', bytes({})],
    ['no pull request', bytes({ eventKey: 'pr:opened' })],
    ['no number', bytes({ eventKey: 'pr:opened', pullRequest: { ...pullRequest, id: '../1' } })],
    ['an id out of range', bytes({ eventKey: 'pr:opened', pullRequest: { ...pullRequest, id: 1e300 } })],
    [
      'a way out of its repository',
      bytes({ eventKey: 'repo:modified', new: { slug: '../x', project: { key: 'PAY' } } }),
    ],
    ['no project', bytes({ eventKey: 'repo:modified', new: { slug: 'x', project: null } })],
    ['no changes', bytes({ eventKey: 'repo:refs_changed', repository, changes: {} })],
  ])('that has %s is not believed', (_, body) => {
    const failure = (() => {
      try {
        return adapter.parse({ headers: {}, body });
      } catch (error) {
        return error;
      }
    })();
    expect(isPlumblineError(failure, 'malformed_delivery')).toBe(true);
  });
});

describe('the proof of a delivery', () => {
  const body = bytes({ eventKey: 'pr:opened', pullRequest });
  const signed = (secret: string, of: Buffer = body) => ({
    'x-hub-signature': `sha256=${createHmac('sha256', secret).update(of).digest('hex')}`,
  });
  const verify = (headers: Record<string, string>, secrets: readonly string[] = ['old', 's3cret-é']) =>
    adapter.verify({ pathKey: null, headers, body }, secrets);

  it('is the signature over its bytes, with any live secret', () => {
    expect(verify(signed('s3cret-é'))).toBe(true);
    expect(verify(signed('old'))).toBe(true);
    expect(verify(signed('another'))).toBe(false);
    expect(verify(signed('old', bytes({})))).toBe(false);
    expect(verify({})).toBe(false);
    expect(verify({ 'x-hub-signature': 'sha256=' })).toBe(false);
    const { 'x-hub-signature': value } = signed('old');
    expect(verify({ 'x-hub-signature': value.replace('sha256=', '') })).toBe(false);
  });

  it('keeps neither signature nor what else could be a secret', () => {
    for (const name of ['x-hub-signature', 'authorization', 'cookie']) expect(adapter.keptHeaders).not.toContain(name);
  });

  it('tells a repetition by its id and by what it says', () => {
    const idOf = (id: string, of: Buffer = body) =>
      adapter.deliveryId({ pathKey: null, headers: { 'x-request-id': id }, body: of });
    expect(idOf('1')).toBe(idOf('1'));
    expect(idOf('1')).not.toBe(idOf('2'));
    // A proxy that writes one id into everything loses nothing.
    expect(idOf('1')).not.toBe(idOf('1', bytes({})));
    expect(adapter.deliveryId({ pathKey: null, headers: {}, body })).toBeNull();
  });
});
