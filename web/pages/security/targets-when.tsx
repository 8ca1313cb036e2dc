import { type ReactElement, useState } from 'react';
import type { SecurityTargets } from '../../../src/features/insights/contract.ts';
import { CompactSelect } from '../../components/form.tsx';
import { formatDay } from '../../words/times.ts';
import { quarterEnds } from '../scope/quarter-ends.ts';
import { useSecuritySearch } from './use-search.ts';

const present = 'now';

/** Which day is looked at, and by whose targets: those that held then or those that hold today. */
export function TargetsWhen({ data }: { data: SecurityTargets }): ReactElement {
  const [search, change] = useSecuritySearch();
  const [now] = useState(() => new Date());
  const { targetsAt, targetsBy } = search;
  const quarters = quarterEnds(now, 4);
  const days = targetsAt === undefined || quarters.includes(targetsAt) ? quarters : [targetsAt, ...quarters];
  return (
    <div className="targets-when">
      <CompactSelect
        label="What was open when"
        value={targetsAt ?? present}
        choices={[
          { value: present, label: 'Open now' },
          ...days.map((day) => ({ value: day, label: `Open at the end of ${formatDay(day, now)}` })),
        ]}
        onChoose={(day) =>
          change({ targetsAt: day === present ? undefined : day, ...(day === present ? { targetsBy: undefined } : {}) })
        }
      />
      {targetsAt === undefined ? null : (
        <CompactSelect
          label="By which targets"
          value={targetsBy ?? 'then'}
          choices={[
            { value: 'then', label: 'By the targets of that day' },
            { value: 'now', label: 'By today’s targets' },
          ]}
          onChoose={(by) => change({ targetsBy: by === 'now' ? by : undefined })}
        />
      )}
      {data.at === null ? null : <p className="note">{wordsOf(data, now)}</p>}
    </div>
  );
}

function wordsOf({ at, by, whole }: SecurityTargets, now: Date): string {
  const day = at === null ? '' : formatDay(at, now);
  const targets = by === 'then' ? `the targets that held on ${day}` : 'the targets that hold today';
  const missing = whole ? '' : ' Some projects were not read by then: what they had resolved before is missing.';
  return `Ages on ${day}, by ${targets}; teams as they are now.${missing}`;
}
