import { type ReactElement, useState } from 'react';
import { formatCount } from '../words/numbers.ts';
import { Checkbox, SearchBox } from './form.tsx';
import { PanelButton } from './menu-button.tsx';
import { PopoverAction } from './overlay.tsx';

interface Option<Value> {
  value: Value;
  label: string;
  /** How many things stand behind it. */
  count?: number;
}

/** More boxes than this are slower to scan than to search. */
const shownAtOnce = 200;

/** A filter with several choices; none chosen means all. */
export function ChooseMany<Value extends string | number>({
  label,
  context,
  all,
  options,
  chosen,
  onChoose,
}: {
  label: string;
  /** Where it counts, read aloud when several of the same name are on a page. */
  context?: string;
  /** Words for no choice, e.g. `All projects`. */
  all: string;
  options: readonly Option<Value>[];
  chosen: readonly Value[] | undefined;
  onChoose: (chosen: Value[] | undefined) => void;
}): ReactElement {
  const [text, setText] = useState('');
  const picked = new Set(chosen);
  const wanted = text.trim().toLowerCase();
  const matching = options.filter((option) => option.label.toLowerCase().includes(wanted));
  const only = picked.size === 1 ? options.find((option) => picked.has(option.value)) : undefined;
  const words = picked.size === 0 ? all : (only?.label ?? label);
  const where = context === undefined ? '' : ` (${context})`;
  const name = picked.size > 1 ? `${label} ${picked.size} chosen${where}` : `${label}: ${words}${where}`;
  return (
    <PanelButton label={words} name={name} count={picked.size > 1 ? picked.size : 0}>
      <fieldset className="options">
        <legend>{label}</legend>
        {options.length > 8 ? (
          <SearchBox label={`Search ${label.toLowerCase()}`} placeholder="Search" value={text} onChange={setText} />
        ) : null}
        <div className="options-list">
          {matching.slice(0, shownAtOnce).map((option) => (
            <Checkbox
              key={option.value}
              label={
                <>
                  {option.label}
                  {option.count === undefined ? null : (
                    <span className="option-count">{formatCount(option.count)}</span>
                  )}
                </>
              }
              checked={picked.has(option.value)}
              onChange={(checked) => {
                const next = new Set(picked);
                if (checked) next.add(option.value);
                else next.delete(option.value);
                onChoose(next.size === 0 ? undefined : [...next]);
              }}
            />
          ))}
          {matching.length === 0 ? <p className="note">Nothing matches.</p> : null}
          {matching.length > shownAtOnce ? (
            <p className="note">{formatCount(matching.length - shownAtOnce)} more; search to find them.</p>
          ) : null}
        </div>
        <PopoverAction look="bare" disabled={picked.size === 0} onClick={() => onChoose(undefined)}>
          {all}
        </PopoverAction>
      </fieldset>
    </PanelButton>
  );
}
