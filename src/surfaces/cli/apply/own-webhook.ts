import { z } from 'zod';
import type { InboxState, OwnWebhookAnswer, WantWebhookRequest } from '../../../features/inbox/contract.ts';
import type { ApplyRun } from './section.ts';

/** Where the hub's own webhooks should be; the hub parses it again. */
export const Webhook: z.ZodType<WantWebhookRequest> = z.discriminatedUnion('scope', [
  z.strictObject({ scope: z.literal('global') }),
  z.strictObject({
    scope: z.literal('projects'),
    projects: z.array(z.string().min(1)).min(1),
    organization: z.string().optional(),
  }),
  z.strictObject({ scope: z.literal('repositories'), repositories: z.array(z.string().min(1)).min(1) }),
  z.strictObject({ scope: z.literal('organization'), organization: z.string().min(1) }),
  z.strictObject({ scope: z.literal('available') }),
]);

/** Sets up the hub's own webhook where it is not as wanted; false when the server refused it. */
export async function applyWebhook(
  name: string,
  wanted: WantWebhookRequest,
  dryRun: boolean,
  { api, terminal }: Pick<ApplyRun, 'api' | 'terminal'>,
): Promise<boolean> {
  const path = `api/v1/integrations/${encodeURIComponent(name)}`;
  const present = (await api.get<InboxState>(`${path}/inbox`)).webhooks;
  if (wanted.scope === 'available' ? dryRun && allActive(present) : isAsWanted(present, wanted)) return true;
  if (dryRun) {
    terminal.err(`integration ${name}: its webhook would be set up\n`);
    return true;
  }
  const { webhooks } = await api.send<InboxState>('PUT', `${path}/webhook`, wanted);
  // Where projects may be new, only asking tells; asking again changes nothing.
  if (wanted.scope === 'available' && allActive(present) && sameWebhooks(present, webhooks)) return true;
  const refused = webhooks.filter(({ error }) => error !== null);
  for (const { target, error } of refused) {
    const place = target === '' ? '' : ` of ${target}`;
    const upstream = error?.upstream == null ? '' : ` (${error.upstream})`;
    terminal.err(`integration ${name}: webhook${place}: ${error?.message}${upstream} ${error?.remedy}\n`);
  }
  if (refused.length === 0) terminal.err(`integration ${name}: webhook set up\n`);
  return refused.length === 0;
}

const allActive = (webhooks: readonly OwnWebhookAnswer[]): boolean =>
  webhooks.length > 0 && webhooks.every(({ state }) => state === 'active');

const sameWebhooks = (before: readonly OwnWebhookAnswer[], after: readonly OwnWebhookAnswer[]): boolean =>
  allActive(after) && before.map(({ id }) => id).join() === after.map(({ id }) => id).join();

type NamedPlaces = Exclude<WantWebhookRequest, { scope: 'available' }>;

function isAsWanted(present: readonly OwnWebhookAnswer[], wanted: NamedPlaces): boolean {
  const { scope, targets } = placesOf(wanted);
  const active = present.filter((webhook) => webhook.state === 'active' && webhook.scope === scope);
  const missing = targets.filter((target) => !active.some((webhook) => webhook.target === target));
  // Also none too many, and none that is refused or on its way.
  return missing.length === 0 && present.length === new Set(targets).size;
}

function placesOf(wanted: NamedPlaces): { scope: string; targets: readonly string[] } {
  switch (wanted.scope) {
    case 'global':
      return { scope: 'global', targets: [''] };
    case 'organization':
      return { scope: 'organization', targets: [wanted.organization] };
    case 'projects':
      return { scope: 'project', targets: wanted.projects };
    case 'repositories':
      return { scope: 'repository', targets: wanted.repositories };
    default:
      return wanted satisfies never;
  }
}
