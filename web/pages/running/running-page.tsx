import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useChange } from '../../address/use-change.ts';
import { runningQuery } from '../../api/running.ts';
import { useApi } from '../../app/context.ts';
import { pagingOf, QueryTable } from '../../components/data-table.tsx';
import { endOfDay } from '../../components/day-words.ts';
import { Card, Page } from '../../components/page.tsx';
import { Notice, Pending } from '../../components/states.tsx';
import { countOf } from '../../words/numbers.ts';
import { ScopePicker } from '../scope/scope-picker.tsx';
import { ScopeTrail } from '../scope/scope-trail.tsx';
import { CriticalsCard } from './criticals-card.tsx';
import { FixesCard } from './fixes-card.tsx';
import { Filters } from './filters.tsx';
import { NothingRuns } from './nothing-runs.tsx';
import { rowColumns } from './row-columns.tsx';
import type { RunningSearch } from './search.ts';
import { headline } from './words.ts';

const route = getRouteApi('/shell/running');

export function RunningPage(): ReactElement {
  const api = useApi();
  const search = route.useSearch();
  const change = useChange<RunningSearch>('/running');
  const { q, state, environment, team, node, stale, at, page = 1 } = search;
  const asOf = at === undefined ? undefined : endOfDay(at);
  const query = useQuery(
    runningQuery(api, {
      search: q,
      state,
      environment,
      team,
      node,
      stale: stale === undefined ? undefined : 'true',
      asOf,
      page,
    }),
  );
  const { data } = query;
  const filtered = [q, state, environment, team, node, stale].some((one) => one !== undefined);
  const nothing = data !== undefined && data.counts.total === 0 && node === undefined;
  return (
    <Page
      title="Running"
      wide
      actions={
        <>
          <span className="note">{data === undefined ? '' : countOf(data.counts.total, 'image')}</span>
          <ScopePicker />
        </>
      }
    >
      {nothing && at === undefined ? (
        <NothingRuns setup={data.setup} />
      ) : (
        <>
          <ScopeTrail />
          <Filters search={search} change={change} list={data} />
          {at === undefined ? null : (
            <Notice kind="info" title={`As it was said at the end of ${at} (UTC).`}>
              Verdicts, conditions, vulnerabilities, teams and waivers are those of that time.
            </Notice>
          )}
          {(data?.untold ?? []).map(({ code, message, remedy, details }) => (
            <Notice key={code} kind="warning" title={message}>
              {details.join(', ')}. {remedy} <code className="note">{code}</code>
            </Notice>
          ))}
          {data === undefined && query.error === null ? <Pending /> : null}
          {data === undefined || data.counts.total === 0 ? null : (
            <div className="place-summary">
              <p>{headline(data.counts)}</p>
            </div>
          )}
          <Card title="What runs where, and may it" note="failing first">
            <QueryTable
              query={query}
              label="What runs where, and may it"
              columns={rowColumns}
              rows={(list) => list.rows}
              rowKey={({ id }) => id}
              paging={pagingOf(data, change)}
              empty={emptyWords(filtered, at)}
            />
          </Card>
          <CriticalsCard asOf={asOf} node={node} counts={data?.counts} />
          {at === undefined ? <FixesCard search={search} change={change} /> : null}
        </>
      )}
    </Page>
  );
}

function emptyWords(filtered: boolean, at: string | undefined): string {
  if (filtered) return 'Nothing that runs matches these filters.';
  return at === undefined ? 'Nothing runs.' : 'Nothing was said of what ran then: the hub did not know of it yet.';
}
