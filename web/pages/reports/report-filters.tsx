import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { joinList, splitList } from '../../../src/domain/escaped-list.ts';
import type { ReportDimension } from '../../../src/domain/report-kinds.ts';
import { facetsQuery } from '../../api/findings.ts';
import { integrationsQuery } from '../../api/integrations.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { ChooseMany } from '../../components/choose-many.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { severityLabel } from '../../words/labels.ts';
import { stateLabel, typeLabel } from '../findings/words.ts';
import { filterName, kindOf, type ReportsSearch, severities, states, types } from './search.ts';
import { dimensionLabel } from './words.ts';

interface Option {
  value: string;
  label: string;
}

const pastStates = ['open', 'accepted', 'false_positive'];

/** What is kept, or what is left out: one choice for each word that the report is filtered by. */
export function ReportFilters({
  search,
  without,
  change,
}: {
  search: ReportsSearch;
  without: boolean;
  change: (next: Partial<ReportsSearch>) => void;
}): ReactElement {
  const kind = kindOf(search);
  const optionsOf = useOptions(kind.of === 'days');
  return (
    <Toolbar label={without ? 'Left out' : 'Only'}>
      <span className="note report-filter-word">{without ? 'Without' : 'Only'}</span>
      {kind.filters.map((dimension) => {
        const name = filterName(dimension, without);
        const value = search[name];
        const chosen = typeof value === 'string' ? splitList(value) : value?.map(String);
        return (
          <ChooseMany
            key={name}
            label={dimensionLabel[dimension]}
            context={without ? 'left out' : 'kept'}
            all={without ? `No ${dimensionLabel[dimension].toLowerCase()}` : (allWords[dimension] ?? '')}
            options={optionsOf[dimension]}
            chosen={chosen}
            onChoose={(next) => change({ [name]: valueOf(dimension, next), group: undefined, part: undefined })}
          />
        );
      })}
    </Toolbar>
  );
}

const allWords: Record<ReportDimension, string> = {
  author: 'All authors',
  integration: 'All integrations',
  project: 'All projects',
  severity: 'All severities',
  status: 'Open',
  type: 'All types',
};

function valueOf(
  dimension: ReportDimension,
  next: readonly string[] | undefined,
): string | readonly (string | number)[] | undefined {
  if (next === undefined) return undefined;
  if (dimension === 'author') return joinList(next);
  return dimension === 'project' || dimension === 'integration' ? next.map(Number) : next;
}

function useOptions(ofPast: boolean): Record<ReportDimension, readonly Option[]> {
  const api = useApi();
  const facets = useQuery(facetsQuery(api, {}, { facets: ['author', 'project'], limit: 200, status: ['open'] })).data
    ?.facets;
  const mayRead = useCan('integrations:read');
  const integrations = useQuery({ ...integrationsQuery(api, {}), enabled: mayRead }).data?.integrations ?? [];
  const named = (facet: 'author' | 'project'): Option[] =>
    (facets?.find((one) => one.facet === facet)?.values ?? []).map(({ value, label }) => ({
      value,
      label: value === '(none)' ? 'No author' : (label ?? value),
    }));
  return {
    author: named('author'),
    project: named('project'),
    integration: integrations
      .filter(({ kind }) => kind === 'sonarqube')
      .map(({ id, name }) => ({ value: String(id), label: name })),
    severity: severities.map((value) => ({ value, label: severityLabel[value] })),
    status: states
      .filter((state) => !ofPast || pastStates.includes(state))
      .map((value) => ({ value, label: stateLabel[value] })),
    type: types.map((value) => ({ value, label: typeLabel[value] })),
  };
}
