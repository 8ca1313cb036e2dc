import { type ReactElement, type ReactNode, useState } from 'react';
import type { FormFieldAnswer } from '../../../src/features/integrations/contract.ts';
import { External } from '../../components/button.tsx';
import { Checkbox, SelectField, TextArea, TextField } from '../../components/form.tsx';
import { type Choose, ChooseFromServer } from './choose-from-server.tsx';
import { fieldProblem, type FormValues, linkInto } from './form-values.ts';

interface FieldsProps {
  fields: readonly FormFieldAnswer[];
  values: FormValues;
  onChange: (values: FormValues) => void;
  /** What the hub refused, by field name. */
  problems: Record<string, string>;
  /** After a try to go on every box says what is wrong with it, not only those that were left. */
  showAll: boolean;
  /** Address of the other system, for links into it. */
  address: string | undefined;
  /** Asks the other system what a box can be chosen from; absent where it cannot be asked. */
  choose?: Choose;
}

/** The boxes of one step of a connector's form. */
export function FormFields(props: FieldsProps): ReactElement {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  return (
    <>
      {props.fields.map((field) => (
        <Box
          key={field.name}
          field={field}
          {...props}
          touched={props.showAll || left.has(field.name)}
          onLeave={() => setLeft(new Set([...left, field.name]))}
        />
      ))}
    </>
  );
}

function Box({
  field,
  values,
  onChange,
  problems,
  address,
  choose,
  touched,
  onLeave,
}: FieldsProps & { field: FormFieldAnswer; touched: boolean; onLeave: () => void }): ReactElement {
  const value = values[field.name] ?? '';
  const set = (text: string): void => onChange({ ...values, [field.name]: text });
  if (field.kind === 'boolean')
    return <Checkbox label={field.label} checked={value === 'true'} onChange={(checked) => set(String(checked))} />;
  const shared = {
    label: field.label,
    optional: !field.required,
    help: <Help field={field} address={address} />,
    error: touched ? (fieldProblem(field, value) ?? problems[field.name]) : problems[field.name],
    value,
    onBlur: onLeave,
    ...(field.placeholder === undefined ? {} : { placeholder: field.placeholder }),
  };
  if (field.kind === 'choice') {
    const choices = field.options ?? [];
    return (
      <SelectField
        label={field.label}
        optional={!field.required}
        help={field.help === undefined && field.link === undefined ? undefined : shared.help}
        error={problems[field.name]}
        // Left alone it means the first.
        value={value === '' ? (choices[0]?.value ?? '') : value}
        choices={choices}
        onChoose={set}
      />
    );
  }
  if (field.kind === 'textarea') {
    return (
      <>
        <TextArea {...shared} onChange={(event) => set(event.target.value)} />
        {choose === undefined || field.choices !== true ? null : (
          <ChooseFromServer field={field} value={value} onChange={set} choose={choose} />
        )}
      </>
    );
  }
  return (
    <TextField
      {...shared}
      type={field.kind === 'secret' ? 'password' : 'text'}
      // A password manager must not offer the person's own password for another system's token.
      autoComplete={field.kind === 'secret' ? 'new-password' : 'off'}
      {...(field.kind === 'url'
        ? { inputMode: 'url' as const }
        : field.kind === 'number'
          ? { inputMode: 'numeric' as const }
          : {})}
      onChange={(event) => set(event.target.value)}
    />
  );
}

function Help({ field, address }: { field: FormFieldAnswer; address: string | undefined }): ReactNode {
  const href = field.link === undefined ? undefined : linkInto(address, field.link.path);
  return (
    <>
      {field.help}
      {field.link === undefined ? null : href === undefined ? (
        <> {field.link.label}: fill in the address first, then a link to the right page stands here.</>
      ) : (
        <>
          {' '}
          <External href={href}>{field.link.label}</External>
        </>
      )}
    </>
  );
}
