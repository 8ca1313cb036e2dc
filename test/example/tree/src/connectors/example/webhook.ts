import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { provenBy, sameText } from '../../domain/secret-proof.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { ParsedDelivery, WebhookAdapter } from '../contract.ts';

const Payload = z.object({ delivery: z.string().max(100), shelf: z.string().min(1).max(200) });

export const webhooks: readonly WebhookAdapter[] = [
  {
    name: '',
    title: 'Example library',
    proof: 'signature',
    keptHeaders: ['content-type', 'content-length', 'user-agent'],
    verify: ({ headers, body }, secrets) =>
      provenBy(secrets, (secret) =>
        sameText(headers['x-example-signature'] ?? '', createHmac('sha256', secret).update(body).digest('hex')),
      ),
    deliveryId: ({ body }) => parse(body).delivery,
    parse: ({ body }): ParsedDelivery => {
      const { shelf, delivery } = parse(body);
      const reads = [{ slice: `shelf:${shelf}`, phases: ['current'] as const }];
      return { event: 'shelf_changed', subject: shelf, reference: delivery, reads, facts: [] };
    },
  },
];

function parse(body: Uint8Array): z.infer<typeof Payload> {
  try {
    return Payload.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)));
  } catch {
    throw new PlumblineError('malformed_delivery', { message: 'The body names no shelf.' });
  }
}
