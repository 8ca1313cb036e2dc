import type { ReactElement } from 'react';
import type { RunningList } from '../../../src/features/running/contract.ts';
import { ChooseMany } from '../../components/choose-many.tsx';
import { DayField } from '../../components/day-field.tsx';
import { dayBefore } from '../../components/day-words.ts';
import { Checkbox, SearchBox } from '../../components/form.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { type RunningSearch, runningStates } from './search.ts';
import { stateLooks } from './words.ts';

export function Filters({
  search: { q, state, environment, team, stale, at },
  change,
  list,
}: {
  search: RunningSearch;
  change: (next: Partial<RunningSearch>) => void;
  list: RunningList | undefined;
}): ReactElement {
  return (
    <Toolbar label="Filters">
      <SearchBox
        label="Find what runs"
        placeholder="Service, image, digest or commit"
        value={q ?? ''}
        onChange={(text) => change({ q: text === '' ? undefined : text })}
      />
      <ChooseMany
        label="Verdicts"
        all="All verdicts"
        options={runningStates.map((value) => ({ value, label: stateLooks[value][2] }))}
        chosen={state}
        onChoose={(chosen) => change({ state: chosen })}
      />
      <ChooseMany
        label="Environments"
        all="All environments"
        options={(list?.environments ?? []).map(({ name }) => ({ value: name, label: name }))}
        chosen={environment?.split(',')}
        onChoose={(chosen) => change({ environment: chosen?.join(',') })}
      />
      {list === undefined || list.teams.length === 0 ? null : (
        <ChooseMany
          label="Teams"
          all="All teams"
          options={list.teams.map(({ name }) => ({ value: name, label: name }))}
          chosen={team?.split(',')}
          onChoose={(chosen) => change({ team: chosen?.join(',') })}
        />
      )}
      <Checkbox
        label="Only what is stale"
        checked={stale === true}
        onChange={(checked) => change({ stale: checked ? true : undefined })}
      />
      <DayField
        compact
        label="As it was said on"
        value={at}
        max={dayBefore()}
        onChange={(day) => change({ at: day })}
      />
    </Toolbar>
  );
}
