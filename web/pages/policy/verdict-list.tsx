import { useQuery } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import type { ResultRow } from '../../../src/features/policy/contract.ts';
import { resultsQuery } from '../../api/policy.ts';
import { useApi } from '../../app/context.ts';
import { useNow } from '../../app/use-now.ts';
import { ChooseMany } from '../../components/choose-many.tsx';
import { type Column, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { DayField } from '../../components/day-field.tsx';
import { dayBefore, endOfDay } from '../../components/day-words.ts';
import { SearchBox } from '../../components/form.tsx';
import { Card } from '../../components/page.tsx';
import { Ago } from '../../components/time.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { formatDay } from '../../words/times.ts';
import { ImageLink } from '../images/image-link.tsx';
import { type VerdictsSearch, verdictFilters } from './search.ts';
import { PolicyOfThen, PolicyThen, ThenAndNow } from './then.tsx';
import { verdictLooks } from './verdict-chip.tsx';

const columns: readonly Column<ResultRow>[] = [
  { id: 'verdict', header: 'Verdict', phone: 'first', cell: (row) => <ThenAndNow row={row} /> },
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

/** Verdicts on images that a tag points to, under what is chosen. `before`: a filter in front of the others. */
export function VerdictList({
  search,
  change,
  before,
}: {
  search: VerdictsSearch;
  change: (next: Partial<VerdictsSearch>) => void;
  before?: ReactNode;
}): ReactElement {
  const now = useNow();
  const { q, status, reason, since, node, at, page } = search;
  const results = useQuery(
    resultsQuery(useApi(), {
      status,
      reason: reason === undefined ? undefined : [reason],
      search: q,
      since: since === undefined ? undefined : `${since}T00:00:00Z`,
      node,
      asOf: at === undefined ? undefined : endOfDay(at),
      page,
    }),
  );
  return (
    <>
      <Toolbar label="Filters">
        {before}
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
        {since === undefined ? null : (
          <button type="button" className="button bare" onClick={() => change({ since: undefined })}>
            So since {formatDay(since, now)} or later: show all
          </button>
        )}
        <DayField
          compact
          label="As it was said on"
          value={at}
          max={dayBefore()}
          onChange={(day) => change({ at: day })}
        />
      </Toolbar>
      {at === undefined ? null : <PolicyThen day={at} />}
      <Card title="Images" label="Verdicts on images" note="failing first">
        <QueryTable
          query={results}
          label="Verdicts on images"
          columns={columns}
          rows={(data) => data.results}
          rowKey={(row) => row.image.id}
          paging={pagingOf(results.data, change)}
          empty={
            results.data?.asOf?.nothingSaid == null
              ? 'No image matches these filters.'
              : 'Nothing had been said of any image by then.'
          }
        />
      </Card>
      <PolicyOfThen asOf={results.data?.asOf} />
    </>
  );
}
