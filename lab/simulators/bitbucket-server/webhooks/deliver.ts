import { createHmac, randomUUID } from 'node:crypto';
import { isAtLeast } from '../profiles.ts';
import type { Webhook } from '../state/webhook-model.ts';
import type { Repository, World } from '../world.ts';

/** A receiver gets this long. */
const patienceMs = 10_000;

export const signatureOf = (secret: string, body: string): string =>
  `sha256=${createHmac('sha256', Buffer.from(secret, 'utf8')).update(Buffer.from(body, 'utf8')).digest('hex')}`;

export interface Sent {
  status: number | null;
  requestId: string;
}

/** Sends one body; null when nobody answered. */
export async function post(
  hook: Pick<Webhook, 'url' | 'secret' | 'credentials'>,
  event: string,
  body: string,
): Promise<Sent> {
  const requestId = randomUUID();
  const { credentials, secret, url } = hook;
  const headers: Record<string, string> = {
    'Content-Type': 'application/json; charset=utf-8',
    'User-Agent': 'Atlassian HttpClient',
    'X-Event-Key': event,
    'X-Request-Id': requestId,
    ...(secret === null ? {} : { 'X-Hub-Signature': signatureOf(secret, body) }),
    ...(credentials === null
      ? {}
      : {
          Authorization: `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`,
        }),
  };
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    await answer.arrayBuffer();
    return { status: answer.status, requestId };
  } catch {
    return { status: null, requestId };
  }
}

/** Hooks of a repository, and those of its project where the version has them. */
function hooksOf(world: World, repository: Repository): Webhook[] {
  return [...repository.webhooks, ...(isAtLeast(world.profile, [8, 0]) ? repository.project.webhooks : [])];
}

/** Tells every active hook that wants the event, once: nothing is sent again. Receivers that keep failing are skipped. */
export function tell(world: World, repository: Repository, event: string, content: object): void {
  const body = JSON.stringify({ eventKey: event, date: withOffset(world.now()), ...content });
  for (const hook of hooksOf(world, repository)) {
    if (!hook.active || !hook.events.includes(event)) continue;
    const signature = hook.secret === null ? null : signatureOf(hook.secret, body);
    if (hook.failures >= world.webhookFailures) {
      world.deliveries.push({ webhook: hook.id, event, requestId: '', body, signature, outcome: 'skipped' });
      continue;
    }
    const sending = post(hook, event, body).then(({ status, requestId }) => {
      const good = status !== null && status >= 200 && status < 300;
      hook.failures = good ? 0 : hook.failures + 1;
      world.deliveries.push({ webhook: hook.id, event, requestId, body, signature, outcome: status });
    });
    world.sending.add(sending);
    void sending.finally(() => world.sending.delete(sending));
  }
}

/** `2026-01-07T11:14:43+0100`: the offset has no colon. */
function withOffset(date: Date): string {
  return `${new Date(date.getTime() + 3_600_000).toISOString().slice(0, 19)}+0100`;
}
