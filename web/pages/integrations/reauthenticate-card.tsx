import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { FormFieldAnswer, IntegrationAnswer } from '../../../src/features/integrations/contract.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/page.tsx';
import { Notice } from '../../components/states.tsx';
import { CheckReport } from './check-report.tsx';
import { FormFields } from './form-fields.tsx';
import { fieldProblem, type FormValues, toRequest } from './form-values.ts';
import { useCheck } from './use-check.ts';

/** Replaces secrets and nothing else. What is stored stays in use while the new one fails its checks. */
export function ReauthenticateCard({
  integration,
  form,
}: {
  integration: IntegrationAnswer;
  form: readonly FormFieldAnswer[];
}): ReactElement {
  const client = useQueryClient();
  const checking = useCheck();
  const [open, setOpen] = useState(false);
  const [values, setValues] = useState<FormValues>({});
  const [tried, setTried] = useState(false);
  const [done, setDone] = useState(false);
  const fields = form.filter((field) => field.kind === 'secret');
  const submit = async (): Promise<void> => {
    setTried(true);
    setDone(false);
    if (fields.some((field) => fieldProblem(field, values[field.name] ?? '') !== undefined)) return;
    const { secrets } = toRequest(fields, values);
    const saved = await checking.run('POST', `api/v1/integrations/${integration.id}/reauthenticate`, { secrets });
    if (saved === null) return;
    setValues({});
    setTried(false);
    setOpen(false);
    setDone(true);
    await client.invalidateQueries({ queryKey: ['integrations'] });
  };
  return (
    <Card
      title="Re-authenticate"
      note="Replaces the token; settings and data stay as they are."
      narrow
      actions={
        open ? undefined : (
          <Button icon="key" onClick={() => setOpen(true)}>
            Replace the token
          </Button>
        )
      }
    >
      {done ? (
        <div className="card-body">
          <Notice kind="done" title="The new token is in use." />
        </div>
      ) : null}
      {open ? (
        <form
          className="card-body form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <FormFields
            fields={fields}
            values={values}
            onChange={setValues}
            problems={{}}
            showAll={tried}
            address={integration.baseUrl ?? undefined}
          />
          <div className="form-actions">
            <Button type="submit" look="primary" busy={checking.state.running}>
              Validate and replace
            </Button>
            <Button onClick={() => setOpen(false)}>Keep the old one</Button>
          </div>
        </form>
      ) : null}
      {checking.state.running || checking.state.checks.length > 0 || checking.state.error !== null ? (
        <CheckReport state={checking.state} />
      ) : null}
    </Card>
  );
}
