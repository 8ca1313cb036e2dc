import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type {
  CredentialInfo,
  FormFieldAnswer,
  IntegrationAnswer,
} from '../../../src/features/integrations/contract.ts';
import { Button } from '../../components/button.tsx';
import { DayField } from '../../components/day-field.tsx';
import { TextField } from '../../components/form.tsx';
import { CheckReport } from './check-report.tsx';
import { FormFields } from './form-fields.tsx';
import { fieldProblem, type FormValues, toRequest } from './form-values.ts';
import { useCheck } from './use-check.ts';

/**
 * Adds a credential, or checks one again with a new secret or the stored one. What is stored stays in use while the new
 * one fails its checks.
 */
export function CredentialForm({
  integration,
  fields,
  credential,
  onClose,
}: {
  integration: IntegrationAnswer;
  fields: readonly FormFieldAnswer[];
  /** undefined: a new one. */
  credential: CredentialInfo | undefined;
  onClose: () => void;
}): ReactElement {
  const client = useQueryClient();
  const checking = useCheck();
  const [values, setValues] = useState<FormValues>({});
  const [label, setLabel] = useState(credential?.label ?? '');
  const [expires, setExpires] = useState(credential?.expirationDate?.slice(0, 10) ?? '');
  const [tried, setTried] = useState(false);
  const isNew = credential === undefined;
  // Left empty, the stored secret is checked again.
  const entered = isNew || fields.some((field) => (values[field.name] ?? '') !== '');
  const asked = fields.map((field) => (isNew ? field : { ...field, required: entered && field.required }));
  const submit = async (): Promise<void> => {
    setTried(true);
    if (asked.some((field) => fieldProblem(field, values[field.name] ?? '') !== undefined)) return;
    const { secrets } = toRequest(asked, values);
    const path = `api/v1/integrations/${integration.id}/credentials`;
    const body = {
      ...(label.trim() === '' ? {} : { label: label.trim() }),
      ...(entered ? { secrets } : {}),
      expirationDate: expires === '' ? null : expires,
    };
    const saved = await (isNew
      ? checking.run('POST', path, body)
      : checking.run('PATCH', `${path}/${credential.id}`, body));
    if (saved === null) return;
    await client.invalidateQueries({ queryKey: ['integrations'] });
    onClose();
  };
  return (
    <>
      <form
        className="card-body form"
        aria-label={isNew ? 'Add a credential' : `Re-authenticate ${credential.label}`}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h3>{isNew ? 'Add a credential' : `Re-authenticate ${credential.label}`}</h3>
        <TextField
          label="Label"
          optional={isNew}
          placeholder="bot 2"
          value={label}
          onChange={(event) => setLabel(event.target.value)}
        />
        <FormFields
          fields={asked}
          values={values}
          onChange={setValues}
          problems={{}}
          showAll={tried}
          address={integration.baseUrl ?? undefined}
        />
        {isNew ? null : <p className="note">Leave it empty to check the stored one again and put it in use.</p>}
        <DayField
          label="Expires on"
          optional
          help="Only when the server does not tell; you are warned 14 days before."
          value={expires}
          onChange={(day) => setExpires(day ?? '')}
        />
        <div className="form-actions">
          <Button type="submit" look="primary" busy={checking.state.running}>
            {isNew ? 'Validate and add' : 'Validate and save'}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
      {checking.state.running || checking.state.checks.length > 0 || checking.state.error !== null ? (
        <CheckReport state={checking.state} />
      ) : null}
    </>
  );
}
