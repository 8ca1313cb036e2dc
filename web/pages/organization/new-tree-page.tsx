import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { OrgTree, OrgTreeList, TreeFilter, TreePreview } from '../../../src/features/teams/contract.ts';
import { treesQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox, TextField } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { EmptyState, Loaded, MutationError } from '../../components/states.tsx';
import '../../styles/organization.css';
import { FilterRows, LevelRows } from './rule-fields.tsx';
import { PreviewCard } from './preview-card.tsx';

/** A tree is looked at before it is made: levels, filters, and what becomes of everybody. */
export function NewTreePage(): ReactElement {
  const query = useQuery(treesQuery(useApi()));
  const mayWrite = useCan('teams:write');
  return (
    <Page title="Make an org tree" parent={<Link to="/organization/trees">Org trees</Link>}>
      {mayWrite ? (
        <Loaded query={query}>{(list) => <Form list={list} />}</Loaded>
      ) : (
        <EmptyState title="You may not make org trees">An administrator can do it.</EmptyState>
      )}
    </Page>
  );
}

function Form({ list }: { list: OrgTreeList }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [levels, setLevels] = useState<readonly string[]>(['manager']);
  const [filters, setFilters] = useState<readonly TreeFilter[]>([]);
  const [automatic, setAutomatic] = useState(false);
  const [tried, setTried] = useState(false);
  const rule = { levels, filters: filters.filter(({ values }) => values.length > 0) };
  const preview = useMutation({
    mutationFn: () => api.send<TreePreview>('POST', 'api/v1/org-trees/preview', rule),
  });
  const make = useMutation({
    mutationFn: () =>
      api.send<{ tree: OrgTree }>('POST', 'api/v1/org-trees', { name: name.trim(), automatic, ...rule }),
    onSuccess: async ({ tree }) => {
      await client.invalidateQueries({ queryKey: ['org-trees'] });
      await navigate({ to: '/organization/trees/$id', params: { id: String(tree.id) } });
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
            Make it
          </Button>
        </PreviewCard>
      )}
    </>
  );
}
