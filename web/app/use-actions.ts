import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Run } from '../../src/features/ingestion/contract.ts';
import type { Named, Target } from './jump-targets.ts';
import { useApi } from './context.ts';
import { useSession } from './session.ts';
import { chooseTheme, useTheme } from './theme.ts';
import { useSignOut } from './use-sign-out.ts';

interface Action extends Target {
  permission?: string;
}

/** What can be done from the palette: only what this person may. */
export function useActions(
  integrations: readonly Named[],
  connectors: readonly { kind: string; title: string }[],
): { actions: Target[]; failed: Error | null } {
  const session = useSession();
  const theme = useTheme();
  const signOut = useSignOut();
  const sync = useSync();
  const may = ({ permission }: Action): boolean =>
    permission === undefined || session?.permissions.includes(permission) === true;
  const actions: Action[] = [
    ...connectors.map(
      ({ kind, title }): Action => ({
        key: `add ${kind}`,
        label: `Add ${title} integration`,
        place: 'Action',
        permission: 'integrations:write',
        link: { to: '/integrations/add/$kind', params: { kind } },
      }),
    ),
    ...integrations.map(
      ({ id, name }): Action => ({
        key: `sync ${id}`,
        label: `Sync ${name} now`,
        place: 'Action',
        permission: 'runs:write',
        run: () => sync.mutate(id),
      }),
    ),
    {
      key: 'make token',
      label: 'Make a new API token',
      place: 'Action',
      permission: 'tokens:write',
      link: { to: '/settings/tokens', search: { make: true } },
    },
    { key: 'write sql', label: 'Write a query', place: 'Action', permission: 'sql:read', link: { to: '/data/sql' } },
    ...(['light', 'dark', 'system'] as const)
      .filter((one) => one !== theme)
      .map(
        (one): Action => ({
          key: `theme ${one}`,
          label: one === 'system' ? 'Use the theme of the system' : `Use the ${one} theme`,
          place: 'Action',
          run: () => chooseTheme(one),
        }),
      ),
    { key: 'sign out', label: 'Sign out', place: 'Action', run: () => signOut.mutate() },
  ];
  return { actions: actions.filter(may), failed: sync.error ?? signOut.error };
}

function useSync() {
  const api = useApi();
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (id: number) => api.send<Run>('POST', `api/v1/integrations/${id}/sync`, { full: false }),
    async onSuccess(run, id) {
      await client.invalidateQueries({ queryKey: ['runs'] });
      await navigate({
        to: '/integrations/$id/monitoring',
        params: { id: String(id) },
        search: { run: run.id ?? undefined },
      });
    },
  });
}
