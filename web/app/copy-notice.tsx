import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { Installation } from '../../src/features/operations/contract.ts';
import { installationQuery } from '../api/operations.ts';
import { useApi } from './context.ts';
import { useCan } from './session.ts';
import { Button } from '../components/button.tsx';
import { MutationError, Notice } from '../components/states.tsx';
import { Ago } from '../components/time.tsx';

/** Of a copy that waits for a person's word; nothing else. Administrators get the two answers. */
export function CopyNotice(): ReactElement | null {
  const api = useApi();
  const mayDecide = useCan('settings:write');
  const client = useQueryClient();
  const { data } = useQuery(installationQuery(api));
  const decide = useMutation({
    mutationFn: (decision: 'original' | 'separate') =>
      api.send<Installation>('POST', 'api/v1/installation', { decision }),
    onSuccess: (installation) => client.setQueryData(installationQuery(api).queryKey, installation),
  });
  if (data?.heldSince == null) return null;
  return (
    <Notice kind="warning" title="This installation is a copy of another one.">
      Since <Ago at={data.heldSince} /> it changes nothing on outside systems, sends no webhooks and starts no sync by
      itself, until an administrator says which of the two it is.
      {mayDecide ? (
        <>
          <div className="form-actions">
            <Button onClick={() => decide.mutate('original')} busy={decide.isPending}>
              The original runs no more
            </Button>
            <Button onClick={() => decide.mutate('separate')} busy={decide.isPending}>
              Both go on
            </Button>
          </div>
          <MutationError error={decide.error} />
        </>
      ) : null}
    </Notice>
  );
}
