import type { ReactElement } from 'react';
import type { CheckReportAnswer } from '../../../src/features/integrations/contract.ts';
import { Checkbox } from '../../components/form.tsx';
import { offerWords } from './webhook-words.ts';

type Offer = NonNullable<CheckReportAnswer['webhooks']>;

/** Part of the last step: what would be made on the server, and which permission it takes. */
export function WebhookChoice({
  offer,
  chosen,
  onChoose,
}: {
  offer: Offer;
  chosen: boolean;
  onChoose: (chosen: boolean) => void;
}): ReactElement {
  const { possible, what, needs } = offerWords(offer, location.hostname);
  return (
    <div className="card-body webhook-choice">
      {possible ? (
        <Checkbox
          label="Set up the webhook, so that each analysis is read within a second"
          checked={chosen}
          onChange={onChoose}
        />
      ) : (
        <strong>Without a webhook changes are found by polling</strong>
      )}
      <p className="note">{what}</p>
      <p className="note">{needs}</p>
    </div>
  );
}
