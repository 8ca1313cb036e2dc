import type { WebhookAdapter } from '../../contract.ts';
import { isBundleType, mediaTypes } from '../schema.ts';
import { at, authorizedBy, type Hint, hint, jsonIfAny, jsonOf, listAt, textAt, toDelivery } from './hint.ts';

/** Distribution 2 and 3, docker-registry, and GitLab’s own registry: an envelope of events. */
export const distribution: WebhookAdapter = {
  name: '',
  title: 'Docker Distribution, docker-registry, GitLab self-managed',
  proof: 'header_token',
  keptHeaders: ['content-type', 'content-length', 'user-agent'],
  verify: authorizedBy,
  // The same id on every repetition of an event; of several in one envelope the first stands for all.
  deliveryId: ({ body }) => {
    const [first] = listAt(jsonIfAny(body), 'events');
    const id = textAt(first, 'id');
    return id === null ? null : `${textAt(first, 'source', 'instanceID') ?? ''}/${id}`;
  },
  parse: ({ body }) => toDelivery(listAt(jsonOf(body), 'events').map(hintOf)),
};

/**
 * Our own reading makes a registry send `pull` events: only pushes and deletions count. A push is complete with its tag,
 * which comes last; without one it matters only when it attaches a signed statement to something.
 */
function hintOf(event: unknown): Hint | null {
  const action = textAt(event, 'action');
  const target = at(event, 'target');
  const place = { repository: at(target, 'repository'), tag: at(target, 'tag'), digest: at(target, 'digest') };
  if (action === 'delete') return hint('delete', place);
  if (action !== 'push') return null;
  if (textAt(target, 'tag') !== null) return hint('push', place);
  const types = listAt(target, 'references').map((one) => textAt(one, 'mediaType') ?? '');
  const signed = types.some((type) => type === mediaTypes.dsse || isBundleType(type.split(';')[0] ?? ''));
  return signed ? hint('attach', place) : null;
}
