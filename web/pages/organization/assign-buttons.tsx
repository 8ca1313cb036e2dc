import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ThingKind } from '../../../src/features/teams/contract.ts';
import { useApi } from '../../app/context.ts';
import { SearchBox } from '../../components/form.tsx';
import { PanelButton } from '../../components/menu-button.tsx';
import { PopoverAction } from '../../components/overlay.tsx';
import { Button } from '../../components/button.tsx';
import { MutationError } from '../../components/states.tsx';

export interface Suggestion {
  id: number;
  name: string;
  /** `whose people wrote what 12 open findings are about` */
  why: string;
}

const shownAtOnce = 50;

/** Makes one thing a team’s: the one that is suggested first, or any other. */
export function AssignButtons({
  kind,
  id,
  name,
  suggestions,
  teams,
}: {
  kind: ThingKind | 'project';
  id: number;
  name: string;
  suggestions: readonly Suggestion[];
  teams: readonly { id: number; name: string }[];
}): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const [text, setText] = useState('');
  const assign = useMutation({
    mutationFn: (team: number) =>
      api.send(
        'POST',
        `api/v1/teams/${team}/assignments`,
        kind === 'project' ? { projects: [id] } : { things: [{ thing: kind, id }] },
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['org-trees'] }),
  });
  const wanted = text.trim().toLowerCase();
  const found = teams.filter((team) => team.name.toLowerCase().includes(wanted));
  return (
    <span className="assign">
      {suggestions.slice(0, 1).map((team) => (
        <Button
          key={team.id}
          busy={assign.isPending}
          title={`The team ${team.why}`}
          aria-label={`Make ${name} ${team.name}’s, the team ${team.why}`}
          onClick={() => assign.mutate(team.id)}
        >
          {team.name}’s
        </Button>
      ))}
      <PanelButton
        label={suggestions.length === 0 ? 'Choose' : 'Other'}
        name={suggestions.length === 0 ? `Choose a team for ${name}` : `Other team for ${name}`}
        count={0}
      >
        <fieldset className="options">
          <legend>Whose it is</legend>
          {teams.length > 8 ? (
            <SearchBox label="Search teams" placeholder="Search" value={text} onChange={setText} />
          ) : null}
          {suggestions.map((team) => (
            <PopoverAction key={`suggested ${team.id}`} look="bare" onClick={() => assign.mutate(team.id)}>
              {team.name} <span className="note">{team.why}</span>
            </PopoverAction>
          ))}
          <div className="options-list">
            {found.slice(0, shownAtOnce).map((team) => (
              <PopoverAction key={team.id} look="bare" onClick={() => assign.mutate(team.id)}>
                {team.name}
              </PopoverAction>
            ))}
          </div>
          {found.length === 0 ? <p className="note">No team is called like this.</p> : null}
          {found.length > shownAtOnce ? (
            <p className="note">Search to see the other {found.length - shownAtOnce}.</p>
          ) : null}
        </fieldset>
      </PanelButton>
      <MutationError error={assign.error} />
    </span>
  );
}
