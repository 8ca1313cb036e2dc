import { useQuery } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import type { FacetName } from '../../../src/features/code-quality/contract.ts';
import { facetsQuery, findingListQuery, findingsCsv, type FindingPlace } from '../../api/findings.ts';
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
import {
  choices,
  cleared,
  filterParameters,
  type FindingsSearch,
  isFiltered,
  listParameters,
  toggled,
} from './search.ts';
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
        <Choices place={place} search={search} change={change} />
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
  const q = search.q ?? '';
  /** `told`: what went to the address last, where it arrives a moment later. `seen`: what the address said last. */
  const [typed, setTyped] = useState({ text: q, told: q, seen: q });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  // Of what others put into the address (a link, the button back, all filters cleared) the box tells, too.
  if (q !== typed.seen) setTyped({ ...typed, seen: q, text: q === typed.told ? typed.text : q });
  return (
    <SearchBox
      label="Search findings"
      placeholder="Message, rule, file or key"
      value={typed.text}
      onChange={(text) => {
        setTyped({ ...typed, text });
        clearTimeout(timer.current);
        timer.current = setTimeout(() => {
          const wanted = text.trim().slice(0, 400);
          setTyped((now) => ({ ...now, told: wanted }));
          change({ q: wanted === '' ? undefined : wanted });
        }, 350);
      }}
    />
  );
}

/** What is chosen, each with a way to take it out. */
function Choices({
  place,
  search,
  change,
}: {
  place: FindingPlace;
  search: FindingsSearch;
  change: Change;
}): ReactElement | null {
  const chosen = choices(search);
  // Projects are chosen by their ids; the facet knows their names.
  const projects = useQuery({
    ...facetsQuery(useApi(), place, { ...filterParameters(search), facets: 'project', limit: 10 }),
    enabled: search.project !== undefined,
  });
  const nameOf = (facet: FacetName, value: string): string | null =>
    facet === 'project' ? (projects.data?.facets[0]?.values.find((one) => one.value === value)?.label ?? null) : null;
  if (!isFiltered(search)) return null;
  return (
    <ul className="choices" aria-label="Chosen filters">
      {chosen.map(({ facet, value }) => {
        const name = `${facetTitle[facet]}: ${valueLabel(facet, value, nameOf(facet, value))}`;
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
