import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { SessionAnswer, SignInRequest } from '../../../src/features/access/contract.ts';
import { parseSearch } from '../../address/search.ts';
import { useApi } from '../../app/context.ts';
import { GoOnce } from '../../app/go-once.tsx';
import { sessionKey, sessionQuery } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/form.tsx';
import { MutationError, Notice } from '../../components/states.tsx';
import { Entrance } from './entrance.tsx';

const route = getRouteApi('/sign-in');

export function SignInPage(): ReactElement {
  const { to } = route.useSearch();
  const session = useQuery(sessionQuery(useApi()));
  if (session.data?.setupRequired === true) return <GoOnce to="/setup" />;
  if (session.data?.signedIn === true) return <Return to={to} />;
  return (
    <Entrance title="Sign in">
      {session.data?.insecureTransport === true ? (
        <Notice kind="warning" title="This connection is not encrypted.">
          Anybody on the way can read your password. Use HTTPS.
        </Notice>
      ) : null}
      <SignInForm />
    </Entrance>
  );
}

/** Back to where the session ended. */
function Return({ to }: { to: string | undefined }): ReactElement {
  const { pathname, search, hash } = new URL(to ?? '/', 'http://hub.invalid');
  return <GoOnce to={pathname as never} search={parseSearch(search) as never} hash={hash.slice(1)} />;
}

function SignInForm(): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: (body: SignInRequest) => api.send<SessionAnswer>('POST', 'api/v1/session', body),
    onSuccess: (answer) => client.setQueryData(sessionKey, answer),
  });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate({ email, password });
      }}
    >
      <TextField
        label="E-mail address"
        type="email"
        autoComplete="username"
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <MutationError error={signIn.error} />
      <Button type="submit" look="primary" busy={signIn.isPending}>
        Sign in
      </Button>
    </form>
  );
}
