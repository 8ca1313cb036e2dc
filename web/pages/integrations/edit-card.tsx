import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { FormFieldAnswer, IntegrationAnswer } from '../../../src/features/integrations/contract.ts';
import { fieldErrors } from '../../api/api-error.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/form.tsx';
import { Card } from '../../components/page.tsx';
import { CheckReport, type Suggestion } from './check-report.tsx';
import { replaceItem } from './check-summary.ts';
import type { Choose } from './choose-from-server.tsx';
import { FormFields } from './form-fields.tsx';
import {
  fieldProblem,
  fromSettings,
  type FormValues,
  linkInto,
  problemsByField,
  toRequest,
  toTags,
} from './form-values.ts';
import { useCheck } from './use-check.ts';
import { nameProblem } from './wizard-state.ts';

/** Name, tags, interval and settings. New settings are validated before they are saved. */
export function EditCard({
  integration,
  form,
}: {
  integration: IntegrationAnswer;
  form: readonly FormFieldAnswer[];
}): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const checking = useCheck();
  const fields = form.filter((field) => field.kind !== 'secret');
  const secrets = form.filter((field) => field.kind === 'secret');
  const before = fromSettings(fields, integration.settings);
  const [name, setName] = useState(integration.name);
  const [tags, setTags] = useState(integration.tags.join(', '));
  const [minutes, setMinutes] = useState(String(integration.syncIntervalSeconds / 60));
  const [values, setValues] = useState<FormValues>(before);
  const [tried, setTried] = useState(false);
  // A stored secret never goes to a host it was not entered for.
  const otherHost = hostOf(values['url']) !== hostOf(before['url']);
  const asked = otherHost ? [...fields, ...secrets] : fields;
  const problems = problemsByField(checking.state.error === null ? {} : fieldErrors(checking.state.error));
  const intervalProblem =
    /^\d+(\.\d+)?$/.test(minutes) && Number(minutes) >= 0.5 && Number(minutes) <= 1440
      ? undefined
      : 'Between 0.5 and 1440 minutes.';
  const problemOfName = nameProblem(name, []);
  const choose: Choose = (field, text, signal) => {
    const { settings, secrets: entered } = toRequest(asked, values);
    const body = { settings, ...(otherHost ? { secrets: entered } : {}), field, text };
    return api.send('POST', `api/v1/integrations/${integration.id}/choices`, body, signal);
  };
  const correct = ({ field, entered, instead }: Suggestion): void => {
    const corrected = { ...values, [field]: replaceItem(values[field] ?? '', entered, instead) };
    setValues(corrected);
    void submit(corrected);
  };
  const submit = async (values: FormValues): Promise<void> => {
    setTried(true);
    if (problemOfName !== undefined || intervalProblem !== undefined) return;
    if (asked.some((field) => fieldProblem(field, values[field.name] ?? '') !== undefined)) return;
    const changed = fields.some((field) => (values[field.name] ?? '') !== (before[field.name] ?? ''));
    const request = toRequest(asked, values);
    const body = {
      name: name.trim(),
      tags: toTags(tags),
      syncIntervalSeconds: Math.round(Number(minutes) * 60),
      ...(changed ? { settings: request.settings } : {}),
      ...(otherHost ? { secrets: request.secrets } : {}),
    };
    const saved = await checking.run('PATCH', `api/v1/integrations/${integration.id}`, body);
    if (saved !== null) await client.invalidateQueries({ queryKey: ['integrations'] });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit(values);
      }}
    >
      <Card
        title="Settings"
        narrow
        footer={
          <Button type="submit" look="primary" busy={checking.state.running}>
            Save
          </Button>
        }
      >
        <div className="card-body form">
          <TextField
            label="Name"
            error={tried ? (problemOfName ?? problems['name']) : problems['name']}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <TextField
            label="Tags"
            optional
            help="Separated by commas."
            value={tags}
            onChange={(event) => setTags(event.target.value)}
          />
          <TextField
            label="Minutes between runs"
            inputMode="decimal"
            help="Usually 15; each run starts a little earlier or later."
            error={tried ? intervalProblem : undefined}
            value={minutes}
            onChange={(event) => setMinutes(event.target.value)}
          />
          <FormFields
            fields={asked}
            values={values}
            onChange={setValues}
            problems={problems}
            showAll={tried}
            address={linkInto(values['url'], '')}
            choose={choose}
          />
        </div>
        {checking.state.running || checking.state.checks.length > 0 || checking.state.error !== null ? (
          <CheckReport state={checking.state} onCorrect={correct} />
        ) : null}
      </Card>
    </form>
  );
}

const hostOf = (address: string | undefined): string => URL.parse(address ?? '')?.host ?? '';
