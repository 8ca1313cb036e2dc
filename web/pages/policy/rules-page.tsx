import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { MappingAnswer, SettingsAnswer } from '../../../src/features/policy/contract.ts';
import { integrationsQuery } from '../../api/integrations.ts';
import { mappingsQuery, policyQuery } from '../../api/policy.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Checkbox } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { Loaded, MutationError, Notice, Pending } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { MappingDialog } from './mapping-dialog.tsx';
import { PolicyTabs } from './policy-tabs.tsx';

/** How strict the policy is, and which projects belong to which images. */
export function RulesPage(): ReactElement {
  const policy = useQuery(policyQuery(useApi()));
  return (
    <Page title="Policy" tabs={<PolicyTabs />}>
      <Loaded query={policy}>{(data) => <Settings stored={data.settings} />}</Loaded>
      <Mappings />
    </Page>
  );
}

type Switch = Exclude<keyof SettingsAnswer, 'excludedIntegrations'>;

const switches: readonly (readonly [Switch, string])[] = [
  ['warnFails', 'A gate that warns counts as failed'],
  ['notEvaluatedIsNoData', 'A gate that evaluated nothing counts as no data'],
  ['allowDirty', 'Images built with uncommitted changes are judged by their commit'],
  ['usePullRequests', 'Where no branch was analysed at the commit, a pull request’s analysis counts'],
  ['inheritIndexClaim', 'What is claimed of the image as a whole counts for each platform'],
];

function Settings({ stored }: { stored: SettingsAnswer }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const mayChange = useCan('policy:write');
  const [values, setValues] = useState(stored);
  const asked = useQuery(integrationsQuery(api, {}));
  const integrations = asked.data?.integrations ?? [];
  const save = useMutation({
    mutationFn: () => api.send('PUT', 'api/v1/policy/settings', values),
    onSuccess: () => client.invalidateQueries({ queryKey: ['policy'] }),
  });
  const takesPart = (id: number): boolean => !values.excludedIntegrations.includes(id);
  const changed = JSON.stringify(values) !== JSON.stringify(stored);
  return (
    <Card
      title="How strict"
      padded
      footer={
        mayChange ? (
          changed ? (
            <Button look="primary" busy={save.isPending} onClick={() => save.mutate()}>
              Save
            </Button>
          ) : (
            <span className="note">nothing to save</span>
          )
        ) : (
          <span className="note">An administrator can change this.</span>
        )
      }
    >
      {switches.map(([name, label]) => (
        <Checkbox
          key={name}
          label={label}
          checked={values[name]}
          onChange={(checked) => setValues({ ...values, [name]: checked })}
        />
      ))}
      {asked.data === undefined && asked.error === null ? <Pending /> : null}
      {integrations
        .filter(({ kind }) => kind === 'sonarqube')
        .map(({ id, name }) => (
          <Checkbox
            key={id}
            label={`Analyses of ${name} count`}
            checked={takesPart(id)}
            onChange={(checked) =>
              setValues({
                ...values,
                excludedIntegrations: checked
                  ? values.excludedIntegrations.filter((one) => one !== id)
                  : [...values.excludedIntegrations, id],
              })
            }
          />
        ))}
      {save.isSuccess && !changed ? (
        <Notice kind="done">Saved. Images are judged again in the background.</Notice>
      ) : null}
      <MutationError error={save.error} />
    </Card>
  );
}

function Mappings(): ReactElement {
  const mappings = useQuery(mappingsQuery(useApi()));
  const mayChange = useCan('policy:write');
  const [adding, setAdding] = useState(false);
  return (
    <>
      <Card
        title="Mappings"
        note="demanded projects of images, and repositories of projects"
        actions={mayChange ? <Button onClick={() => setAdding(true)}>Add mapping</Button> : null}
      >
        <Loaded query={mappings}>
          {(data) => (
            <DataTable
              label="Mappings"
              columns={mayChange ? [...columns, endColumn] : columns}
              rows={data.mappings}
              rowKey={(row) => row.id}
              empty="None. Images are judged by every project in which their commit was analysed."
            />
          )}
        </Loaded>
      </Card>
      {adding ? <MappingDialog onClose={() => setAdding(false)} /> : null}
    </>
  );
}

const columns: readonly Column<MappingAnswer>[] = [
  {
    id: 'place',
    header: 'Speaks of',
    fixed: true,
    className: 'name-cell',
    cell: (row) => (
      <>
        <code>{row.images ?? row.repository}</code>
        <span className="note">
          {row.images === null
            ? 'projects of this git repository'
            : `images of ${row.registry?.name ?? 'any registry'}`}
        </span>
      </>
    ),
  },
  {
    id: 'projects',
    header: 'Projects',
    phone: 'stay',
    prose: true,
    cell: (row) =>
      row.projects.map(({ projectKey, integration, directory }) => (
        <div key={`${integration?.id} ${projectKey}`}>
          {projectKey}
          {integration === null ? '' : ` on ${integration.name}`}
          {directory === null ? '' : ` in ${directory === '' ? 'the root' : directory}`}
        </div>
      )),
  },
  {
    id: 'origin',
    header: 'From',
    cell: (row) => (
      <>
        {row.origin === 'file' ? 'plumbline.yaml' : row.createdBy} <Ago at={row.createdAt} />
      </>
    ),
  },
];

const endColumn: Column<MappingAnswer> = { id: 'end', header: 'End', cell: (row) => <EndMapping mapping={row} /> };

function EndMapping({ mapping }: { mapping: MappingAnswer }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: () => api.send('DELETE', `api/v1/policy/mappings/${mapping.id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['policy'] }),
  });
  if (mapping.origin === 'file') return <span className="note">change the file</span>;
  return (
    <>
      <Button look="bare" busy={end.isPending} onClick={() => end.mutate()}>
        End
      </Button>
      <MutationError error={end.error} />
    </>
  );
}
