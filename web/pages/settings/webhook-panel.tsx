import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type {
  OneWebhookDelivery,
  WebhookDelivery,
  WebhookEndpoint,
} from '../../../src/features/operations/contract.ts';
import { webhookDeliveriesQuery } from '../../api/webhooks.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Chip } from '../../components/chips.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { Facts } from '../../components/page.tsx';
import { Loaded, MutationError, Notice, Upstream } from '../../components/states.tsx';
import { Ago, Moment } from '../../components/time.tsx';
import { formatCount } from '../../words/numbers.ts';
import { formatDuration } from '../../words/times.ts';

/** What was sent to one address in the last 14 days. */
export function WebhookPanel({
  endpoint,
  before,
  onOlder,
  onClose,
}: {
  endpoint: WebhookEndpoint;
  before: number | undefined;
  onOlder: (before: number | undefined) => void;
  onClose: () => void;
}): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const query = useQuery(webhookDeliveriesQuery(api, endpoint.id, before));
  const refresh = () => client.invalidateQueries({ queryKey: ['outgoing-webhooks'] });
  const test = useMutation({
    mutationFn: () => api.send<OneWebhookDelivery>('POST', `api/v1/outgoing-webhooks/${endpoint.id}/test`),
    onSuccess: refresh,
  });
  const again = useMutation({
    mutationFn: (id: number) =>
      api.send<OneWebhookDelivery>('POST', `api/v1/outgoing-webhooks/deliveries/${id}/redeliver`),
    onSuccess: refresh,
  });
  return (
    <SidePanel title={new URL(endpoint.url).host} eyebrow="Deliveries of the last 14 days" wide onClose={onClose}>
      <p className="breakable">{endpoint.url}</p>
      <div>
        <Button icon="play" busy={test.isPending} onClick={() => test.mutate()}>
          Send a test
        </Button>
      </div>
      {test.data === undefined ? null : <Outcome delivery={test.data.delivery} />}
      {again.data === undefined ? null : <Outcome delivery={again.data.delivery} />}
      <MutationError error={test.error ?? again.error} />
      <Loaded query={query}>
        {({ deliveries, nextBefore }) => (
          <>
            {deliveries.length === 0 ? <p className="note">Nothing was sent yet.</p> : null}
            {deliveries.map((delivery) => (
              <Delivery
                key={delivery.id}
                delivery={delivery}
                busy={again.isPending && again.variables === delivery.id}
                onRedeliver={() => again.mutate(delivery.id)}
              />
            ))}
            <div className="form-actions">
              {before === undefined ? null : <Button onClick={() => onOlder(undefined)}>Newest</Button>}
              {nextBefore === null ? null : <Button onClick={() => onOlder(nextBefore)}>Older</Button>}
            </div>
          </>
        )}
      </Loaded>
    </SidePanel>
  );
}

function Outcome({ delivery }: { delivery: WebhookDelivery }): ReactElement {
  if (delivery.state === 'delivered') {
    return <Notice kind="done" title={`It arrived: HTTP ${delivery.status}.`} />;
  }
  return (
    <Notice kind="failed" title={delivery.message ?? 'It is still under way.'}>
      {delivery.remedy}
    </Notice>
  );
}

const looks = {
  pending: ['none', '…', 'Waits'],
  delivered: ['passed', '✓', 'Arrived'],
  failed: ['failed', '✕', 'Given up'],
} as const;

function Delivery({
  delivery,
  busy,
  onRedeliver,
}: {
  delivery: WebhookDelivery;
  busy: boolean;
  onRedeliver: () => void;
}): ReactElement {
  const [tone, glyph, word] = looks[delivery.state];
  const { code, message, attemptedAt, nextAttemptAt, durationMs, status } = delivery;
  return (
    <section className="card" aria-label={`Delivery ${delivery.id}`}>
      <div className="card-header">
        <h3>
          <code>{delivery.type}</code>
        </h3>
        <Chip tone={tone} glyph={glyph}>
          {word}
        </Chip>
        <span className="note">
          <Ago at={delivery.createdAt} />
        </span>
        <div className="card-actions">
          <Button look="bare" busy={busy} aria-label={`Redeliver ${delivery.id}`} onClick={onRedeliver}>
            Redeliver
          </Button>
        </div>
      </div>
      <div className="card-body">
        <Facts
          entries={[
            ['Status', status === null ? null : `HTTP ${status}`],
            ['Took', durationMs === null ? null : formatDuration(durationMs)],
            ['Attempts', formatCount(delivery.attempts)],
            ['Last attempt', attemptedAt === null ? null : <Moment key="a" at={attemptedAt} />],
            ['Next attempt', nextAttemptAt === null ? null : <Ago key="n" at={nextAttemptAt} />],
            ['Code', code === null ? null : <code key="c">{code}</code>],
            ['Why', message],
            ['Event', <code key="e">{delivery.eventId}</code>],
          ]}
        />
        <Upstream text={delivery.answer} title="What the endpoint said" />
        <Upstream text={pretty(delivery.body)} title="What was sent" />
      </div>
    </section>
  );
}

const pretty = (body: string): string => JSON.stringify(JSON.parse(body), null, 2);
