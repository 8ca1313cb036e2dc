import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { SavedReport } from '../../../src/features/insights/contract.ts';
import { savedReportsQuery } from '../../api/reports.ts';
import { useApi } from '../../app/context.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Checkbox, TextField } from '../../components/form.tsx';
import { DialogBox, SidePanel } from '../../components/overlay.tsx';
import { Loaded, MutationError } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { definitionOf, type ReportsSearch, searchOf } from './search.ts';
import { reportLabel } from './words.ts';

/** Reports kept by name: one's own, and those that others share. */
export function SavedReportsMenu({ search }: { search: ReportsSearch }): ReactElement {
  const [open, setOpen] = useState<'list' | 'save' | null>(null);
  return (
    <>
      <Button look="quiet" aria-haspopup="dialog" onClick={() => setOpen('list')}>
        Saved reports
      </Button>
      <Button look="primary" aria-haspopup="dialog" onClick={() => setOpen('save')}>
        Save report
      </Button>
      {open === 'list' ? <SavedList onClose={() => setOpen(null)} /> : null}
      {open === 'save' ? <SaveDialog search={search} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

function useForget() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['insights', 'saved-reports'] });
}

function SavedList({ onClose }: { onClose: () => void }): ReactElement {
  const api = useApi();
  const query = useQuery(savedReportsQuery(api));
  const forget = useForget();
  const remove = useMutation({
    mutationFn: ({ id }: SavedReport) => api.send('DELETE', `api/v1/insights/reports/${id}`),
    onSuccess: forget,
  });
  return (
    <SidePanel title="Saved reports" onClose={onClose}>
      <MutationError error={remove.error} />
      <Loaded query={query}>
        {({ reports }) =>
          reports.length === 0 ? (
            <p className="note">
              None yet. A saved report keeps what is asked for; its figures are those of whoever opens it.
            </p>
          ) : (
            <ul className="saved">
              {reports.map((saved) => (
                <li key={saved.id}>
                  <div>
                    <Link to="/insights/reports" search={searchOf(saved.definition)} onClick={onClose}>
                      {saved.name}
                    </Link>
                    <span className="note">
                      {reportLabel[saved.definition.report]}
                      {saved.own
                        ? saved.shared
                          ? ', shared by you, '
                          : ', yours alone, '
                        : `, of ${saved.createdBy}, `}
                      <Ago at={saved.updatedAt} />
                    </span>
                  </div>
                  {saved.editable ? (
                    <IconButton icon="close" label={`Delete ${saved.name}`} onClick={() => remove.mutate(saved)} />
                  ) : null}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </SidePanel>
  );
}

function SaveDialog({ search, onClose }: { search: ReportsSearch; onClose: () => void }): ReactElement {
  const api = useApi();
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const forget = useForget();
  const { data } = useQuery(savedReportsQuery(api));
  const same = data?.reports.find((one) => one.own && one.name.toLowerCase() === name.trim().toLowerCase());
  const save = useMutation({
    mutationFn: () => {
      const body = { name, shared, definition: definitionOf(search) };
      return same === undefined
        ? api.send('POST', 'api/v1/insights/reports', body)
        : api.send('PATCH', `api/v1/insights/reports/${same.id}`, body);
    },
    async onSuccess() {
      await forget();
      onClose();
    },
  });
  return (
    <DialogBox
      title="Save this report"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Do not save</Button>
          <Button look="primary" disabled={name.trim() === ''} busy={save.isPending} onClick={() => save.mutate()}>
            {same === undefined ? 'Save' : 'Replace'}
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        placeholder="Critical issues by author"
        value={name}
        maxLength={120}
        help={same === undefined ? undefined : 'You have a report of this name: it becomes this one.'}
        onChange={(event) => setName(event.target.value)}
      />
      <Checkbox label="Everybody sees it, with the figures of their own teams" checked={shared} onChange={setShared} />
      <MutationError error={save.error} />
    </DialogBox>
  );
}
