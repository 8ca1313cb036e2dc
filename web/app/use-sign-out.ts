import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useApi } from './context.ts';

export function useSignOut() {
  const api = useApi();
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => api.send('DELETE', 'api/v1/session'),
    async onSuccess() {
      await navigate({ to: '/sign-in' });
      // Nothing of this person stays for the next one at the same browser.
      client.clear();
    },
  });
}
