import type { ReactElement } from 'react';
import type { Mapping, Upload } from '../../../src/features/teams/contract.ts';
import { SelectField } from '../../components/form.tsx';
import { Card } from '../../components/page.tsx';
import { countOf } from '../../words/numbers.ts';
import { attributeLabel } from './words.ts';

const needed = [
  ['name', 'Full name'],
  ['email', 'E-mail'],
  ['managerEmail', 'Manager e-mail'],
] as const;

const standard = ['role', 'site', 'team', 'sub_role', 'department'];

/** Which column is what, beside the first rows of the file. */
export function MappingCard({
  upload,
  mapping,
  onChange,
}: {
  upload: Upload;
  mapping: Mapping;
  onChange: (mapping: Mapping) => void;
}): ReactElement {
  const choices = [
    { value: '', label: 'No column' },
    ...upload.columns.map((column) => ({ value: column, label: column })),
  ];
  const own = mapping.attributes.map(({ name }) => name).filter((name) => !standard.includes(name));
  const columnOf = (attribute: string): string =>
    mapping.attributes.find(({ name }) => name === attribute)?.column ?? '';
  const set = (attribute: string, column: string): void => {
    const others = mapping.attributes.filter(({ name }) => name !== attribute);
    onChange({ ...mapping, attributes: column === '' ? others : [...others, { name: attribute, column }] });
  };
  return (
    <Card title="Columns" note={`${countOf(upload.rows, 'row')}, ${countOf(upload.columns.length, 'column')}`} padded>
      <div className="mapping">
        {needed.map(([field, label]) => (
          <SelectField
            key={field}
            label={label}
            value={mapping[field] ?? ''}
            choices={choices}
            error={mapping[field] === null ? 'Choose a column.' : undefined}
            onChoose={(column) => onChange({ ...mapping, [field]: column === '' ? null : column })}
          />
        ))}
        {[...standard, ...own].map((attribute) => (
          <SelectField
            key={attribute}
            label={attributeLabel(attribute)}
            optional
            value={columnOf(attribute)}
            choices={choices}
            onChoose={(column) => set(attribute, column)}
          />
        ))}
      </div>
      <Sample upload={upload} />
    </Card>
  );
}

function Sample({ upload: { columns, sample } }: { upload: Upload }): ReactElement {
  return (
    // A part that scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="table-scroll scrolls sample" aria-label="First rows of the file" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sample.slice(0, 5).map((cells, row) => (
            <tr key={row}>
              {columns.map((column, at) => (
                <td key={column}>{cells[at]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
