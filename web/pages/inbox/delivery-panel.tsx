import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { DeliveryDetail } from '../../../src/features/inbox/contract.ts';
import { deliveryQuery } from '../../api/inbox.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Chip } from '../../components/chips.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { Facts } from '../../components/page.tsx';
import { KeptError, Loaded, MutationError } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { formatCount } from '../../words/numbers.ts';
import { arrivalWords, deliveryLooks, eventWords, outcomeWords } from './words.ts';

/** One delivery: what it said, byte for byte as far as a person may see it, and what came of it. */
export function DeliveryPanel({
  id,
  delivery,
  onClose,
}: {
  id: string;
  delivery: number;
  onClose: () => void;
}): ReactElement {
  const query = useQuery(deliveryQuery(useApi(), id, delivery));
  const title = query.data?.delivery.subject ?? `Delivery ${delivery}`;
  return (
    <SidePanel title={title} eyebrow={`Delivery ${delivery}`} wide onClose={onClose}>
      <Loaded query={query}>
        {(detail) => (
          <>
            <Actions id={id} detail={detail} />
            <KeptError error={detail.delivery.error} />
            <DeliveryFacts id={id} detail={detail} />
            <h3>Headers</h3>
            <Facts
              entries={Object.entries(detail.headers).map(([name, value]) => [name, <code key={name}>{value}</code>])}
            />
            <h3>Body</h3>
            <pre className="shape">{detail.text ?? JSON.stringify(detail.json, null, 2)}</pre>
          </>
        )}
      </Loaded>
    </SidePanel>
  );
}

function Actions({ id, detail: { delivery } }: { id: string; detail: DeliveryDetail }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const may = useCan('integrations:write');
  const replay = useMutation({
    mutationFn: () =>
      api.send('POST', `api/v1/integrations/${encodeURIComponent(id)}/deliveries/${delivery.id}/replay`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['inbox'] }),
  });
  const [tone, glyph, words] = deliveryLooks[delivery.state];
  return (
    <>
      <div className="toolbar">
        <Chip tone={tone} glyph={glyph}>
          {words}
        </Chip>
        <span className="grow" />
        {may ? (
          <Button busy={replay.isPending || delivery.state === 'waiting'} onClick={() => replay.mutate()}>
            Replay
          </Button>
        ) : null}
      </div>
      <MutationError error={replay.error} />
    </>
  );
}

function DeliveryFacts({ id, detail: { delivery } }: { id: string; detail: DeliveryDetail }): ReactElement {
  const { runId } = delivery;
  return (
    <Facts
      entries={[
        ['What happened', eventWords(delivery.event)],
        ['What was done', outcomeWords(delivery)],
        [
          'Run',
          runId === null ? null : (
            <Link key="run" to="/integrations/$id/monitoring" params={{ id }} search={{ run: runId }}>
              Run {runId}
            </Link>
          ),
        ],
        [
          'Arrival',
          delivery.origin === 'recovered' ? `${arrivalWords(delivery)}: read from the server’s own list` : null,
        ],
        ['Sent', delivery.sentAt === null ? null : <Moment key="s" at={delivery.sentAt} />],
        ['Received', <Moment key="r" at={delivery.receivedAt} />],
        ['Came', delivery.times === 1 ? null : `${formatCount(delivery.times)} times`],
        ['Came last', delivery.times === 1 ? null : <Moment key="l" at={delivery.lastAt} />],
        ['Processed', delivery.processedAt === null ? null : <Moment key="p" at={delivery.processedAt} />],
        ['Size', `${formatCount(delivery.bytes)} bytes`],
      ]}
    />
  );
}
