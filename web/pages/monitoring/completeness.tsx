import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { sliceTitle, streamTitle } from '../../../src/domain/stream-words.ts';
import type { Audit, CompletenessRow } from '../../../src/features/ingestion/contract.ts';
import { auditsQuery, completenessQuery } from '../../api/runs.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Chip, type Tone } from '../../components/chips.tsx';
import { type Column, pagingOf, QueryTable, RowLink } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { MutationError } from '../../components/states.tsx';
import { Ago, Moment } from '../../components/time.tsx';
import { completenessWords } from '../../words/completeness.ts';
import { formatCount } from '../../words/numbers.ts';
import { AuditPanel } from './audit-panel.tsx';
import { HeldCard } from './held-card.tsx';
import { Proof } from './proof.tsx';
import { auditWords, storedOfSource } from './run-words.ts';
import type { CompletenessSearch } from './search.ts';

const route = getRouteApi('/shell/integrations/$id/completeness');

export function CompletenessTab(): ReactElement {
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/integrations/$id/completeness' });
  const change = (next: Partial<CompletenessSearch>): void =>
    void navigate({ search: (previous) => ({ ...previous, ...next }), replace: true, resetScroll: false });
  return (
    <>
      <HeldCard id={id} />
      <AuditsCard id={id} openAudit={search.audit} onOpen={(audit) => change({ audit })} />
      <StoredCard id={id} page={search.page ?? 1} change={change} />
      {search.audit === undefined ? null : (
        <AuditPanel
          auditId={search.audit}
          onlyDiffering={search.differing === true}
          onOnlyDiffering={(on) => change({ differing: on ? true : undefined })}
          onClose={() => change({ audit: undefined, differing: undefined })}
        />
      )}
    </>
  );
}

const columns: readonly Column<CompletenessRow>[] = [
  {
    id: 'state',
    header: 'State',
    phone: 'first',
    cell: (row) => {
      if (!row.listed) {
        return (
          <Chip tone="none" glyph="–">
            Not read any more
          </Chip>
        );
      }
      if (row.outcome === 'unavailable') {
        return (
          <Chip tone="warn" glyph="!">
            Not readable
          </Chip>
        );
      }
      const whole = row.source === row.stored;
      return (
        <Chip
          tone={whole ? 'passed' : row.source === null ? 'none' : 'warn'}
          glyph={whole ? '✓' : row.source === null ? '–' : '◐'}
        >
          {whole ? 'Complete' : row.source === null ? 'No total' : 'Differs'}
        </Chip>
      );
    },
  },
  { id: 'slice', header: 'Project', phone: 'stay', cell: (row) => sliceTitle(row.slice) },
  { id: 'scope', header: 'Branch', cell: (row) => row.scopeName },
  { id: 'stream', header: 'What', cell: (row) => streamTitle(row.stream) },
  { id: 'count', header: 'Stored / source', numeric: true, cell: (row) => storedOfSource(row.stored, row.source) },
  { id: 'proof', header: 'Proof', cell: (row) => <Proof count={row} /> },
  { id: 'at', header: 'Measured', cell: (row) => <Ago at={row.measuredAt} /> },
  {
    id: 'audit',
    header: 'Last audit',
    cell: ({ audit }) =>
      audit === null ? (
        ''
      ) : (
        <RowLink search={{ audit: audit.id }}>
          {auditWords(audit)} <Ago at={audit.at} />
        </RowLink>
      ),
  },
];

function StoredCard({
  id,
  page,
  change,
}: {
  id: string;
  page: number;
  change: (next: Partial<CompletenessSearch>) => void;
}): ReactElement {
  const query = useQuery(completenessQuery(useApi(), id, page));
  const { data } = query;
  return (
    <Card title="Completeness" note={data === undefined ? undefined : completenessWords(data)}>
      <QueryTable
        query={query}
        label="Completeness"
        columns={columns}
        rows={(data) => data.rows}
        rowKey={(row) => `${row.slice} ${row.stream} ${row.scope}`}
        paging={pagingOf(data && { page, pageSize: 50, total: data.total }, change)}
        empty="Nothing has been read yet. After the first run each kind of row of each branch and project stands here with what the server said there is and what is stored."
      />
    </Card>
  );
}

export const auditLooks: Record<Audit['status'], readonly [Tone, string, string]> = {
  running: ['active', '◔', 'Running'],
  equal: ['passed', '✓', 'Equal'],
  different: ['failed', '✕', 'Different'],
  failed: ['failed', '✕', 'Failed'],
  cancelled: ['none', '⊘', 'Cancelled'],
  incomplete: ['warn', '◐', 'Incomplete'],
};

const auditColumns: readonly Column<Audit>[] = [
  {
    id: 'started',
    header: 'Started',
    phone: 'stay',
    cell: (row) => (
      <RowLink search={{ audit: row.id }}>
        <Moment at={row.createdAt} />
      </RowLink>
    ),
  },
  {
    id: 'status',
    header: 'Result',
    phone: 'first',
    cell: (row) => {
      const [tone, glyph, word] = auditLooks[row.status];
      return (
        <Chip tone={tone} glyph={glyph}>
          {word}
        </Chip>
      );
    },
  },
  {
    id: 'progress',
    header: 'Tasks',
    numeric: true,
    cell: (row) => `${formatCount(row.tasksDone)} of ${formatCount(row.tasksTotal)}`,
  },
  {
    id: 'depth',
    header: 'Compares',
    cell: (row) => (row.depth === 'counts' ? 'counts, rows where they differ' : 'every row'),
  },
  { id: 'by', header: 'Asked for by', cell: (row) => row.requestedBy },
  { id: 'note', header: 'Note', cell: (row) => row.error?.message ?? '' },
];

function AuditsCard({
  id,
  openAudit,
  onOpen,
}: {
  id: string;
  openAudit: number | undefined;
  onOpen: (audit: number) => void;
}): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const may = useCan('runs:write');
  const query = useQuery(auditsQuery(api, id));
  const start = useMutation({
    mutationFn: () => api.send<Audit>('POST', `api/v1/integrations/${encodeURIComponent(id)}/audits`),
    async onSuccess(audit) {
      await client.invalidateQueries({ queryKey: ['runs', 'audits', id] });
      onOpen(audit.id);
    },
  });
  return (
    <Card
      title="Audits"
      note="compare what is stored with the server: each day by counts, on request row by row through other endpoints than ingestion reads"
      actions={
        may ? (
          <Button busy={start.isPending} onClick={() => start.mutate()}>
            Start an audit
          </Button>
        ) : undefined
      }
    >
      {start.error === null ? null : (
        <div className="card-body">
          <MutationError error={start.error} />
        </div>
      )}
      <QueryTable
        query={query}
        label="Audits"
        columns={auditColumns}
        rows={(data) => data.audits}
        rowKey={(row) => row.id}
        openKey={openAudit}
        skeletonRows={2}
        empty="No audit yet. An audit names every row that is missing, invented or changed; the next run repairs them."
      />
    </Card>
  );
}
