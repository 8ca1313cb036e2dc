import type { ReactElement } from 'react';
import { reportKinds } from '../../../src/domain/report-kinds.ts';
import { presets } from '../../../src/domain/time-buckets.ts';
import { DayRange } from '../../components/day-field.tsx';
import { utcDay } from '../../components/day-words.ts';
import { CompactSelect, Segmented } from '../../components/form.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { ScopePicker } from '../scope/scope-picker.tsx';
import { kindOf, type ReportsSearch, withReport } from './search.ts';
import { dimensionLabel, metricLabel, reportLabel } from './words.ts';

export const presetLabel: Record<(typeof presets)[number], string> = {
  '4w': 'Last 4 weeks',
  '12w': 'Last 12 weeks',
  '3m': 'Last 3 months',
  '6m': 'Last 6 months',
  '12m': 'Last 12 months',
  '24m': 'Last 24 months',
};

const halfYearAgo = (): string => utcDay(new Date(Date.now() - 182 * 86_400_000));

interface Controls {
  search: ReportsSearch;
  change: (next: Partial<ReportsSearch>) => void;
}

/** Which report, by what, and of when. */
export function ReportControls({ search, change }: Controls): ReactElement {
  const kind = kindOf(search);
  const x = search.x ?? kind.x[0];
  const stacks = kind.stack.filter((dimension) => kind.isTrend || dimension !== x);
  const cleared = { group: undefined, part: undefined, at: undefined };
  return (
    <Toolbar label="Report">
      <ScopePicker history />
      <CompactSelect
        label="Report"
        value={search.report ?? 'issues'}
        choices={reportKinds.map((value) => ({ value, label: reportLabel[value] }))}
        onChoose={(report) => change(withReport(search, report))}
      />
      {x === undefined || kind.x.length < 2 ? null : (
        <CompactSelect
          label="X axis"
          value={x}
          choices={kind.x.map((value) => ({ value, label: `By ${dimensionLabel[value].toLowerCase()}` }))}
          onChoose={(value) =>
            change({ ...cleared, x: value, ...(search.stack === value ? { stack: undefined } : {}) })
          }
        />
      )}
      {stacks.length === 0 ? null : (
        <CompactSelect
          label="Stack"
          value={search.stack ?? 'none'}
          choices={[
            { value: 'none' as const, label: 'Not stacked' },
            ...stacks.map((value) => ({ value, label: `Stacked by ${dimensionLabel[value].toLowerCase()}` })),
          ]}
          onChoose={(value) => change({ ...cleared, stack: value === 'none' ? undefined : value })}
        />
      )}
      {kind.metrics.length === 0 || search.report === 'effort-trend' ? null : (
        <CompactSelect
          label="Measure"
          value={search.metric ?? kind.metrics[0] ?? 'coverage'}
          choices={kind.metrics.map((value) => ({ value, label: metricLabel[value] }))}
          onChoose={(metric) => change({ ...cleared, metric: metric === kind.metrics[0] ? undefined : metric })}
        />
      )}
      {kind.isTrend ? <Range search={search} change={change} /> : null}
      {kind.of === 'measures' ? null : (
        <CompactSelect
          label="Branches"
          value={search.branchScope ?? 'main'}
          choices={[
            { value: 'main' as const, label: 'Main branches' },
            { value: 'all' as const, label: 'All long-lived branches' },
          ]}
          onChoose={(value) => change({ ...cleared, branchScope: value === 'all' ? 'all' : undefined })}
        />
      )}
    </Toolbar>
  );
}

function Range({ search, change }: Controls): ReactElement {
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
        choices={[
          { value: 'week', label: 'Weekly' },
          { value: 'month', label: 'Monthly' },
          { value: 'quarter', label: 'Quarterly' },
        ]}
        onChoose={(value) => change({ granularity: value === 'week' ? undefined : value })}
      />
    </>
  );
}
