import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { Binding } from '../../../src/features/repositories/contract.ts';
import { integrationsQuery } from '../../api/integrations.ts';
import { projectsQuery } from '../../api/projects.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Segmented, SelectField, TextField } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { MutationError } from '../../components/states.tsx';
import { HowBoundFields, keyProblem, toSettings, usual } from './how-bound.tsx';

type Way = 'address' | 'names';

const ways = [
  { value: 'address', label: 'By its address' },
  { value: 'names', label: 'By its names' },
] as const;

/** A repository as a person names it. */
interface Place {
  way: Way;
  address: string;
  configuration: string;
  project: string;
  slug: string;
}

const nowhere: Place = { way: 'address', address: '', configuration: '', project: '', slug: '' };

const placeProblem = ({ way, address, project, slug }: Place): string | undefined => {
  if (way === 'names') return project.trim() === '' || slug.trim() === '' ? 'Enter both names.' : undefined;
  return /^https?:\/\/.+\/repos\/.+/.test(address.trim())
    ? undefined
    : 'Paste the address of a page of the repository, e.g. https://bitbucket.example.com/projects/PAY/repos/ledger/browse';
};

const toRepository = ({ way, address, configuration, project, slug }: Place) =>
  way === 'address'
    ? { repository: address.trim() }
    : {
        repository: `${project.trim()}/${slug.trim()}`,
        ...(configuration === '' ? {} : { integration: configuration }),
      };

export function AddBinding({
  onClose,
  onAdded,
}: {
  onClose: () => void;
  onAdded: (binding: Binding) => void;
}): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const [project, setProject] = useState<number | null>(null);
  const [place, setPlace] = useState(nowhere);
  const [how, setHow] = useState(usual);
  const [tried, setTried] = useState(false);
  const add = useMutation({
    mutationFn: () =>
      api.send<{ binding: Binding }>('POST', 'api/v1/bindings', {
        project,
        ...toRepository(place),
        ...toSettings(how),
      }),
    onSuccess: async ({ binding }) => {
      await client.invalidateQueries({ queryKey: ['bindings'] });
      onAdded(binding);
    },
  });
  const act = (): void => {
    setTried(true);
    if (project !== null && placeProblem(place) === undefined && keyProblem(how.reportKey) === undefined) add.mutate();
  };
  return (
    <DialogBox
      title="Add binding"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={add.isPending} onClick={act}>
            Bind
          </Button>
        </>
      }
    >
      <ChooseProject
        chosen={project}
        onChoose={setProject}
        error={tried && project === null ? 'Choose a project.' : undefined}
      />
      <ChoosePlace place={place} onChange={setPlace} error={tried ? placeProblem(place) : undefined} />
      <HowBoundFields value={how} onChange={setHow} />
      <MutationError error={add.error} />
    </DialogBox>
  );
}

function ChooseProject({
  chosen,
  onChoose,
  error,
}: {
  chosen: number | null;
  onChoose: (id: number | null) => void;
  error: string | undefined;
}): ReactElement {
  const [text, setText] = useState('');
  const found = useQuery(projectsQuery(useApi(), { text: text === '' ? undefined : text })).data;
  const projects = found?.projects ?? [];
  const more = (found?.total ?? 0) - projects.length;
  return (
    <>
      <TextField
        label="Find the SonarQube project"
        placeholder="Name or key"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          onChoose(null);
        }}
      />
      <SelectField
        label="SonarQube project"
        error={error}
        help={more > 0 ? `${more} more have this in their name or key: type more of it.` : undefined}
        value={chosen === null ? '' : String(chosen)}
        choices={[
          { value: '', label: projects.length === 0 ? 'None has this in its name or key' : 'Choose' },
          ...projects.map(({ id, name, key, integration }) => ({
            value: String(id),
            label: `${name === key ? name : `${name} (${key})`} on ${integration.name}`,
          })),
        ]}
        onChoose={(value) => onChoose(value === '' ? null : Number(value))}
      />
    </>
  );
}

function ChoosePlace({
  place,
  onChange,
  error,
}: {
  place: Place;
  onChange: (next: Place) => void;
  error: string | undefined;
}): ReactElement {
  const integrations = useQuery(integrationsQuery(useApi(), {})).data?.integrations ?? [];
  const servers = integrations.filter(({ kind }) => kind === 'bitbucket-server');
  const set = (change: Partial<Place>): void => onChange({ ...place, ...change });
  return (
    <>
      <Segmented
        label="How the repository is named"
        value={place.way}
        choices={[...ways]}
        onChoose={(way) => set({ way })}
      />
      {place.way === 'address' ? (
        <TextField
          label="Repository"
          placeholder="https://bitbucket.example.com/projects/PAY/repos/ledger/browse"
          help="The address of any of its pages in Bitbucket."
          error={error}
          value={place.address}
          onChange={(event) => set({ address: event.target.value })}
        />
      ) : (
        <>
          <SelectField
            label="Configuration name"
            value={place.configuration}
            choices={[
              { value: '', label: 'Whichever has it' },
              ...servers.map(({ name }) => ({ value: name, label: name })),
            ]}
            onChoose={(configuration) => set({ configuration })}
          />
          <TextField
            label="Project Key"
            placeholder="PAY"
            error={error}
            value={place.project}
            onChange={(event) => set({ project: event.target.value })}
          />
          <TextField
            label="Repository SLUG"
            placeholder="ledger"
            value={place.slug}
            onChange={(event) => set({ slug: event.target.value })}
          />
        </>
      )}
    </>
  );
}
