import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { InboxState } from '../../../src/features/inbox/contract.ts';
import type { IntegrationAnswer } from '../../../src/features/integrations/contract.ts';
import { Card } from '../../components/page.tsx';
import { KeptError, MutationError, Notice } from '../../components/states.tsx';
import { placeWords } from '../inbox/words.ts';

export interface Saved {
  integration: IntegrationAnswer;
  /** What the hub answered when it was to set up the webhook; null when that was not asked for. */
  webhooks: InboxState['webhooks'] | null;
  /** Why it could not even be tried. */
  error: Error | null;
}

export const isAllWell = ({ webhooks, error }: Saved): boolean =>
  error === null && (webhooks ?? []).every((webhook) => webhook.error === null);

/** After saving, where the webhook could not be set up as wished: the integration is there all the same. */
export function SavedStep({ saved }: { saved: Saved }): ReactElement {
  const { integration, webhooks, error } = saved;
  const id = String(integration.id);
  const refused = (webhooks ?? []).filter((webhook) => webhook.error !== null);
  const working = (webhooks ?? []).length - refused.length;
  return (
    <Card
      title={`${integration.name} was added`}
      narrow
      padded
      footer={
        <>
          <Link to="/integrations/$id/inbox" params={{ id }} className="button quiet">
            Set up by hand
          </Link>
          <Link to="/integrations" search={{ added: integration.id }} className="button primary">
            Your integrations
          </Link>
        </>
      }
    >
      <Notice kind="warning" title={working === 0 ? 'The webhook was not set up.' : 'Not every webhook was set up.'}>
        The first sync runs; until the webhook works changes are found by polling.
      </Notice>
      <MutationError error={error} />
      {refused.map((webhook) => (
        <div key={webhook.id}>
          <strong>{placeWords(webhook)}</strong>
          <KeptError error={webhook.error} announced />
        </div>
      ))}
    </Card>
  );
}
