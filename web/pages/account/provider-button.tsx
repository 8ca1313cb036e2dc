import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { StartedSingleSignOn } from '../../../src/features/access/contract.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { MutationError } from '../../components/states.tsx';
import { keepBinding } from './binding.ts';

/** Leaves for the provider; it sends the browser back to `/sign-in/back`. */
export function ProviderButton({ name, to }: { name: string; to: string | undefined }): ReactElement {
  const api = useApi();
  const start = useMutation({
    mutationFn: () =>
      api.send<StartedSingleSignOn>('POST', 'api/v1/sign-in/start', to === undefined ? {} : { returnTo: to }),
    onSuccess({ url, binding }) {
      keepBinding(binding);
      location.assign(url);
    },
  });
  return (
    <div className="sign-in-provider">
      <MutationError error={start.error} />
      <Button look="primary" busy={start.isPending || start.isSuccess} onClick={() => start.mutate()}>
        Sign in with {name}
      </Button>
    </div>
  );
}
