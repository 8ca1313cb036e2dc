import type { Reaction } from '../../../platform/jobs/index.ts';
import type { Route } from '../../access/index.ts';
import { type DeliveryOptions, startSending } from './deliver.ts';
import { outgoingWebhookRoutes } from './routes.ts';
import { disableEndpoint, forgetEvents, listEndpoints } from './store.ts';

export { deadEndpoints } from './dead.ts';
export { announce } from './announce.ts';

export interface OutgoingWebhooks {
  routes: Route[];
  reactions: Reaction[];
  /** Switches every address off and gives up what waits: the original sends it. */
  disown(): Promise<void>;
  /** Starts sending in this process. */
  startWorking(): void;
  stop(): Promise<void>;
}

const keptDays = 14;
const batch = 5_000;

/** Tells addresses that an administrator entered of what happened. Nothing runs before `startWorking`. */
export function createOutgoingWebhooks(options: DeliveryOptions): OutgoingWebhooks {
  let sending: ReturnType<typeof startSending> | undefined;
  return {
    routes: outgoingWebhookRoutes(options),
    reactions: [
      {
        name: 'forget_webhook_events',
        sweep: '17 * * * *',
        async handle(_key, signal) {
          while (!signal.aborted && (await forgetEvents(options.db, keptDays, batch)) === batch);
        },
      },
    ],
    disown: () =>
      options.db.transaction(async (tx) => {
        for (const { id } of await listEndpoints(tx)) await disableEndpoint(tx, id, 'installation_held');
      }),
    startWorking() {
      sending ??= startSending(options);
    },
    async stop() {
      await sending?.stop();
      sending = undefined;
    },
  };
}
