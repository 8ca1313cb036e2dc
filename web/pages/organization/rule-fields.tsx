import type { ReactElement } from 'react';
import type { TreeFilter } from '../../../src/features/teams/contract.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/form.tsx';
import { attributeLabel } from './words.ts';

/** Levels from the top down; the manager only as the last. */
export function LevelRows({
  attributes,
  levels,
  onChange,
}: {
  attributes: readonly string[];
  levels: readonly string[];
  onChange: (levels: readonly string[]) => void;
}): ReactElement {
  const free = [...attributes, 'manager'].filter((name) => !levels.includes(name));
  const set = (at: number, name: string): void => onChange(levels.map((level, index) => (index === at ? name : level)));
  const add = (): void => {
    const [next] = free.filter((name) => name !== 'manager');
    if (next === undefined) return;
    // What is last stays last, where it is the manager.
    const managed = levels.at(-1) === 'manager';
    onChange(managed ? [...levels.slice(0, -1), next, 'manager'] : [...levels, next]);
  };
  return (
    <fieldset className="field" aria-label="Levels">
      <legend className="field-legend">Levels, from the top down</legend>
      {levels.map((level, at) => (
        <div className="level-row" key={level}>
          <SelectField
            label={`Level ${at + 1}`}
            value={level}
            choices={[level, ...free]
              .filter((name) => name !== 'manager' || at === levels.length - 1)
              .map((name) => ({
                value: name,
                label: name === 'manager' ? 'Manager (who leads whom)' : attributeLabel(name),
              }))}
            onChoose={(name) => set(at, name)}
          />
          {levels.length === 1 ? null : (
            <IconButton
              icon="close"
              label={`Leave level ${at + 1} out`}
              onClick={() => onChange(levels.filter((_, index) => index !== at))}
            />
          )}
        </div>
      ))}
      {free.some((name) => name !== 'manager') && levels.length < 8 ? (
        <div>
          <Button onClick={add}>Add a level</Button>
        </div>
      ) : null}
    </fieldset>
  );
}

/** Who is in the tree at all; all filters hold together. */
export function FilterRows({
  attributes,
  filters,
  onChange,
}: {
  attributes: readonly string[];
  filters: readonly TreeFilter[];
  onChange: (filters: readonly TreeFilter[]) => void;
}): ReactElement {
  const names = ['name', 'email', 'manager_email', ...attributes];
  const set = (at: number, change: Partial<TreeFilter>): void =>
    onChange(filters.map((filter, index) => (index === at ? { ...filter, ...change } : filter)));
  return (
    <fieldset className="field" aria-label="Filters">
      <legend className="field-legend">Who is in it</legend>
      {filters.length === 0 ? <p className="field-help">Everybody.</p> : null}
      {filters.map((filter, at) => (
        <div className="filter-row" key={at}>
          <SelectField
            label="Attribute"
            value={filter.attribute}
            choices={names.map((name) => ({ value: name, label: attributeLabel(name) }))}
            onChoose={(attribute) => set(at, { attribute })}
          />
          <SelectField
            label="Condition"
            value={filter.condition}
            choices={[
              { value: 'equals', label: 'equals one of' },
              { value: 'not_equals', label: 'equals none of' },
            ]}
            onChoose={(condition) => set(at, { condition })}
          />
          <TextField
            label="Values"
            placeholder="Berlin; Rome"
            value={filter.values.join('; ')}
            onChange={(event) =>
              set(at, {
                values: event.target.value
                  .split(/;\s?/)
                  .filter((value, index, all) => value !== '' || (index === all.length - 1 && index > 0)),
              })
            }
          />
          <IconButton
            icon="close"
            label={`Leave filter ${at + 1} out`}
            onClick={() => onChange(filters.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <div>
        <Button
          onClick={() => onChange([...filters, { attribute: names[3] ?? 'email', condition: 'equals', values: [] }])}
        >
          Add a filter
        </Button>
      </div>
    </fieldset>
  );
}
