import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { securityFiltersQuery } from '../../api/insights.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { ChooseMany } from '../../components/choose-many.tsx';
import { Checkbox, CompactSelect } from '../../components/form.tsx';
import { assetTypeLabel, severityLabel } from '../../words/labels.ts';
import { ScopePicker } from '../scope/scope-picker.tsx';
import { useSecuritySearch } from './use-search.ts';
import { Toolbar } from '../../components/toolbar.tsx';

/** Filters of the whole page. Only values that have findings are offered. */
export function SecurityFilters(): ReactElement {
  const [search, change] = useSecuritySearch();
  const filters = useQuery(
    securityFiltersQuery(useApi(), {
      node: search.node,
      treeAt: search.node === undefined ? undefined : search.treeAt,
      branchScope: search.branchScope,
      counting: search.counting,
    }),
  ).data;
  const set = [search.projects, search.severity, search.assetType].some((filter) => filter !== undefined);
  return (
    <Toolbar label="Filters">
      <ScopePicker history />
      <ChooseMany
        label="Projects"
        all="All projects"
        options={(filters?.projects ?? []).map(({ id, name, findings }) => ({
          value: id,
          label: name,
          count: findings,
        }))}
        chosen={search.projects}
        onChoose={(projects) => change({ projects })}
      />
      <ChooseMany
        label="Severities"
        all="All severities"
        options={(filters?.severities ?? []).map(({ severity, findings }) => ({
          value: severity,
          label: severityLabel[severity],
          count: findings,
        }))}
        chosen={search.severity}
        onChoose={(severity) => change({ severity })}
      />
      <ChooseMany
        label="Asset types"
        all="All assets"
        options={(filters?.assetTypes ?? []).map(({ assetType, findings }) => ({
          value: assetType,
          label: assetTypeLabel[assetType],
          count: findings,
        }))}
        chosen={search.assetType}
        onChoose={(assetType) => change({ assetType })}
      />
      <CompactSelect
        label="Branches"
        value={search.branchScope ?? 'main'}
        choices={[
          { value: 'main', label: 'Main branches' },
          { value: 'all', label: 'All long-lived branches' },
        ]}
        onChoose={(value) => change({ branchScope: value === 'all' ? 'all' : undefined })}
      />
      <CompactSelect
        label="Counting"
        value={search.counting ?? 'server'}
        choices={[
          { value: 'server', label: 'As the server counts' },
          { value: 'other', label: 'As the other mode counts' },
        ]}
        onChoose={(value) => change({ counting: value === 'other' ? 'other' : undefined })}
      />
      {set ? (
        <Button look="bare" onClick={() => change({ projects: undefined, severity: undefined, assetType: undefined })}>
          Clear filters
        </Button>
      ) : null}
      <span className="grow" />
      <Checkbox
        label="Trend lines"
        checked={search.trend === true}
        onChange={(checked) => change({ trend: checked ? true : undefined })}
      />
    </Toolbar>
  );
}
