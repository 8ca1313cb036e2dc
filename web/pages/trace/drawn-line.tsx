import { type ReactElement, useMemo, useState } from 'react';
import type { Line } from '../../../src/features/trace/contract.ts';
import { Button } from '../../components/button.tsx';
import { GapCard } from './gap-card.tsx';
import { StationCard } from './station-card.tsx';
import type { Verdicts } from './use-line-verdicts.ts';
import { moveOnLine } from './station-keys.ts';
import { type Stack, treeOf } from './tree.ts';
import { columnLabel, surest } from './words.ts';

/** More branches than these are folded. */
const mostBranches = 5;

export function DrawnLine({ line, verdicts }: { line: Line; verdicts: Verdicts }): ReactElement {
  const { roots, left } = useMemo(() => treeOf(line), [line]);
  return (
    <>
      {/* Arrows move between the links of the stations, which are reached by Tab without them too. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/no-static-element-interactions */}
      <div className="line" onKeyDown={moveOnLine}>
        <div className="line-heads" aria-hidden="true">
          {Object.values(columnLabel).map((label) => (
            <span key={label}>{label}</span>
          ))}
        </div>
        <Branches stacks={roots} start={line.start} verdicts={verdicts} label="Line, from commits to environments" />
      </div>
      {left.length === 0 ? null : (
        <div className="line-left">
          {left.map((missing) => (
            <GapCard key={`${missing.at} ${missing.expects} ${missing.code}`} gaps={[missing]} />
          ))}
        </div>
      )}
    </>
  );
}

function Branches({
  stacks,
  start,
  verdicts,
  label,
}: {
  stacks: readonly Stack[];
  start: string;
  verdicts: Verdicts;
  label?: string;
}): ReactElement | null {
  const [all, setAll] = useState(false);
  if (stacks.length === 0) return null;
  const shown = all ? stacks : stacks.slice(0, mostBranches);
  const folded = stacks.length - shown.length;
  return (
    <ol className={stacks.length > 1 ? 'branches several' : 'branches'} aria-label={label}>
      {shown.map((stack) => (
        <Branch key={stack.key} stack={stack} start={start} verdicts={verdicts} />
      ))}
      {folded === 0 ? null : (
        <li className="branch folded">
          <Button look="bare" icon="down" onClick={() => setAll(true)}>
            {folded} more
          </Button>
        </li>
      )}
    </ol>
  );
}

function Branch({ stack, start, verdicts }: { stack: Stack; start: string; verdicts: Verdicts }): ReactElement {
  const { cards, gaps, next, again, column } = stack;
  const certainty = surest(cards[0]?.evidence ?? [])?.certainty;
  const looks = ['branch', column, certainty ?? '', cards.length === 0 && gaps.length > 0 ? 'missing' : ''];
  return (
    <li className={looks.filter(Boolean).join(' ')}>
      <div className={cards.length + gaps.length === 0 ? 'stack passing' : 'stack'}>
        {cards.map(({ station, evidence, doubts }) => (
          <StationCard
            key={station.ref}
            station={station}
            evidence={evidence}
            doubts={doubts}
            start={station.ref === start}
            verdicts={verdicts}
          />
        ))}
        {gaps.length === 0 ? null : <GapCard gaps={gaps} />}
        {again ? <p className="note again">It goes on where it stands first.</p> : null}
      </div>
      <Branches stacks={next} start={start} verdicts={verdicts} />
    </li>
  );
}
