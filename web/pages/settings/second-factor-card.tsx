import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { NewSecondFactor, RecoveryCodes, SecondFactor } from '../../../src/features/access/contract.ts';
import { secondFactorQuery } from '../../api/sign-in.ts';
import { useApi } from '../../app/context.ts';
import { Button, CopyButton } from '../../components/button.tsx';
import { TextField } from '../../components/form.tsx';
import { Card } from '../../components/page.tsx';
import { Loaded, MutationError, Notice } from '../../components/states.tsx';
import { NewFactor } from '../account/enrol.tsx';

const path = 'api/v1/account/second-factor';

export function SecondFactorCard(): ReactElement {
  const query = useQuery(secondFactorQuery(useApi()));
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  return (
    <Card title="Authenticator app" narrow padded>
      <Loaded query={query}>
        {(factor) => (
          <>
            {codes === null ? null : <NewCodes codes={codes} />}
            {factor.enrolled ? (
              <Enrolled factor={factor} onCodes={setCodes} />
            ) : (
              <Enrol factor={factor} onCodes={setCodes} />
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
}

function NewCodes({ codes }: { codes: readonly string[] }): ReactElement {
  return (
    <Notice kind="warning" title="Keep these recovery codes: they are shown this once.">
      <p>Each lets you in once when you have lost the app.</p>
      <ul className="recovery-codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <CopyButton text={codes.join('\n')} label="Copy all" />
    </Notice>
  );
}

type Part = { factor: SecondFactor; onCodes: (codes: readonly string[]) => void };

function useChange(onCodes: Part['onCodes']) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ to, body }: { to: string; body: object }) =>
      api.send<Partial<RecoveryCodes>>('POST', `${path}${to}`, body),
    async onSuccess({ recoveryCodes }) {
      onCodes(recoveryCodes ?? []);
      await client.invalidateQueries({ queryKey: secondFactorQuery(api).queryKey });
    },
  });
}

function Enrol({ factor, onCodes }: Part): ReactElement {
  const api = useApi();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const begin = useMutation({ mutationFn: () => api.send<NewSecondFactor>('POST', path, { password }) });
  const confirm = useChange(onCodes);
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (begin.data === undefined) begin.mutate();
        else confirm.mutate({ to: '/confirm', body: { code } });
      }}
    >
      <p>
        {factor.required ? 'Your role needs one at the next sign-in. ' : ''}With an app on your telephone a stolen
        password alone lets nobody in.
      </p>
      {begin.data === undefined ? (
        <TextField
          label="Your password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      ) : (
        <>
          <NewFactor factor={begin.data} />
          <TextField
            label="Code"
            autoComplete="one-time-code"
            required
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        </>
      )}
      <MutationError error={begin.error ?? confirm.error} />
      <div className="form-actions">
        <Button type="submit" busy={begin.isPending || confirm.isPending}>
          {begin.data === undefined ? 'Set up an authenticator app' : 'Confirm the code'}
        </Button>
      </div>
    </form>
  );
}

function Enrolled({ factor, onCodes }: Part): ReactElement {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const change = useChange(onCodes);
  return (
    <div className="form">
      <p>
        An app is set up. <strong>{factor.recoveryCodesLeft}</strong> recovery codes are left.
      </p>
      <TextField
        label="Code"
        autoComplete="one-time-code"
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <TextField
        label="Your password, to remove the app"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <MutationError error={change.error} />
      <div className="form-actions">
        <Button busy={change.isPending} onClick={() => change.mutate({ to: '/recovery-codes', body: { code } })}>
          New recovery codes
        </Button>
        <Button busy={change.isPending} onClick={() => change.mutate({ to: '/remove', body: { code, password } })}>
          Remove the app
        </Button>
      </div>
    </div>
  );
}
