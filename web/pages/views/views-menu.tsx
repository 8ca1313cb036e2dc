import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { SavedView, ViewPage } from '../../../src/features/insights/contract.ts';
import { parseSearch } from '../../address/search.ts';
import { savedViewsQuery } from '../../api/reports.ts';
import { useApi } from '../../app/context.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Checkbox, TextField } from '../../components/form.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { Loaded, MutationError } from '../../components/states.tsx';

/** What is set on a page, kept by name for oneself; one of them can be what the page opens with. */
export function ViewsMenu({ page }: { page: ViewPage }): ReactElement {
  const [open, setOpen] = useState(false);
  useDefaultView(page);
  return (
    <>
      <Button look="quiet" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Views
      </Button>
      {open ? <ViewsPanel page={page} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

/** Goes to an address of the page: whatever does not belong there any more is left out by its own check. */
function useGoTo(page: ViewPage): (search: string) => void {
  const navigate = useNavigate();
  return (search) => {
    const to = `/insights/${page}` as const;
    void navigate({ to, search: parseSearch(search) as never, replace: true });
  };
}

/** Opened without anything set, a page is as its reader chose; whoever clears it then has it clear. */
function useDefaultView(page: ViewPage): void {
  const { data } = useQuery(savedViewsQuery(useApi()));
  const { searchStr } = useLocation();
  const goTo = useGoTo(page);
  const decided = useRef(searchStr.length > 1);
  useEffect(() => {
    if (decided.current || data === undefined) return;
    decided.current = true;
    const chosen = data.views.find((view) => view.page === page && view.isDefault);
    if (chosen !== undefined && searchStr.length <= 1) goTo(chosen.search);
  });
}

function ViewsPanel({ page, onClose }: { page: ViewPage; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const query = useQuery(savedViewsQuery(api));
  const goTo = useGoTo(page);
  const searchStr = useLocation().searchStr.replace(/^\?/, '');
  const [name, setName] = useState('');
  const [isDefault, setDefault] = useState(false);
  const onSuccess = () => client.invalidateQueries({ queryKey: ['insights', 'saved-views'] });
  const save = useMutation({
    mutationFn: () => api.send('POST', 'api/v1/insights/views', { page, name, search: searchStr, isDefault }),
    async onSuccess() {
      await onSuccess();
      setName('');
    },
  });
  const change = useMutation({
    mutationFn: (view: SavedView) =>
      api.send('PATCH', `api/v1/insights/views/${view.id}`, { isDefault: !view.isDefault }),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: ({ id }: SavedView) => api.send('DELETE', `api/v1/insights/views/${id}`),
    onSuccess,
  });
  return (
    <SidePanel title="Views of this page" onClose={onClose}>
      <Loaded query={query}>
        {({ views }) => {
          const own = views.filter((view) => view.page === page);
          return own.length === 0 ? (
            <p className="note">None yet. A view keeps what is set on this page, for you alone.</p>
          ) : (
            <ul className="saved">
              {own.map((view) => (
                <li key={view.id}>
                  <Button
                    look="bare"
                    onClick={() => {
                      goTo(view.search);
                      onClose();
                    }}
                  >
                    {view.name}
                  </Button>
                  <Button
                    look="bare"
                    aria-pressed={view.isDefault}
                    aria-label={`Open the page with ${view.name}`}
                    onClick={() => change.mutate(view)}
                  >
                    {view.isDefault ? 'Default' : 'Make default'}
                  </Button>
                  <IconButton icon="close" label={`Delete ${view.name}`} onClick={() => remove.mutate(view)} />
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
      <MutationError error={change.error ?? remove.error} />
      <h3>Keep what is set now</h3>
      <TextField
        label="Name of the view"
        value={name}
        maxLength={120}
        onChange={(event) => setName(event.target.value)}
      />
      <Checkbox label="The page opens with it" checked={isDefault} onChange={setDefault} />
      <MutationError error={save.error} />
      <Button look="primary" disabled={name.trim() === ''} busy={save.isPending} onClick={() => save.mutate()}>
        Save view
      </Button>
    </SidePanel>
  );
}
