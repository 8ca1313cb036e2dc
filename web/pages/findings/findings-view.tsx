import { useQuery } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import { findingListQuery, findingsCsv, type FindingPlace } from '../../api/findings.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { ColumnChooser, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { SearchBox } from '../../components/form.tsx';
import { Icon } from '../../components/icons.tsx';
import { Card } from '../../components/page.tsx';
import { visibleColumns } from '../../components/table-columns.ts';
import { Toolbar } from '../../components/toolbar.tsx';
import { formatCount } from '../../words/numbers.ts';
import { FacetRail } from './facets.tsx';
import { FindingPanel } from './finding-panel.tsx';
import { fileColumns, findingColumns } from './columns.tsx';
import { choices, cleared, filterParameters, type FindingsSearch, isFiltered, listParameters, toggled } from './search.ts';
import { facetTitle, valueLabel } from './words.ts';

type Change = (next: Partial<FindingsSearch>) => void;

interface FindingsViewProps {
  place: FindingPlace;
  search: FindingsSearch;
  change: Change;
  /** Beside the search, e.g. the choice of a branch. */
  controls?: ReactNode;
  /** In place of the list where nothing is filtered and there is nothing. */
  nothing: ReactNode;
}

/** The list of findings with its facets, the same for a project and for all. */
export function FindingsView({ place, search, change, controls, nothing }: FindingsViewProps): ReactElement {
  const api = useApi();
  const query = useQuery(findingListQuery(api, place, listParameters(search)));
  const columns = findingColumns(place.project !== undefined);
  const chosen = search.columns?.split(',');
  const { data } = query;
  const file = {
    ...filterParameters(search),
    sort: search.sort,
    direction: search.direction,
    columns: fileColumns(visibleColumns(columns, chosen)),
  };
  return (
    <>
      <Toolbar label="Filters">
        <TextSearch search={search} change={change} />
        {controls}
        <Choices search={search} change={change} />
      </Toolbar>
      <div className="findings">
        <Rail search={search}>
          <FacetRail place={place} search={search} change={change} />
        </Rail>
        <Card
          title="Findings"
          note={data === undefined ? undefined : formatCount(data.total)}
          actions={
            <>
              <ColumnChooser
                columns={columns}
                chosen={chosen}
                onChoose={(next) => change({ columns: next?.join(','), page: search.page })}
              />
              <a className="button bare" href={findingsCsv(api, place, file)} download>
                <Icon name="download" />
                CSV
              </a>
            </>
          }
        >
          <QueryTable
            query={query}
            label="Findings"
            columns={columns}
            chosen={chosen}
            rows={(answer) => answer.findings}
            rowKey={(row) => row.id}
            openKey={search.finding}
            skeletonRows={12}
            sorting={{
              by: search.sort ?? 'severity',
              direction: search.direction ?? 'desc',
              onSort: (by, direction) =>
                change({
                  sort: (['created', 'updated', 'file', 'project'] as const).find((one) => one === by),
                  direction: direction === 'asc' ? 'asc' : undefined,
                }),
            }}
            paging={pagingOf(data, change)}
            empty={isFiltered(search) ? <NothingLeft change={change} /> : nothing}
          />
        </Card>
      </div>
      {search.finding === undefined ? null : (
        <FindingPanel
          id={search.finding}
          counting={search.counting}
          ids={data?.findings.map(({ id }) => id) ?? []}
          onOpen={(finding) => change({ finding, page: search.page })}
          onClose={() => change({ finding: undefined, page: search.page })}
        />
      )}
    </>
  );
}

function NothingLeft({ change }: { change: Change }): ReactElement {
  return (
    <>
      <p>No finding matches these filters.</p>
      <Button onClick={() => change(cleared())}>Clear all filters</Button>
    </>
  );
}

/** Beside the list where there is room, folded above it where there is not. */
function Rail({ search, children }: { search: FindingsSearch; children: ReactElement }): ReactElement {
  const wide = useWide();
  const count = choices(search).length;
  if (wide)
    return (
      <aside className="facets" aria-label="Facets">
        {children}
      </aside>
    );
  return (
    <details className="facets folded">
      <summary>
        <Icon name="filter" /> Filter by severity, rule, file and more
        {count === 0 ? null : <span className="count">{count}</span>}
      </summary>
      {children}
    </details>
  );
}

/** The same number is in `web/styles/findings.css`. */
function useWide(): boolean {
  const [wide, setWide] = useState(() => matchMedia('(min-width: 1100px)').matches);
  useEffect(() => {
    const query = matchMedia('(min-width: 1100px)');
    const heard = (): void => setWide(query.matches);
    query.addEventListener('change', heard);
    return () => query.removeEventListener('change', heard);
  }, []);
  return wide;
}

/** Tells its text a moment after the last key: each search may look at millions of rows. */
function TextSearch({ search, change }: { search: FindingsSearch; change: Change }): ReactElement {
  const [text, setText] = useState(search.q ?? '');
  const told = useRef(search.q ?? '');
  const changeNow = useRef(change);
  changeNow.current = change;
  useEffect(() => {
    // The address moved by itself: a link, the button back, or all filters cleared.
    if ((search.q ?? '') !== told.current) {
      told.current = search.q ?? '';
      setText(told.current);
    }
  }, [search.q]);
  useEffect(() => {
    const wanted = text.trim().slice(0, 400);
    if (wanted === told.current) return;
    const timer = setTimeout(() => {
      told.current = wanted;
      changeNow.current({ q: wanted === '' ? undefined : wanted });
    }, 350);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <SearchBox label="Search findings" placeholder="Message, rule, file or key" value={text} onChange={setText} />
  );
}

/** What is chosen, each with a way to take it out. */
function Choices({ search, change }: { search: FindingsSearch; change: Change }): ReactElement | null {
  const chosen = choices(search);
  if (!isFiltered(search)) return null;
  return (
    <ul className="choices" aria-label="Chosen filters">
      {chosen.map(({ facet, value }) => {
        const name = `${facetTitle[facet]}: ${valueLabel(facet, value, null)}`;
        return (
          <li key={`${facet} ${value}`}>
            <button
              type="button"
              className="choice"
              aria-label={`Remove ${name}`}
              title={name}
              onClick={() => change(toggled(search, facet, value))}
            >
              <span>{name}</span>
              <Icon name="close" size={12} />
            </button>
          </li>
        );
      })}
      <li>
        <button type="button" className="button bare" onClick={() => change(cleared())}>
          Clear all
        </button>
      </li>
    </ul>
  );
}
