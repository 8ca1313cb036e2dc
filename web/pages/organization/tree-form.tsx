import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { OrgTree, OrgTreeList, TreeFilter, TreePreview } from '../../../src/features/teams/contract.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox, TextField } from '../../components/form.tsx';
import { Card } from '../../components/page.tsx';
import { MutationError } from '../../components/states.tsx';
import '../../styles/organization.css';
import { FilterRows, LevelRows } from './rule-fields.tsx';
import { PreviewCard } from './preview-card.tsx';

/** How a tree is built: looked at before it is saved. Without `tree` a new one. */
export function TreeForm({ list, tree }: { list: OrgTreeList; tree?: OrgTree }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState(tree?.name ?? '');
  const [levels, setLevels] = useState<readonly string[]>(tree?.levels ?? ['manager']);
  const [filters, setFilters] = useState<readonly TreeFilter[]>(tree?.filters ?? []);
  const [automatic, setAutomatic] = useState(tree?.automatic ?? false);
  const [tried, setTried] = useState(false);
  const rule = { levels, filters: filters.filter(({ values }) => values.length > 0) };
  const preview = useMutation({
    mutationFn: () => api.send<TreePreview>('POST', 'api/v1/org-trees/preview', rule),
  });
  const make = useMutation({
    mutationFn: () => {
      const wanted = { name: name.trim(), automatic, ...rule };
      return tree === undefined
        ? api.send<{ tree: OrgTree }>('POST', 'api/v1/org-trees', wanted)
        : api.send<{ tree: OrgTree }>('PUT', `api/v1/org-trees/${tree.id}`, wanted);
    },
    onSuccess: async ({ tree: { id, outdated } }) => {
      await client.invalidateQueries({ queryKey: ['org-trees'] });
      // It stands as it stood until the difference is applied.
      const to = tree !== undefined && outdated ? '/organization/trees/$id/difference' : '/organization/trees/$id';
      await navigate({ to, params: { id: String(id) } });
    },
  });
  // What was looked at is what is made: another rule has to be looked at again.
  const changed =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      preview.reset();
    };
  const save = (): void => {
    setTried(true);
    if (name.trim() !== '') make.mutate();
  };
  return (
    <>
      <Card title="How it is built" padded>
        <div className="form">
          <TextField
            label="Name"
            placeholder="Engineering"
            value={name}
            error={tried && name.trim() === '' ? 'Give it a name.' : undefined}
            onChange={(event) => setName(event.target.value)}
          />
          <LevelRows attributes={list.attributes} levels={levels} onChange={changed(setLevels)} />
          <FilterRows attributes={list.attributes} filters={filters} onChange={changed(setFilters)} />
          <Checkbox label="Build it anew by itself when people change" checked={automatic} onChange={setAutomatic} />
          <div className="form-actions">
            <Button busy={preview.isPending} onClick={() => preview.mutate()}>
              Preview
            </Button>
          </div>
          <MutationError error={preview.error} />
        </div>
      </Card>
      {preview.data === undefined ? null : (
        <PreviewCard preview={preview.data}>
          <MutationError error={make.error} />
          <Button look="primary" busy={make.isPending} onClick={save}>
            {tree === undefined ? 'Make it' : 'Save'}
          </Button>
        </PreviewCard>
      )}
    </>
  );
}
