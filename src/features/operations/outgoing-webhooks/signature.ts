import { createHmac, randomBytes } from 'node:crypto';

const prefix = 'whsec_';

/** 32 random bytes in the form of the Standard Webhooks specification. */
export function newSecret(): string {
  return prefix + randomBytes(32).toString('base64');
}

/**
 * Headers by which the receiver knows that the body is ours, unaltered and fresh (Standard Webhooks 1.0): HMAC-SHA256
 * over `id.timestamp.body`, one signature per secret.
 */
export function signedHeaders(
  message: { id: string; body: string; at: Date },
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(message.at.getTime() / 1000));
  const content = `${message.id}.${timestamp}.${message.body}`;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
  });
  return { 'webhook-id': message.id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
