import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactElement, useDeferredValue, useEffect, useId, useState } from 'react';
import { textItems } from '../../../src/domain/text-list.ts';
import type { ChoicesAnswer, FormFieldAnswer } from '../../../src/features/integrations/contract.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox, SearchBox } from '../../components/form.tsx';
import { ErrorState } from '../../components/states.tsx';
import { formatCount } from '../../words/numbers.ts';
import { shownOf, toggleItem } from './list-text.ts';

export type Choose = (field: string, text: string, signal: AbortSignal) => Promise<ChoicesAnswer>;

/** The other system's own list under a box: what is ticked stands in the box, where keys and patterns can be typed, too. */
export function ChooseFromServer({
  field,
  value,
  onChange,
  choose,
}: {
  field: FormFieldAnswer;
  value: string;
  onChange: (text: string) => void;
  choose: Choose;
}): ReactElement {
  const [open, setOpen] = useState(false);
  const listId = useId();
  return (
    <div className="choose-from-server">
      <Button aria-expanded={open} aria-controls={listId} onClick={() => setOpen(!open)}>
        {open ? 'Close the list' : 'Choose from the server’s list'}
      </Button>
      <div id={listId}>{open ? <List field={field} value={value} onChange={onChange} choose={choose} /> : null}</div>
    </div>
  );
}

const typingMs = 300;

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), typingMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

function List({
  field,
  value,
  onChange,
  choose,
}: {
  field: FormFieldAnswer;
  value: string;
  onChange: (text: string) => void;
  choose: Choose;
}): ReactElement {
  const instance = useId();
  const [text, setText] = useState('');
  const wanted = useSettled(useDeferredValue(text.trim()));
  // What was entered for the connection is no part of the key: secrets stay out of the cache.
  const query = useQuery({
    queryKey: ['choices', instance, field.name, wanted],
    queryFn: ({ signal }) => choose(field.name, wanted, signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const chosen = new Set(textItems(value));
  const { data, error, isFetching } = query;
  return (
    <fieldset className="options" aria-busy={isFetching}>
      <legend className="unseen">{field.label}</legend>
      <SearchBox
        label={`Search ${field.label.toLowerCase()}`}
        placeholder="Part of a name or key"
        value={text}
        onChange={setText}
      />
      {error === null ? null : <ErrorState error={error} compact retry={() => void query.refetch()} />}
      <div className="options-list">
        {data?.items.map(({ value: item, label }) => (
          <Checkbox
            key={item}
            label={
              <>
                <code>{item}</code>
                {label === null ? null : <span className="option-count">{label}</span>}
              </>
            }
            checked={chosen.has(item)}
            onChange={(checked) => onChange(toggleItem(value, item, checked))}
          />
        ))}
      </div>
      <output className="note">
        {data === undefined ? (error === null ? 'Asking the server' : '') : shownOf(data, formatCount)}
      </output>
    </fieldset>
  );
}
