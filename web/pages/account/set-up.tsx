import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactElement, useEffect, useState } from 'react';
import type { SessionAnswer, SetupRequest } from '../../../src/features/access/contract.ts';
import { useApi } from '../../app/context.ts';
import { sessionKey, sessionQuery } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/form.tsx';
import { Loaded, MutationError, Notice } from '../../components/states.tsx';
import { Entrance } from './entrance.tsx';
import { emailProblem, passwordProblem } from './rules.ts';

/** Makes the first administrator. The secret stands behind the `#` of the link, so it reaches no log on the way. */
export function SetUpPage(): ReactElement {
  const session = useQuery(sessionQuery(useApi()));
  const secret = useSecret();
  return (
    <Entrance title="Set up Plumbline">
      <Loaded query={session}>
        {({ setupRequired }) => {
          if (!setupRequired) return <AlreadySetUp />;
          return secret === '' ? <LinkMissing /> : <SetUpForm secret={secret} />;
        }}
      </Loaded>
    </Entrance>
  );
}

/** Read once and taken out of the address, so that it stays neither in the history nor in a copied link. */
function useSecret(): string {
  const [secret] = useState(() => decodeURIComponent(location.hash.slice(1)));
  useEffect(() => {
    if (location.hash !== '') history.replaceState(history.state, '', location.pathname + location.search);
  }, []);
  return secret;
}

function AlreadySetUp(): ReactElement {
  return (
    <>
      <p>There is an administrator already.</p>
      <Link to="/sign-in" className="button primary">
        Sign in
      </Link>
    </>
  );
}

function LinkMissing(): ReactElement {
  return (
    <Notice title="Open the set-up link.">
      The hub printed it when it started: it ends in <code>/setup#…</code>, works once and for one hour. Restart the hub
      to get a new one.
    </Notice>
  );
}

function SetUpForm({ secret }: { secret: string }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [values, setValues] = useState({ email: '', name: '', password: '', again: '' });
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const problems = {
    email: emailProblem(values.email),
    password: passwordProblem(values.password, values.email),
    again: values.again === values.password ? undefined : 'The two passwords differ.',
  };
  const shown = (name: keyof typeof problems): string | undefined => (left.has(name) ? problems[name] : undefined);
  const setUp = useMutation({
    mutationFn: (body: SetupRequest) => api.send<SessionAnswer>('POST', 'api/v1/setup', body),
    async onSuccess(answer) {
      client.setQueryData(sessionKey, answer);
      await navigate({ to: '/' });
    },
  });
  const field = (name: keyof typeof values) => ({
    value: values[name],
    onChange: (event: { target: { value: string } }) => setValues({ ...values, [name]: event.target.value }),
    onBlur: () => setLeft(new Set([...left, name])),
  });
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setLeft(new Set(Object.keys(problems)));
        if (Object.values(problems).some((problem) => problem !== undefined)) return;
        setUp.mutate({ secret, email: values.email, name: values.name, password: values.password });
      }}
    >
      <p className="lead">Make the first administrator. Everything else is done on the pages behind this one.</p>
      <TextField
        label="E-mail address"
        type="email"
        autoComplete="username"
        error={shown('email')}
        {...field('email')}
      />
      <TextField label="Name" optional autoComplete="name" {...field('name')} />
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        help="At least 12 characters; a few unrelated words do well."
        error={shown('password')}
        {...field('password')}
      />
      <TextField
        label="Password again"
        type="password"
        autoComplete="new-password"
        error={shown('again')}
        {...field('again')}
      />
      <MutationError error={setUp.error} />
      <Button type="submit" look="primary" busy={setUp.isPending}>
        Make the administrator
      </Button>
    </form>
  );
}
