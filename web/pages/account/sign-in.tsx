import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { SessionAnswer, SignInRequest } from '../../../src/features/access/contract.ts';
import { parseSearch } from '../../address/search.ts';
import { ApiError } from '../../api/api-error.ts';
import { waysQuery } from '../../api/sign-in.ts';
import { useApi } from '../../app/context.ts';
import { GoOnce } from '../../app/go-once.tsx';
import { sessionKey, sessionQuery } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/form.tsx';
import { MutationError, Notice } from '../../components/states.tsx';
import { EnrolAtTheDoor } from './enrol.tsx';
import { Entrance } from './entrance.tsx';
import { ProviderButton } from './provider-button.tsx';

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
      <Ways to={to} />
    </Entrance>
  );
}

/** Back to where the session ended. */
function Return({ to }: { to: string | undefined }): ReactElement {
  const { pathname, search, hash } = new URL(to ?? '/', 'http://hub.invalid');
  return <GoOnce to={pathname as never} search={parseSearch(search) as never} hash={hash.slice(1)} />;
}

/** The provider first, where there is one; a form that is for one person only stays folded. */
function Ways({ to }: { to: string | undefined }): ReactElement {
  const ways = useQuery(waysQuery(useApi()));
  const provider = ways.data?.singleSignOn;
  if (provider == null) return <SignInForm />;
  return (
    <>
      <ProviderButton name={provider.name} to={to} />
      {ways.data?.passwords === 'break_glass' ? (
        <details className="sign-in-else">
          <summary>Sign in as the break-glass administrator</summary>
          <SignInForm />
        </details>
      ) : (
        <>
          <p className="sign-in-or">or with a password</p>
          <SignInForm />
        </>
      )}
    </>
  );
}

const asksForCode = new Set(['second_factor_needed', 'second_factor_wrong']);

function SignInForm(): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [asked, setAsked] = useState(false);
  const signIn = useMutation({
    mutationFn: (body: SignInRequest) => api.send<SessionAnswer>('POST', 'api/v1/session', body),
    onSuccess: (answer) => client.setQueryData(sessionKey, answer),
    onError: (error) => setAsked((before) => before || (error instanceof ApiError && asksForCode.has(error.code))),
  });
  const mustEnrol = signIn.error instanceof ApiError && signIn.error.code === 'second_factor_enrolment_needed';
  const needed = signIn.error instanceof ApiError && signIn.error.code === 'second_factor_needed';
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate({ email, password, ...(code.trim() === '' ? {} : { code }) });
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
      {mustEnrol ? <EnrolAtTheDoor email={email} password={password} onBegun={() => setAsked(true)} /> : null}
      {asked ? (
        <TextField
          label="Code"
          autoComplete="one-time-code"
          help="Six digits of your authenticator app, or a recovery code."
          required
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      ) : null}
      {needed || mustEnrol ? null : <MutationError error={signIn.error} />}
      <Button type="submit" look="primary" busy={signIn.isPending}>
        Sign in
      </Button>
    </form>
  );
}
