import { describeWebhooks } from './webhooks.ts';

describeWebhooks();
