import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { SentList } from '../../../src/features/inbox/contract.ts';
import { sentQuery } from '../../api/inbox.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Chip } from '../../components/chips.tsx';
import { type Column, QueryTable, RowLink } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { MutationError } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { countOf } from '../../words/numbers.ts';

type Sent = SentList['sent'][number];

const looks = {
  received: ['passed', '✓', 'Arrived'],
  recovered: ['warn', '◐', 'Missed, recovered'],
  missing: ['failed', '✕', 'Missed'],
} as const;

const columns: readonly Column<Sent>[] = [
  { id: 'at', header: 'Sent', phone: 'stay', cell: (row) => <Moment at={row.at} /> },
  {
    id: 'found',
    header: 'Here',
    phone: 'first',
    cell: ({ found, deliveryId }) => {
      const [tone, glyph, words] = looks[found];
      const chip = (
        <Chip tone={tone} glyph={glyph}>
          {words}
        </Chip>
      );
      return deliveryId === null ? chip : <RowLink search={{ delivery: deliveryId }}>{chip}</RowLink>;
    },
  },
  { id: 'project', header: 'Project', cell: (row) => row.project ?? '–' },
  {
    id: 'answer',
    header: 'The server saw',
    cell: ({ success, httpStatus }) =>
      httpStatus === null ? 'No answer' : `${success ? 'Taken' : 'Refused'} (${httpStatus})`,
  },
  {
    id: 'duration',
    header: 'It waited',
    numeric: true,
    cell: (row) => (row.durationMs === null ? '–' : `${row.durationMs} ms`),
  },
];

/** What the server says it sent, beside what arrived: a gap in the network shows here. */
export function SentCard({ id }: { id: string }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const may = useCan('integrations:write');
  const query = useQuery(sentQuery(api, id));
  const compare = useMutation({
    mutationFn: () =>
      api.send<{ recovered: number }>('POST', `api/v1/integrations/${encodeURIComponent(id)}/webhook/compare`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['inbox'] }),
  });
  return (
    <Card
      title="Sent by the server"
      note={
        compare.data === undefined
          ? 'Compared before each poll; what never arrived is taken in then.'
          : `Compared just now, ${countOf(compare.data.recovered, 'delivery', 'deliveries')} recovered.`
      }
      actions={
        may ? (
          <Button busy={compare.isPending} onClick={() => compare.mutate()}>
            Compare now
          </Button>
        ) : null
      }
    >
      {compare.error === null ? null : (
        <div className="card-body">
          <MutationError error={compare.error} />
        </div>
      )}
      <QueryTable
        query={query}
        label="Sent by the server"
        columns={columns}
        rows={(data) => data.sent}
        rowKey={(row) => row.id}
        empty="The server’s list was not compared yet, or it has sent nothing."
      />
    </Card>
  );
}
