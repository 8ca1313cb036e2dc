import { createHash, randomBytes } from 'node:crypto';
import type { WebhookAdapter, WebhookCall } from '../../connectors/contract.ts';
import { isThisMachine } from '../../domain/this-machine.ts';

/** A larger body is refused before it is read. SonarQube's deliveries have a few kilobytes. */
export const maxBodyBytes = 1024 * 1024;

/** Deliveries, their repetitions and refusals are kept so long. */
export const keptDays = 14;

/** How long the secret before a rotation still counts: what is under way when the server is told must not be lost. */
export const rotationHours = 1;

/** By what a repetition is recognised. */
export function repetitionKey(adapter: WebhookAdapter, call: WebhookCall): Buffer {
  const id = adapter.deliveryId(call);
  const hash = createHash('sha256');
  // Apart, so that no body can pose as an id.
  return (id === null ? hash.update('body\0').update(call.body) : hash.update('id\0').update(id)).digest();
}

/** Headers worth keeping, each cut to what a person would read. */
export function keptHeaders(adapter: WebhookAdapter, headers: WebhookCall['headers']): Record<string, string> {
  const kept = adapter.keptHeaders.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value.slice(0, 500)] as const];
  });
  return Object.fromEntries(kept);
}

/** 32 random bytes: long enough for every sender, short enough for the shortest limit. */
export function newSecret(): string {
  return `plbhook_${randomBytes(24).toString('base64url')}`;
}

/** Where deliveries of an integration arrive. */
export function hookUrl(publicUrl: URL, place: { kind: string; integrationId: number; adapter?: string }): string {
  const base = publicUrl.href.endsWith('/') ? publicUrl.href : `${publicUrl.href}/`;
  const path = ['hooks', place.kind, String(place.integrationId), ...(place.adapter ? [place.adapter] : [])];
  return new URL(path.join('/'), base).href;
}

/** A hub on loopback is reached only by a server on the same machine. */
export function serverReaches(publicUrl: URL, serverUrl: URL): boolean {
  return !isThisMachine(publicUrl.hostname) || isThisMachine(serverUrl.hostname);
}

const longestBackoffSeconds = 3_600;

/** Seconds until a delivery or a webhook is tried again after so many failures. */
export function backoffSeconds(attempts: number): number {
  return Math.min(longestBackoffSeconds, 5 * 2 ** Math.min(attempts, 12));
}

/** A delivery that could not be processed so often is left to people. */
export const maxAttempts = 8;
