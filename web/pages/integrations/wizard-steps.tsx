import '../../styles/satellites.css';
import type { FormEvent, ReactElement, ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { Segmented, TextField } from '../../components/form.tsx';
import { Card } from '../../components/page.tsx';
import { countOf } from '../../words/numbers.ts';
import { CheckReport, type Correct } from './check-report.tsx';
import { countChecks, headlineOf, summaryOf } from './check-summary.ts';
import type { Choose } from './choose-from-server.tsx';
import { FormFields } from './form-fields.tsx';
import type { CheckState } from './use-check.ts';
import { type Connector, fieldsOf, nameProblem, placeAfter, settlesPlace, type WizardState } from './wizard-state.ts';

interface StepProps {
  connector: Connector;
  state: WizardState;
  onChange: (state: WizardState) => void;
  problems: Record<string, string>;
  showAll: boolean;
  onBack?: () => void;
  onNext: () => void;
}

function Step({
  title,
  note,
  onBack,
  onNext,
  next = 'Continue',
  children,
}: {
  title: string;
  note?: string;
  onBack?: (() => void) | undefined;
  onNext: () => void;
  next?: string;
  children: ReactNode;
}): ReactElement {
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onNext();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Card
        title={title}
        note={note}
        narrow
        padded
        footer={
          <>
            {onBack === undefined ? null : <Button onClick={onBack}>Back</Button>}
            <Button type="submit" look="primary">
              {next}
            </Button>
          </>
        }
      >
        <div className="form">{children}</div>
      </Card>
    </form>
  );
}

export function NameStep({
  connector,
  state,
  onChange,
  showAll,
  problems,
  taken,
  onNext,
}: StepProps & { taken: readonly string[] }): ReactElement {
  return (
    <Step title="Name" note={connector.description} onNext={onNext}>
      <TextField
        label="Name"
        placeholder={`${connector.kind}-production`}
        help="Unique; commands, files and webhooks use it."
        error={
          showAll || (state.name !== '' && taken.includes(state.name.trim()))
            ? nameProblem(state.name, taken)
            : problems['name']
        }
        value={state.name}
        onChange={(event) => onChange({ ...state, name: event.target.value })}
      />
      {settlesPlace(connector) ? null : <PlaceField state={state} onChange={onChange} />}
      <TextField
        label="Tags"
        optional
        placeholder="production, eu"
        help="Separated by commas."
        value={state.tags}
        onChange={(event) => onChange({ ...state, tags: event.target.value })}
      />
    </Step>
  );
}

function PlaceField({ state, onChange }: Pick<StepProps, 'state' | 'onChange'>): ReactElement {
  return (
    <div className="field">
      <span className="field-legend">Where it runs</span>
      <Segmented
        label="Where it runs"
        value={state.place}
        choices={places}
        onChoose={(place) => onChange({ ...state, place })}
      />
      <div className="field-help">
        {state.place === 'hub'
          ? 'The hub calls it. Choose a satellite for what the hub cannot reach, e.g. behind a firewall.'
          : 'A satellite calls it, from a machine that reaches it. Its key never comes to the hub.'}
      </div>
    </div>
  );
}

const places = [
  { value: 'hub', label: 'Here' },
  { value: 'satellite', label: 'In a satellite' },
] as const;

export function ConnectionStep({
  connector,
  state,
  onChange,
  problems,
  showAll,
  onBack,
  onNext,
}: StepProps): ReactElement {
  return (
    <Step title="Address and token" onBack={onBack} onNext={onNext}>
      <FormFields
        fields={fieldsOf(connector, state).filter((field) => field.step === 'connection')}
        values={state.values}
        onChange={(values) => onChange({ ...state, values, place: placeAfter(connector, state, values) })}
        problems={problems}
        showAll={showAll}
        address={state.values['url']}
      />
      {settlesPlace(connector) ? <PlaceField state={state} onChange={onChange} /> : null}
    </Step>
  );
}

export function ScopeStep({
  connector,
  state,
  onChange,
  problems,
  showAll,
  choose,
  onBack,
  onNext,
}: StepProps & { choose: Choose }): ReactElement {
  const shared = {
    values: state.values,
    onChange: (values: WizardState['values']) => onChange({ ...state, values }),
    problems,
    showAll,
    address: state.values['url'],
  };
  const advanced = connector.form.filter((field) => field.step === 'advanced');
  return (
    <Step
      title="Scope"
      note="What is read. Left empty: everything the token can see."
      onBack={onBack}
      onNext={onNext}
      next={state.place === 'hub' ? 'Validate' : 'Continue'}
    >
      <FormFields
        fields={connector.form.filter((field) => field.step === 'scope')}
        {...shared}
        {...(state.place === 'hub' ? { choose } : {})}
      />
      {advanced.length === 0 ? null : (
        <details className="advanced" open={advanced.some((field) => problems[field.name] !== undefined)}>
          <summary>More settings</summary>
          <div className="form">
            <FormFields fields={advanced} {...shared} />
          </div>
        </details>
      )}
    </Step>
  );
}

export function ValidateStep({
  checking,
  saving,
  webhook,
  onBack,
  onValidate,
  onSave,
  onCorrect,
}: {
  checking: CheckState;
  saving: boolean;
  /** Choice of setting up the webhook; null where there is none to set up. */
  webhook: ReactNode;
  onBack: () => void;
  onValidate: () => void;
  onSave: () => void;
  onCorrect: Correct;
}): ReactElement {
  const { running, report, checks } = checking;
  const { failed, warnings, untried } = countChecks(checks);
  const saveAllowed = report?.saveAllowed === true;
  const title = running ? (saving ? 'Saving: every check runs once more' : 'Validating the connection') : null;
  return (
    <Card
      title={title ?? headlineOf(checks, report)}
      note={running ? countOf(checks.length, 'check') : summaryOf(checks)}
      narrow
      footer={
        <>
          <Button onClick={onBack} disabled={saving && running}>
            Back
          </Button>
          <Button busy={running} onClick={onValidate}>
            Validate again
          </Button>
          {saveAllowed || saving ? (
            <Button look="primary" busy={running} onClick={onSave}>
              {failed + warnings + untried > 0 ? 'Save anyway and finish' : 'Finish'}
            </Button>
          ) : null}
        </>
      }
    >
      <CheckReport state={checking} onCorrect={onCorrect} />
      {saveAllowed && !running ? webhook : null}
    </Card>
  );
}
