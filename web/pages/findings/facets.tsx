import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useDeferredValue, useState } from 'react';
import type { Facet, FacetName } from '../../../src/features/code-quality/contract.ts';
import { facetsQuery, type FindingPlace } from '../../api/findings.ts';
import { useApi } from '../../app/context.ts';
import { SeverityShape } from '../../components/chips.tsx';
import { SearchBox } from '../../components/form.tsx';
import { Icon } from '../../components/icons.tsx';
import { ErrorState, Skeleton } from '../../components/states.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import { chosenOf, filterParameters, findingAges, findingSeverities, type FindingsSearch, toggled } from './search.ts';
import { facetTitle, valueLabel } from './words.ts';

type Change = (next: Partial<FindingsSearch>) => void;

interface FacetsProps {
  place: FindingPlace;
  search: FindingsSearch;
  change: Change;
}

/** Facets of fixed words are shown at once; those of names when somebody opens them, as each is counted by itself. */
const ofWords: readonly FacetName[] = ['severity', 'quality', 'type', 'status', 'age'];
const ofNames: readonly FacetName[] = ['rule', 'file', 'tag', 'cwe', 'owasp', 'author', 'assignee'];

export function FacetRail({ place, search, change }: FacetsProps): ReactElement {
  const query = useQuery(facetsQuery(useApi(), place, { ...filterParameters(search), facets: ofWords }));
  const names: readonly FacetName[] = place.project === undefined ? ['project', ...ofNames, 'assetType'] : ofNames;
  return (
    <>
      {query.data === undefined && query.error !== null ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} compact />
      ) : (
        ofWords.map((facet) => (
          <FacetGroup key={facet} facet={facet} startsOpen>
            <Values
              facet={facet}
              answer={query.data?.facets.find((one) => one.facet === facet)}
              search={search}
              change={change}
            />
          </FacetGroup>
        ))
      )}
      {names.map((facet) => (
        <FacetGroup key={facet} facet={facet} startsOpen={chosenOf(search, facet).length > 0}>
          <NamedFacet facet={facet} place={place} search={search} change={change} />
        </FacetGroup>
      ))}
    </>
  );
}

function FacetGroup({
  facet,
  startsOpen,
  children,
}: {
  facet: FacetName;
  startsOpen: boolean;
  children: ReactElement;
}): ReactElement {
  const [open, setOpen] = useState(startsOpen);
  return (
    <section className="facet" aria-label={facetTitle[facet]}>
      <h3>
        <button type="button" className="facet-title" aria-expanded={open} onClick={() => setOpen(!open)}>
          {facetTitle[facet]}
          <Icon name={open ? 'up' : 'down'} size={12} />
        </button>
      </h3>
      {open ? children : null}
    </section>
  );
}

/** Values that are few and known are not searched; more than these are. */
const searchedFrom = 8;
const shownAtFirst = 10;
const shownAtMost = 100;

function NamedFacet({ facet, place, search, change }: FacetsProps & { facet: FacetName }): ReactElement {
  const [text, setText] = useState('');
  const [limit, setLimit] = useState(shownAtFirst);
  const facetSearch = useDeferredValue(text.trim());
  const query = useQuery(
    facetsQuery(useApi(), place, { ...filterParameters(search), facets: facet, facetSearch, limit }),
  );
  const answer = query.data?.facets[0];
  if (answer === undefined && query.error !== null)
    return <ErrorState error={query.error} retry={() => void query.refetch()} compact />;
  const searches = text !== '' || answer?.more === true || (answer?.values.length ?? 0) > searchedFrom;
  return (
    <>
      {searches ? (
        <SearchBox
          label={`Search in ${facetTitle[facet]}`}
          placeholder="Search"
          value={text}
          onChange={(next) => setText(next.slice(0, 200))}
        />
      ) : null}
      <Values facet={facet} answer={answer} search={search} change={change} searched={facetSearch !== ''} />
      {answer?.more === true && limit < shownAtMost ? (
        <button type="button" className="button bare facet-more" onClick={() => setLimit(shownAtMost)}>
          Show more
        </button>
      ) : null}
      {answer?.more === true && limit >= shownAtMost ? (
        <p className="note">There are more; search to find them.</p>
      ) : null}
    </>
  );
}

function Values({
  facet,
  answer,
  search,
  change,
  searched = false,
}: Omit<FacetsProps, 'place'> & {
  facet: FacetName;
  answer: Facet | undefined;
  searched?: boolean;
}): ReactElement {
  if (answer === undefined) return <Skeleton lines={4} />;
  const chosen = new Set(chosenOf(search, facet));
  const values = inOrder(facet, answer.values);
  return (
    <>
      {values.length === 0 ? <p className="note">{searched ? 'Nothing matches.' : 'None.'}</p> : null}
      <ul className="facet-values">
        {values.map(({ value, label, findings }) => (
          <li key={value}>
            <label className={chosen.size > 0 && !chosen.has(value) ? 'facet-value left-out' : 'facet-value'}>
              <input
                type="checkbox"
                checked={chosen.has(value)}
                onChange={() => change(toggled(search, facet, value))}
              />
              <span className="facet-name" title={label ?? value}>
                {facet === 'severity' ? <SeverityShape severity={value as never} /> : null}
                {valueLabel(facet, value, label)}
              </span>
              <span className="facet-count">{formatCount(findings)}</span>
            </label>
          </li>
        ))}
      </ul>
      {answer.unread > 0 ? (
        <p className="note facet-unread">
          {countOf(answer.unread, 'finding')} not placed: what their rules name was not read yet. A full sync reads it.
        </p>
      ) : null}
    </>
  );
}

const orders: Partial<Record<FacetName, readonly string[]>> = { severity: findingSeverities, age: findingAges };

/** Scales keep their order, whatever is most frequent; a level without findings is there, too. */
function inOrder(facet: FacetName, values: Facet['values']): Facet['values'] {
  const order = orders[facet];
  if (order === undefined) return values;
  return order
    .filter((value) => value !== 'unrated' || values.some((one) => one.value === value))
    .map((value) => values.find((one) => one.value === value) ?? { value, label: null, findings: 0 });
}
