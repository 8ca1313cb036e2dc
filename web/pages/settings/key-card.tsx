import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { Rotation } from '../../../src/features/operations/contract.ts';
import { rotationQuery } from '../../api/operations.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { Loaded, MutationError, Notice } from '../../components/states.tsx';
import { countOf } from '../../words/numbers.ts';

/** The key that protects stored secrets: which one it is, and its rotation. */
export function KeyCard(): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const may = useCan('settings:write');
  const query = useQuery(rotationQuery(api));
  const rotate = useMutation({
    mutationFn: () => api.send<Rotation>('POST', 'api/v1/vault/rotation'),
    onSuccess: (rotation) => client.setQueryData(rotationQuery(api).queryKey, rotation),
  });
  return (
    <Card title="Key of stored secrets" padded>
      <Loaded query={query}>
        {(rotation) => (
          <>
            <Facts
              entries={[
                ['Key', <code key="k">{rotation.keyId}</code>],
                ['Rotation', phaseWords(rotation)],
              ]}
            />
            {rotation.failed.length === 0 ? null : (
              <Notice kind="warning" title={`${countOf(rotation.failed.length, 'secret')} could not be opened.`}>
                Enter them again: {rotation.failed.join(', ')}
              </Notice>
            )}
            {may ? (
              <div>
                <Button
                  disabled={rotate.isPending || !(rotation.phase === 'idle' || rotation.phase === 'interrupted')}
                  onClick={() => rotate.mutate()}
                >
                  {rotation.phase === 'interrupted' ? 'Go on with the rotation' : 'Rotate the key'}
                </Button>
              </div>
            ) : null}
          </>
        )}
      </Loaded>
      <MutationError error={rotate.error} />
    </Card>
  );
}

function phaseWords({ phase, waitingFor, left, rewrapped }: Rotation): string {
  const names = waitingFor.map((process) => `${process.role} ${process.host} (${process.pid})`).join(', ');
  switch (phase) {
    case 'idle':
      return 'None under way: every secret is under this key';
    case 'waiting_for_key':
      return `Waiting until every process holds the key${names === '' ? '' : `: ${names}`}`;
    case 'waiting_for_use':
      return `Waiting until every process uses the key${names === '' ? '' : `: ${names}`}`;
    case 'rewrapping':
      return `${rewrapped} secrets done, ${left} to go`;
    case 'interrupted':
      return `Interrupted, ${left} secrets are still under an older key`;
    default:
      return phase satisfies never;
  }
}
