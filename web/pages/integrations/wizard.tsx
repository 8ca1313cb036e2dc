import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { fieldErrors } from '../../api/api-error.ts';
import { connectorsQuery, integrationsQuery } from '../../api/integrations.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Page } from '../../components/page.tsx';
import { EmptyState, Loaded, Notice } from '../../components/states.tsx';
import { problemsByField, toRequest, toTags } from './form-values.ts';
import { type WizardStep, wizardSteps } from './search.ts';
import { useCheck } from './use-check.ts';
import { type Connector, firstIncomplete, type WizardState } from './wizard-state.ts';
import { ConnectionStep, NameStep, ScopeStep, ValidateStep } from './wizard-steps.tsx';

const route = getRouteApi('/shell/integrations/add/$kind');

/** Name and tags, address and token, scope, validation: nothing is saved before the last step. */
export function WizardPage(): ReactElement {
  const { kind } = route.useParams();
  const query = useQuery(connectorsQuery(useApi()));
  const mayAdd = useCan('integrations:write');
  const connector = query.data?.connectors.find((candidate) => candidate.kind === kind);
  return (
    <Page
      title={`Add ${connector?.title ?? 'integration'}`}
      parent={<Link to="/integrations/available">Available integrations</Link>}
    >
      {mayAdd ? (
        <Loaded query={query}>
          {() =>
            connector === undefined ? (
              <EmptyState
                title={`There is no system “${kind}” in this version`}
                action={<Link to="/integrations/available">See what can be connected</Link>}
              />
            ) : (
              <Wizard connector={connector} />
            )
          }
        </Loaded>
      ) : (
        <Notice title="Your role does not allow adding integrations.">An administrator can.</Notice>
      )}
    </Page>
  );
}

const stepLabel: Record<WizardStep, string> = {
  name: 'Name',
  connection: 'Address and token',
  scope: 'Scope',
  validate: 'Validate',
};

function Wizard({ connector }: { connector: Connector }): ReactElement {
  const { step: wanted = 'name' } = route.useSearch();
  const navigate = useNavigate({ from: '/integrations/add/$kind' });
  const client = useQueryClient();
  const taken =
    useQuery(integrationsQuery(useApi(), {})).data?.integrations.map((integration) => integration.name) ?? [];
  const [state, setState] = useState<WizardState>({ name: '', tags: '', values: {} });
  const [tried, setTried] = useState<WizardStep | null>(null);
  const [saving, setSaving] = useState(false);
  const checking = useCheck();
  const problems = problemsByField(checking.state.error === null ? {} : fieldErrors(checking.state.error));
  const bad = firstIncomplete(connector, state, taken);
  // Opened in the middle (a reload, a copied link): what was typed is gone, so begin where something is missing.
  const step = bad !== null && wizardSteps.indexOf(bad) < wizardSteps.indexOf(wanted) ? bad : wanted;
  const go = (next: WizardStep): void => void navigate({ search: { step: next } });
  const request = (): object => toRequest(connector.form, state.values);
  const validate = (): void => {
    setSaving(false);
    void checking.run('POST', 'api/v1/integrations/check', { kind: connector.kind, ...request() });
  };
  const next = (): void => {
    if (bad === step) {
      setTried(step);
      return;
    }
    const following = wizardSteps[wizardSteps.indexOf(step) + 1] ?? 'validate';
    go(following);
    if (following === 'validate') validate();
  };
  const save = async (): Promise<void> => {
    setSaving(true);
    const body = { name: state.name.trim(), kind: connector.kind, tags: toTags(state.tags), ...request() };
    const saved = await checking.run('POST', 'api/v1/integrations', body);
    if (saved === null) return;
    await client.invalidateQueries({ queryKey: ['integrations'] });
    await navigate({ to: '/integrations/$id/monitoring', params: { id: String(saved.id) } });
  };
  const shared = { connector, state, onChange: setState, problems, showAll: tried === step };
  return (
    <>
      <Steps current={step} />
      {step === 'name' ? <NameStep {...shared} taken={taken} onNext={next} /> : null}
      {step === 'connection' ? <ConnectionStep {...shared} onBack={() => go('name')} onNext={next} /> : null}
      {step === 'scope' ? <ScopeStep {...shared} onBack={() => go('connection')} onNext={next} /> : null}
      {step === 'validate' ? (
        <ValidateStep
          checking={checking.state}
          saving={saving}
          onBack={() =>
            go(problems['url'] !== undefined || problems['apiToken'] !== undefined ? 'connection' : 'scope')
          }
          onValidate={validate}
          onSave={() => void save()}
        />
      ) : null}
    </>
  );
}

function Steps({ current }: { current: WizardStep }): ReactElement {
  return (
    <ol className="steps" aria-label="Steps">
      {wizardSteps.map((step, index) => (
        <li key={step} aria-current={step === current ? 'step' : undefined}>
          {index + 1} {stepLabel[step]}
        </li>
      ))}
    </ol>
  );
}
