import { type ComponentProps, type ReactElement, type ReactNode, useId } from 'react';

interface FieldFrame {
  label: string;
  help?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
}

interface Wiring {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

/** Label above, control, help and error below; the error is read with the control. */
export function Field({
  label,
  help,
  error,
  optional = false,
  children,
}: FieldFrame & { children: (wiring: Wiring) => ReactNode }): ReactElement {
  const id = useId();
  const described = [error === undefined ? '' : `${id}-error`, help === undefined ? '' : `${id}-help`].join(' ').trim();
  return (
    <div className={error === undefined ? 'field' : 'field invalid'}>
      <label htmlFor={id}>
        {label}
        {optional ? <span className="optional"> optional</span> : null}
      </label>
      {children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {error === undefined ? null : (
        <p className="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {help === undefined ? null : (
        <div className="field-help" id={`${id}-help`}>
          {help}
        </div>
      )}
    </div>
  );
}

type Frame<Props> = Omit<Props, 'id' | 'className'> & FieldFrame;

export function TextField({ label, help, error, optional, ...input }: Frame<ComponentProps<'input'>>): ReactElement {
  return (
    <Field label={label} help={help} error={error} optional={optional ?? false}>
      {(wiring) => <input type="text" autoComplete="off" spellCheck={false} {...input} {...wiring} className="input" />}
    </Field>
  );
}

export function TextArea({ label, help, error, optional, ...input }: Frame<ComponentProps<'textarea'>>): ReactElement {
  return (
    <Field label={label} help={help} error={error} optional={optional ?? false}>
      {(wiring) => <textarea rows={3} spellCheck={false} {...input} {...wiring} className="input" />}
    </Field>
  );
}

export interface Choice<Value extends string> {
  value: Value;
  label: string;
}

export function SelectField<Value extends string>({
  label,
  help,
  error,
  optional = false,
  value,
  choices,
  onChoose,
}: FieldFrame & { value: Value; choices: readonly Choice<Value>[]; onChoose: (value: Value) => void }): ReactElement {
  return (
    <Field label={label} help={help} error={error} optional={optional}>
      {(wiring) => <Options wiring={wiring} value={value} choices={choices} onChoose={onChoose} />}
    </Field>
  );
}

function Options<Value extends string>({
  wiring,
  value,
  choices,
  onChoose,
}: {
  wiring: Partial<Wiring> & { 'aria-label'?: string };
  value: Value;
  choices: readonly Choice<Value>[];
  onChoose: (value: Value) => void;
}): ReactElement {
  return (
    <select
      {...wiring}
      className="input select"
      value={value}
      onChange={(event) => onChoose(event.target.value as Value)}
    >
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}

/** A select in a toolbar: its label is read aloud, its value says what it is. */
export function CompactSelect<Value extends string>(props: {
  label: string;
  value: Value;
  choices: readonly Choice<Value>[];
  onChoose: (value: Value) => void;
}): ReactElement {
  return <Options wiring={{ 'aria-label': props.label }} {...props} />;
}

/** A few exclusive choices beside each other. Radio buttons underneath: arrows move, one tab stop. */
export function Segmented<Value extends string>({
  label,
  value,
  choices,
  onChoose,
}: {
  label: string;
  value: Value;
  choices: readonly Choice<Value>[];
  onChoose: (value: Value) => void;
}): ReactElement {
  const name = useId();
  return (
    <fieldset className="segmented">
      <legend className="unseen">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value}>
          <input type="radio" name={name} checked={choice.value === value} onChange={() => onChoose(choice.value)} />
          <span>{choice.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function Checkbox({
  label,
  checked,
  onChange,
}: {
  label: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
}): ReactElement {
  return (
    <label className="checkbox">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>{label}</span>
    </label>
  );
}

/** Search box of a toolbar; tells its text a moment after the last key. */
export function SearchBox({
  label,
  placeholder,
  value,
  onChange,
}: {
  label: string;
  placeholder: string;
  value: string;
  onChange: (text: string) => void;
}): ReactElement {
  return (
    <input
      type="search"
      className="input search"
      aria-label={label}
      placeholder={placeholder}
      value={value}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
