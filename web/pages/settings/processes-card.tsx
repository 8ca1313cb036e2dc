import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { Process } from '../../../src/features/operations/contract.ts';
import { processesQuery } from '../../api/operations.ts';
import { useApi } from '../../app/context.ts';
import { Chip } from '../../components/chips.tsx';
import { type Column, QueryTable } from '../../components/data-table.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { Notice } from '../../components/states.tsx';
import { Ago, Moment } from '../../components/time.tsx';

const states = {
  running: { tone: 'passed', glyph: '✓', words: 'Running' },
  silent: { tone: 'failed', glyph: '✕', words: 'Not heard of' },
  ended: { tone: 'none', glyph: '–', words: 'Ended' },
} as const;

const columns: readonly Column<Process>[] = [
  { id: 'role', header: 'Role', phone: 'stay', cell: (row) => row.role },
  { id: 'host', header: 'Machine', cell: (row) => `${row.host} (${row.pid})` },
  {
    id: 'state',
    header: 'State',
    phone: 'first',
    cell: (row) => (
      <Chip tone={states[row.state].tone} glyph={states[row.state].glyph}>
        {states[row.state].words}
      </Chip>
    ),
  },
  { id: 'version', header: 'Version', cell: (row) => row.version },
  { id: 'started', header: 'Started', cell: (row) => <Moment at={row.startedAt} /> },
  { id: 'seen', header: 'Last seen', cell: (row) => <Ago at={row.lastSeenAt} /> },
];

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** Who belongs to this installation, and whether any of them syncs. */
export function ProcessesCard(): ReactElement {
  const query = useQuery(processesQuery(useApi()));
  const workers = query.data?.workers;
  const connections = query.data?.connections;
  return (
    <>
      {workers?.running === 0 ? (
        <Notice kind="warning" title="No worker is running.">
          {workers.noneSince === null ? (
            'None ever was. '
          ) : (
            <>
              The last one was seen <Ago at={workers.noneSince} />.{' '}
            </>
          )}
          Nothing is synced until one starts: <code>plumbline up --role worker</code>
        </Notice>
      ) : null}
      {connections?.shortage == null ? null : (
        <Notice kind="warning" title="Connections to the database may not be enough.">
          {`${sentence(connections.shortage)} Raise max_connections, or run fewer processes.`}
        </Notice>
      )}
      <Card title="Processes" note="with a heartbeat every ten seconds">
        <QueryTable
          query={query}
          label="Processes"
          columns={columns}
          rows={(data) => data.processes}
          rowKey={(row) => row.id}
          skeletonRows={2}
          empty="No process has been heard of within a day."
        />
      </Card>
      {connections === undefined ? null : (
        <Card title="Connections to the database" padded>
          <Facts
            entries={[
              ['In use', `${connections.used} of ${connections.limit}, ${connections.byOthers} by others`],
              ['These processes may open', String(connections.needed)],
            ]}
          />
        </Card>
      )}
    </>
  );
}
