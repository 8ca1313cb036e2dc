import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { SignedOut } from '../../src/features/access/contract.ts';
import { useApi } from './context.ts';

export function useSignOut() {
  const api = useApi();
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => api.send<SignedOut>('DELETE', 'api/v1/session'),
    async onSuccess({ goTo }) {
      // The provider ends its own session and sends the browser back.
      if (goTo !== null) return location.assign(goTo);
      await navigate({ to: '/sign-in' });
      // Nothing of this person stays for the next one at the same browser.
      client.clear();
    },
  });
}
