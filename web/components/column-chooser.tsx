import type { ReactElement } from 'react';
import { countOf } from '../words/numbers.ts';
import { Checkbox } from './form.tsx';
import { PanelButton } from './menu-button.tsx';
import { PopoverAction } from './overlay.tsx';
import { type Column, visibleColumns } from './table-columns.ts';

/** Which columns a table shows; the choice belongs into the address. */
export function ColumnChooser<Row>({
  columns,
  chosen,
  onChoose,
}: {
  columns: readonly Column<Row>[];
  chosen: readonly string[] | undefined;
  onChoose: (chosen: string[] | undefined) => void;
}): ReactElement {
  const shown = new Set(visibleColumns(columns, chosen).map((column) => column.id));
  const choosable = columns.filter((column) => column.fixed !== true);
  return (
    <PanelButton label="Columns" icon="columns" bare>
      <fieldset className="options">
        <legend>{countOf(shown.size, 'column')} shown</legend>
        <div className="options-list">
          {choosable.map((column) => (
            <Checkbox
              key={column.id}
              label={column.header}
              checked={shown.has(column.id)}
              onChange={(checked) => {
                const next = choosable.filter((other) => (other === column ? checked : shown.has(other.id)));
                onChoose(next.map((other) => other.id));
              }}
            />
          ))}
        </div>
        <PopoverAction look="bare" onClick={() => onChoose(undefined)}>
          Usual columns
        </PopoverAction>
      </fieldset>
    </PanelButton>
  );
}
