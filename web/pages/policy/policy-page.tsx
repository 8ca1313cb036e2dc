import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { PolicyOverview, ResultRow } from '../../../src/features/policy/contract.ts';
import { policyQuery, resultsQuery } from '../../api/policy.ts';
import { useChange } from '../../address/use-change.ts';
import { useApi } from '../../app/context.ts';
import { ChooseMany } from '../../components/choose-many.tsx';
import { type Column, DataTable, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { SearchBox } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import { ImageLink } from '../images/image-link.tsx';
import { ComplianceCard } from './compliance-card.tsx';
import { NothingJudged } from './nothing-judged.tsx';
import { PolicyTabs } from './policy-tabs.tsx';
import { type PolicySearch, type VerdictFilter, verdictFilters } from './search.ts';
import { reasonTitle, VerdictChip, verdictLooks } from './verdict-chip.tsx';

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
          data.images.total === 0 ? (
            <NothingJudged setup={data.setup} />
          ) : (
            <>
              <Tiles images={data.images} search={search} />
              <div className="columns-2-1">
                <ComplianceCard asTable={search.table === true} onTable={(table) => change({ table })} />
                <Reasons reasons={data.reasons} />
              </div>
              <Results search={search} change={change} />
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

const columns: readonly Column<ResultRow>[] = [
  { id: 'verdict', header: 'Verdict', phone: 'first', cell: (row) => <VerdictChip {...row} /> },
  {
    id: 'image',
    header: 'Image',
    fixed: true,
    className: 'name-cell',
    cell: ({ image }) => <ImageLink image={image} name={image.reference} />,
  },
  {
    id: 'reason',
    header: 'Why',
    cell: (row) => (
      <>
        {row.message}
        {row.notEvaluated ? <span className="note">No condition of a gate had a value.</span> : null}
        <code className="note">{row.reason}</code>
      </>
    ),
  },
  { id: 'since', header: 'Since', cell: (row) => <Ago at={row.since} /> },
];

function Results({
  search,
  change,
}: {
  search: PolicySearch;
  change: (next: Partial<PolicySearch>) => void;
}): ReactElement {
  const { q, status, reason, page } = search;
  const results = useQuery(
    resultsQuery(useApi(), { status, reason: reason === undefined ? undefined : [reason], search: q, page }),
  );
  return (
    <>
      <Toolbar label="Filters">
        <SearchBox
          label="Find a repository"
          placeholder="Repository"
          value={q ?? ''}
          onChange={(text) => change({ q: text === '' ? undefined : text })}
        />
        <ChooseMany
          label="Verdicts"
          all="Any verdict"
          options={verdictFilters.map((value) => ({ value, label: verdictLooks[value][2] }))}
          chosen={status}
          onChoose={(next) => change({ status: next })}
        />
        {reason === undefined ? null : (
          <button type="button" className="button bare" onClick={() => change({ reason: undefined })}>
            Any reason
          </button>
        )}
      </Toolbar>
      <Card title="Images" label="Verdicts on images" note="failing first">
        <QueryTable
          query={results}
          label="Verdicts on images"
          columns={columns}
          rows={(data) => data.results}
          rowKey={(row) => row.image.id}
          paging={pagingOf(results.data, change)}
          empty="No image matches these filters."
        />
      </Card>
    </>
  );
}
