import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { PolicyOverview } from '../../../src/features/policy/contract.ts';
import { policyQuery } from '../../api/policy.ts';
import { useChange } from '../../address/use-change.ts';
import { useApi } from '../../app/context.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card, Page } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import { ComplianceCard } from './compliance-card.tsx';
import { NothingJudged } from './nothing-judged.tsx';
import { PolicyTabs } from './policy-tabs.tsx';
import { type PolicySearch, type VerdictFilter, verdictFilters } from './search.ts';
import { reasonTitle, verdictLooks } from './verdict-chip.tsx';
import { VerdictList } from './verdict-list.tsx';

const route = getRouteApi('/shell/policy');

/** Which images may go out, and why the others may not. */
export function PolicyPage(): ReactElement {
  const search = route.useSearch();
  const change = useChange<PolicySearch>('/policy');
  const overview = useQuery(policyQuery(useApi()));
  return (
    <Page
      title="Policy"
      wide
      tabs={<PolicyTabs />}
      actions={
        <span className="note">{overview.data === undefined ? '' : countOf(overview.data.images.total, 'image')}</span>
      }
    >
      <Loaded query={overview}>
        {(data) =>
          data.images.total === 0 && search.at === undefined ? (
            <NothingJudged setup={data.setup} />
          ) : (
            <>
              {search.at === undefined ? (
                <>
                  <Tiles images={data.images} search={search} />
                  <div className="columns-2-1">
                    <ComplianceCard asTable={search.table === true} onTable={(table) => change({ table })} />
                    <Reasons reasons={data.reasons} />
                  </div>
                </>
              ) : null}
              <VerdictList search={search} change={change} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

const tileColours: Record<VerdictFilter, string> = {
  failed: 'var(--failed)',
  waived: 'var(--warn)',
  no_data: 'var(--nodata)',
  error: 'var(--warn)',
  passed: 'var(--passed)',
};

/** Each number is the length of the list below under its filter alone; a second click takes the filter away. */
function Tiles({ images, search }: { images: PolicyOverview['images']; search: PolicySearch }): ReactElement {
  const { q, status: chosen, reason, table } = search;
  const isOpen = (status: VerdictFilter): boolean =>
    q === undefined && reason === undefined && chosen?.length === 1 && chosen[0] === status;
  const counts: Record<VerdictFilter, number> = { ...images, no_data: images.noData };
  return (
    <section className="tiles" aria-label="Images by verdict">
      {verdictFilters.map((status) => (
        <Link
          key={status}
          to="/policy"
          search={isOpen(status) ? { table } : { table, status: [status] }}
          resetScroll={false}
          className={isOpen(status) ? 'card tile chosen' : 'card tile'}
          activeOptions={{ exact: true, includeSearch: true }}
          aria-current={isOpen(status) ? 'true' : undefined}
          style={{ '--tile': tileColours[status] } as object}
        >
          <span className="tile-name">
            <span aria-hidden="true">{verdictLooks[status][1]}</span>
            {verdictLooks[status][2]}
          </span>
          <span className="tile-value">{formatCount(counts[status])}</span>
          <span className="tile-change">of {countOf(images.total, 'image')} with a tag</span>
        </Link>
      ))}
    </section>
  );
}

function Reasons({ reasons }: { reasons: PolicyOverview['reasons'] }): ReactElement {
  return (
    <Card title="Reasons" note="of the images that have a tag">
      <DataTable
        label="Reasons"
        columns={reasonColumns}
        rows={reasons}
        rowKey={(row) => row.reason}
        empty="No image was judged yet."
      />
    </Card>
  );
}

const reasonColumns: readonly Column<PolicyOverview['reasons'][number]>[] = [
  {
    id: 'reason',
    header: 'Reason',
    fixed: true,
    cell: (row) => (
      <>
        <Link to="/policy" search={{ reason: row.reason }} resetScroll={false}>
          {reasonTitle(row.reason)}
        </Link>
        <code className="note">{row.reason}</code>
      </>
    ),
  },
  { id: 'count', header: 'Images', numeric: true, cell: (row) => formatCount(row.count) },
];
