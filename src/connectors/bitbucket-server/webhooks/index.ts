import { createHash, createHmac } from 'node:crypto';
import { provenBy, sameText } from '../../../domain/secret-proof.ts';
import type { ParsedDelivery, WebhookAdapter, WebhookCall } from '../../contract.ts';
import { called } from '../address.ts';
import { branchName, pullRequestName } from '../streams/named.ts';
import { sliceOf } from '../streams/repositories.ts';
import { type DeliveredRepository, notUnderstood, type Payload, readPayload } from './payload.ts';

const testEvent = 'diagnostics:ping';

/** What happened, in our words where the server's would not be understood. */
const ownWords: Readonly<Record<string, string>> = {
  [testEvent]: 'test_call',
  'pr:from_ref_updated': 'pull_request_pushed',
  'pr:to_ref_updated': 'pull_request_target_pushed',
  'repo:refs_changed': 'pushed',
};

const eventWords = (event: string): string =>
  ownWords[event] ??
  event
    .replace(/^pr:/, 'pull_request_')
    .replace(/^repo:/, 'repository_')
    .replaceAll(':', '_');

/** The one way Bitbucket delivers: a JSON body, signed with HMAC-SHA256 over its bytes. */
export const webhooks: readonly WebhookAdapter[] = [
  {
    name: '',
    title: 'Bitbucket webhook',
    proof: 'signature',
    enteredAt:
      'Repository or project settings → Webhooks → Create webhook, with the pull request events Opened, Source branch updated, Modified, Merged, Declined and Deleted, and the repository event Modified. Before Bitbucket 7.0, which has no “Source branch updated”, also Push',
    // The signature is left out: with a weak secret it would be a key to guess with.
    keptHeaders: ['content-type', 'content-length', 'user-agent', 'x-event-key', 'x-request-id', 'host'],
    verify,
    isTest: ({ headers }) => headers['x-event-key'] === testEvent,
    deliveryId,
    parse: ({ body }) => parseDelivery(readPayload(body)),
  },
];

function verify({ headers, body }: WebhookCall, secrets: readonly string[]): boolean {
  const given = (headers['x-hub-signature'] ?? '').trim().toLowerCase();
  return provenBy(secrets, (secret) =>
    sameText(given, `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`),
  );
}

/** With what it says: a proxy may write ids of its own, and the signature does not cover them. */
function deliveryId({ headers, body }: WebhookCall): string | null {
  const id = headers['x-request-id']?.trim() ?? '';
  return id === '' ? null : `${id} ${createHash('sha256').update(body).digest('hex')}`;
}

/**
 * A delivery is a hint and no fact: it may come late, twice or in another order, so all it leads to is that what it names
 * is asked for.
 */
function parseDelivery(payload: Payload): ParsedDelivery {
  const { eventKey: event } = payload;
  if (event === undefined) {
    if (payload.test === true) return nothing(testEvent, 'test call');
    throw notUnderstood('it names no event');
  }
  if (event.startsWith('pr:')) return ofPullRequest(event, payload);
  if (event === 'repo:refs_changed') return ofPush(event, payload);
  if (event === 'repo:modified') return ofRepository(event, payload);
  return nothing(event, payload.repository === undefined ? '' : words(payload.repository));
}

/** What people say about a pull request changes nothing of what is stored. */
const saysNothing = ['pr:comment:', 'pr:reviewer:'];

function ofPullRequest(event: string, { pullRequest }: Payload): ParsedDelivery {
  if (pullRequest === undefined) throw notUnderstood(`${event} names no pull request`);
  const { id, toRef } = pullRequest;
  const subject = `${words(toRef.repository)} · pull request ${id}`;
  if (saysNothing.some((prefix) => event.startsWith(prefix))) return nothing(event, subject);
  return { ...nothing(event, subject), reads: [{ ...readOf(toRef.repository), named: [pullRequestName(id)] }] };
}

function ofPush(event: string, { repository, changes }: Payload): ParsedDelivery {
  if (repository === undefined || changes === undefined) throw notUnderstood(`${event} names no repository or changes`);
  const moved = changes.filter(({ ref, type }) => ref.id.startsWith(heads) && type.toUpperCase() !== 'DELETE');
  // A pull request into another repository is told of by that one.
  const named = moved.map(({ ref }) => branchName(ref.id.slice(heads.length)));
  return { ...nothing(event, words(repository)), reads: named.length === 0 ? [] : [{ ...readOf(repository), named }] };
}

const heads = 'refs/heads/';

/** It may have another name or another project now. */
function ofRepository(event: string, { new: renamed }: Payload): ParsedDelivery {
  if (renamed === undefined) throw notUnderstood(`${event} names no repository`);
  return { ...nothing(event, words(renamed)), reads: [{ ...readOf(renamed), lookFor: true }] };
}

const nothing = (event: string, subject: string): ParsedDelivery => ({
  event: eventWords(event).slice(0, 100),
  subject,
  reference: null,
  reads: [],
  facts: [],
});

const words = (repository: DeliveredRepository): string => called(placeOf(repository));
const placeOf = ({ slug, project }: DeliveredRepository) => ({ project: project.key, repository: slug });
const readOf = (repository: DeliveredRepository): ParsedDelivery['reads'][number] => ({
  slice: sliceOf(placeOf(repository)),
  phases: ['current'],
});
