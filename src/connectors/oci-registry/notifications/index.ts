import type { WebhookAdapter } from '../../contract.ts';
import { distribution } from './distribution.ts';
import { vendors } from './vendors.ts';

/** Every way in which registries tell of pushes. */
export const webhooks: readonly WebhookAdapter[] = [distribution, ...vendors];
