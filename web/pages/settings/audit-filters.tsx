import type { ReactElement } from 'react';
import { Button } from '../../components/button.tsx';
import { DayRange } from '../../components/day-field.tsx';
import { utcDay } from '../../components/day-words.ts';
import { CompactSelect, SearchBox } from '../../components/form.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { sentenceCase } from '../../words/labels.ts';
import type { AuditSearch } from './search.ts';

/** What is looked for in the trail; all of it together. */
export function AuditFilters({
  search,
  kinds,
  onChange,
}: {
  search: AuditSearch;
  /** Kinds of objects there are. */
  kinds: readonly string[];
  onChange: (next: Partial<AuditSearch>) => void;
}): ReactElement {
  const { action, actor, kind = '', object, q, from, to } = search;
  const known = kind === '' || kinds.includes(kind) ? kinds : [...kinds, kind];
  return (
    <Toolbar label="Filters">
      <SearchBox
        label="Any text"
        placeholder="Any text"
        value={q ?? ''}
        onChange={(text) => onChange({ q: text || undefined })}
      />
      <SearchBox
        label="Action begins with"
        placeholder="Action, e.g. integration."
        value={action ?? ''}
        onChange={(text) => onChange({ action: text || undefined })}
      />
      <SearchBox
        label="Name of the person or token"
        placeholder="Person or token"
        value={actor ?? ''}
        onChange={(text) => onChange({ actor: text || undefined })}
      />
      <CompactSelect
        label="On"
        value={kind}
        choices={[
          { value: '', label: 'On anything' },
          ...known.map((value) => ({ value, label: sentenceCase(value) })),
        ]}
        onChoose={(chosen) => onChange({ kind: chosen || undefined, object: undefined })}
      />
      {object === undefined ? null : (
        <Button look="bare" icon="close" onClick={() => onChange({ object: undefined })}>
          {`With id ${object}`}
        </Button>
      )}
      <DayRange labels={['First day', 'Last day']} from={from} to={to} max={utcDay()} onChange={onChange} />
    </Toolbar>
  );
}
