import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { InboxState } from '../../../src/features/inbox/contract.ts';
import type { IntegrationAnswer } from '../../../src/features/integrations/contract.ts';
import { fieldErrors, toApiError } from '../../api/api-error.ts';
import type { ApiClient } from '../../api/client.ts';
import { connectorsQuery, integrationsQuery } from '../../api/integrations.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Page } from '../../components/page.tsx';
import { EmptyState, Loaded, Notice } from '../../components/states.tsx';
import type { Suggestion } from './check-report.tsx';
import { replaceItem } from './check-summary.ts';
import type { Choose } from './choose-from-server.tsx';
import { problemsByField, toRequest, toTags } from './form-values.ts';
import { isAllWell, type Saved, SavedStep } from './saved-step.tsx';
import { type WizardStep, wizardSteps } from './search.ts';
import { SatelliteStep } from './satellite-step.tsx';
import { useCheck } from './use-check.ts';
import { WebhookChoice } from './webhook-choice.tsx';
import { isLoopbackHost } from './webhook-words.ts';
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
      helpFor={kind}
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
  const [waiting, setWaiting] = useState<IntegrationAnswer | null>(null);
  const [state, setState] = useState<WizardState>({ name: '', tags: '', values: {}, place: 'hub' });
  const [tried, setTried] = useState<WizardStep | null>(null);
  const [saving, setSaving] = useState(false);
  const [webhook, setWebhook] = useState(() => !isLoopbackHost(location.hostname));
  const [saved, setSaved] = useState<Saved | null>(null);
  const api = useApi();
  const checking = useCheck();
  const problems = problemsByField(checking.state.error === null ? {} : fieldErrors(checking.state.error));
  const bad = firstIncomplete(connector, state, waiting === null ? taken : []);
  // Opened in the middle (a reload, a copied link): what was typed is gone, so begin where something is missing.
  const step = bad !== null && wizardSteps.indexOf(bad) < wizardSteps.indexOf(wanted) ? bad : wanted;
  const go = (next: WizardStep): void => void navigate({ search: { step: next } });
  const request = (values = state.values): object => toRequest(connector.form, values);
  const validate = (values = state.values): void => {
    setSaving(false);
    void checking.run('POST', 'api/v1/integrations/check', { kind: connector.kind, ...request(values) });
  };
  const choose: Choose = (field, text, signal) =>
    api.send('POST', 'api/v1/integrations/choices', { kind: connector.kind, ...request(), field, text }, signal);
  const correct = ({ field, entered, instead }: Suggestion): void => {
    const values = { ...state.values, [field]: replaceItem(state.values[field] ?? '', entered, instead) };
    setState({ ...state, values });
    validate(values);
  };
  const next = (): void => {
    if (bad === step) {
      setTried(step);
      return;
    }
    const following = wizardSteps[wizardSteps.indexOf(step) + 1] ?? 'validate';
    go(following);
    if (following === 'validate' && state.place === 'hub') validate();
  };
  const save = async (): Promise<void> => {
    setSaving(true);
    const body = { name: state.name.trim(), kind: connector.kind, tags: toTags(state.tags), ...request() };
    // The saving check does not say again what the person chose by.
    const wantsWebhook = webhook && (offer?.count ?? 0) > 0;
    const integration = await checking.run('POST', 'api/v1/integrations', body);
    if (integration === null) return;
    const result = await setUpWebhook(api, integration, wantsWebhook);
    await client.invalidateQueries({ queryKey: ['integrations'] });
    if (isAllWell(result)) await navigate({ to: '/integrations', search: { added: integration.id } });
    else setSaved(result);
  };
  const typed = toRequest(connector.form, state.values);
  const offer = checking.state.report?.webhooks ?? null;
  if (saved !== null) return <SavedStep saved={saved} />;
  const shared = { connector, state, onChange: setState, problems, showAll: tried === step };
  return (
    <>
      <Steps current={step} place={state.place} />
      {step === 'name' ? <NameStep {...shared} taken={taken} onNext={next} /> : null}
      {step === 'connection' ? <ConnectionStep {...shared} onBack={() => go('name')} onNext={next} /> : null}
      {step === 'scope' ? (
        <ScopeStep {...shared} choose={choose} onBack={() => go('connection')} onNext={next} />
      ) : null}
      {step === 'validate' && state.place === 'satellite' ? (
        <SatelliteStep
          kind={connector.kind}
          body={{ name: state.name.trim(), tags: toTags(state.tags), settings: typed.settings }}
          secrets={typed.secrets}
          onBack={() => go('scope')}
          saved={waiting}
          onSaved={setWaiting}
        />
      ) : null}
      {step === 'validate' && state.place === 'hub' ? (
        <ValidateStep
          checking={checking.state}
          saving={saving}
          onBack={() =>
            go(problems['url'] !== undefined || problems['apiToken'] !== undefined ? 'connection' : 'scope')
          }
          onValidate={() => validate()}
          onSave={() => void save()}
          onCorrect={correct}
          webhook={offer === null ? null : <WebhookChoice offer={offer} chosen={webhook} onChoose={setWebhook} />}
        />
      ) : null}
    </>
  );
}

/** What goes wrong here is shown and never loses what was saved. */
async function setUpWebhook(api: ApiClient, integration: IntegrationAnswer, wanted: boolean): Promise<Saved> {
  if (!wanted) return { integration, webhooks: null, error: null };
  try {
    const path = `api/v1/integrations/${integration.id}/webhook`;
    const { webhooks } = await api.send<InboxState>('PUT', path, { scope: 'available' });
    return { integration, webhooks, error: null };
  } catch (error) {
    return { integration, webhooks: null, error: toApiError(error) };
  }
}

function Steps({ current, place }: { current: WizardStep; place: WizardState['place'] }): ReactElement {
  return (
    <ol className="steps" aria-label="Steps">
      {wizardSteps.map((step, index) => (
        <li key={step} aria-current={step === current ? 'step' : undefined}>
          {index + 1} {step === 'validate' && place === 'satellite' ? 'Satellite' : stepLabel[step]}
        </li>
      ))}
    </ol>
  );
}
