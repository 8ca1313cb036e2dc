import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { OrgTree } from '../../../src/features/teams/contract.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { MutationError } from '../../components/states.tsx';
import { countOf } from '../../words/numbers.ts';
import { useOwnTeams } from '../scope/scope-words.ts';

/** What can be done with a tree, and the pages about it. */
export function TreeActions({ tree }: { tree: OrgTree }): ReactElement | null {
  const mayWrite = useCan('teams:write');
  const own = useOwnTeams();
  const [removing, setRemoving] = useState(false);
  const params = { id: String(tree.id) };
  const links =
    own !== undefined ? null : (
      <>
        <Link to="/organization/trees/$id/belongings" params={params} className="button">
          What is nobody’s
        </Link>
        <Link to="/organization/trees/$id/integrations" params={params} className="button">
          Integrations
        </Link>
      </>
    );
  if (!mayWrite) return links;
  return (
    <>
      {links}
      <Link to="/organization/trees/$id/edit" params={params} className="button">
        Levels and filters
      </Link>
      <Button look="danger" onClick={() => setRemoving(true)}>
        Remove…
      </Button>
      {removing ? <RemoveTree tree={tree} onClose={() => setRemoving(false)} /> : null}
    </>
  );
}

function RemoveTree({ tree, onClose }: { tree: OrgTree; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => api.send('DELETE', `api/v1/org-trees/${tree.id}`),
    onSuccess: async () => {
      await navigate({ to: '/organization/trees' });
      await client.invalidateQueries({ queryKey: ['org-trees'] });
    },
  });
  return (
    <DialogBox
      title={`Remove ${tree.name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
            Remove it
          </Button>
        </>
      }
    >
      <p>
        Its {countOf(tree.teams, 'team')} end today. Who was in which of them stays in the history, and so do the
        people.
      </p>
      <MutationError error={remove.error} />
    </DialogBox>
  );
}
