import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { MappingInput } from '../../../src/features/policy/contract.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Segmented, TextArea, TextField } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { MutationError } from '../../components/states.tsx';

type Kind = 'images' | 'repository';

const kinds = [
  { value: 'images', label: 'Images demand projects' },
  { value: 'repository', label: 'Projects of a repository' },
] as const;

/** `key` or, of a repository, `key directory`; one a line. */
function projectsOf(text: string, kind: Kind): MappingInput['projects'] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [projectKey = '', ...rest] = line.split(/\s+/);
      return kind === 'repository' && rest.length > 0 ? { projectKey, directory: rest.join(' ') } : { projectKey };
    });
}

export function MappingDialog({ onClose }: { onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const [kind, setKind] = useState<Kind>('images');
  const [place, setPlace] = useState('');
  const [projects, setProjects] = useState('');
  const [tried, setTried] = useState(false);
  const wanted = projectsOf(projects, kind);
  const problems = {
    place: place.trim() === '' ? 'Say what the mapping speaks of.' : undefined,
    projects: wanted.length === 0 ? 'Name at least one project key.' : undefined,
  };
  const add = useMutation({
    mutationFn: () => api.send('POST', 'api/v1/policy/mappings', { [kind]: place.trim(), projects: wanted }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['policy'] });
      onClose();
    },
  });
  const act = (): void => {
    setTried(true);
    if (problems.place === undefined && problems.projects === undefined) add.mutate();
  };
  return (
    <DialogBox
      title="Add mapping"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={add.isPending} onClick={act}>
            Add
          </Button>
        </>
      }
    >
      <Segmented label="Kind of mapping" value={kind} choices={[...kinds]} onChoose={setKind} />
      <TextField
        label={kind === 'images' ? 'Image repository' : 'Git repository'}
        help={
          kind === 'images' ? (
            <>
              Without registry and tag, for example <code>team/checkout</code>. <code>*</code> stands for a part of a
              name, <code>**</code> for anything.
            </>
          ) : (
            <>
              As git clone takes it, for example <code>https://git.example.com/team/mono</code>
            </>
          )
        }
        error={tried ? problems.place : undefined}
        value={place}
        onChange={(event) => setPlace(event.target.value)}
      />
      <TextArea
        label="Projects"
        help={
          kind === 'images'
            ? 'Project keys, one a line. Each must have been analysed at the image’s commit.'
            : 'Project keys, one a line; in a mono repository followed by the directory, for example: svc-a svc/a'
        }
        error={tried ? problems.projects : undefined}
        value={projects}
        onChange={(event) => setProjects(event.target.value)}
      />
      <MutationError error={add.error} />
    </DialogBox>
  );
}
