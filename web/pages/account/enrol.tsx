import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { NewSecondFactor } from '../../../src/features/access/contract.ts';
import { useApi } from '../../app/context.ts';
import { Button, Copyable } from '../../components/button.tsx';
import { QrCode } from '../../components/qr-code.tsx';
import { MutationError, Notice } from '../../components/states.tsx';

/** For who needs an authenticator app before being let in. */
export function EnrolAtTheDoor({
  email,
  password,
  onBegun,
}: {
  email: string;
  password: string;
  onBegun: () => void;
}): ReactElement {
  const api = useApi();
  const begin = useMutation({
    mutationFn: () => api.send<NewSecondFactor>('POST', 'api/v1/sign-in/second-factor', { email, password }),
    onSuccess: onBegun,
  });
  if (begin.data !== undefined) return <NewFactor factor={begin.data} />;
  return (
    <Notice kind="warning" title="Your role signs in with an authenticator app.">
      <p>Set one up now; its first code lets you in.</p>
      <MutationError error={begin.error} />
      <Button busy={begin.isPending} onClick={() => begin.mutate()}>
        Set up an authenticator app
      </Button>
    </Notice>
  );
}

export function NewFactor({ factor }: { factor: NewSecondFactor }): ReactElement {
  return (
    <>
      <p>Scan this with the app, or type the secret into it. Then enter the code it shows.</p>
      <QrCode text={factor.uri} label="Picture for the authenticator app" />
      <Copyable text={factor.secret} label="Secret" />
    </>
  );
}
