import type { ReactElement } from 'react';
import type { Granularity, Preset } from '../../../src/features/insights/contract.ts';
import { DayRange } from '../../components/day-field.tsx';
import { utcDay } from '../../components/day-words.ts';
import { CompactSelect, Segmented } from '../../components/form.tsx';
import { presets } from './search.ts';
import { useSecuritySearch } from './use-search.ts';

const presetLabel: Record<Preset, string> = {
  '4w': 'Last 4 weeks',
  '12w': 'Last 12 weeks',
  '3m': 'Last 3 months',
  '6m': 'Last 6 months',
  '12m': 'Last 12 months',
  '24m': 'Last 24 months',
};

const granularityLabel: readonly { value: Granularity; label: string }[] = [
  { value: 'week', label: 'Weekly' },
  { value: 'month', label: 'Monthly' },
  { value: 'quarter', label: 'Quarterly' },
];

const halfYearAgo = (): string => utcDay(new Date(Date.now() - 182 * 86_400_000));

export function RangeControls(): ReactElement {
  const [search, change] = useSecuritySearch();
  const custom = search.from !== undefined || search.to !== undefined;
  return (
    <>
      <CompactSelect
        label="Time range"
        value={custom ? 'custom' : (search.preset ?? '6m')}
        choices={[
          ...presets.map((value) => ({ value, label: presetLabel[value] })),
          { value: 'custom' as const, label: 'Custom range' },
        ]}
        onChoose={(value) => {
          if (value === 'custom') change({ preset: undefined, from: halfYearAgo(), to: utcDay() });
          else change({ preset: value === '6m' ? undefined : value, from: undefined, to: undefined });
        }}
      />
      {custom ? (
        <DayRange
          labels={['First day', 'Last day']}
          from={search.from}
          to={search.to}
          max={utcDay()}
          onChange={change}
        />
      ) : null}
      <Segmented
        label="Granularity"
        value={search.granularity ?? 'week'}
        choices={granularityLabel}
        onChoose={(value) => change({ granularity: value === 'week' ? undefined : value })}
      />
    </>
  );
}
