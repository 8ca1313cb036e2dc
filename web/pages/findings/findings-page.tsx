import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useChange } from '../../address/use-change.ts';
import { summaryQuery } from '../../api/insights.ts';
import { useApi } from '../../app/context.ts';
import { CompactSelect } from '../../components/form.tsx';
import { FreshnessChip } from '../../components/freshness.tsx';
import { Page } from '../../components/page.tsx';
import { formatCount } from '../../words/numbers.ts';
import { NothingYet } from '../security/nothing-yet.tsx';
import { FindingsView } from './findings-view.tsx';
import type { FindingsSearch } from './search.ts';

const route = getRouteApi('/shell/findings');

/** Findings of every project that counts. */
export function FindingsPage(): ReactElement {
  const search = route.useSearch();
  const change = useChange<FindingsSearch>('/findings');
  const state = useQuery(summaryQuery(useApi(), {})).data?.state;
  return (
    <Page title="Findings" wide actions={<FreshnessChip state={state} />}>
      {state?.projectsKnown === 0 ? (
        <NothingYet />
      ) : (
        <FindingsView
          place={{}}
          search={search}
          change={change}
          controls={
            <CompactSelect
              label="Branches"
              value={search.branchScope ?? 'main'}
              choices={[
                { value: 'main', label: 'Main branches' },
                { value: 'all', label: 'All long-lived branches' },
              ]}
              onChoose={(value) => change({ branchScope: value === 'all' ? 'all' : undefined })}
            />
          }
          nothing={
            state?.incomplete === true ? (
              <p>
                Nothing is open so far: {formatCount(state.projectsRead)} of {formatCount(state.projectsKnown)} projects
                have been read, and the first reading goes on.
              </p>
            ) : (
              <p>Nothing is open in any project. Choose another status to see what was.</p>
            )
          }
        />
      )}
    </Page>
  );
}
