import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { IntegrationAnswer, SavedIntegration } from '../../../src/features/integrations/contract.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/page.tsx';
import { MutationError } from '../../components/states.tsx';
import { countOf } from '../../words/numbers.ts';
import { useSatelliteFile } from '../satellites/use-file.ts';
import { CheckReport } from './check-report.tsx';
import { headlineOf, summaryOf } from './check-summary.ts';
import { type CheckState, useCheck } from './use-check.ts';

interface SatelliteStepProps {
  kind: string;
  /** What is saved, without any secret. */
  body: { name: string; tags: string[]; settings: Record<string, unknown> };
  /** What was typed as the tool's own key; it goes into the file and nowhere else. */
  secrets: Record<string, unknown>;
  onBack: () => void;
  saved: IntegrationAnswer | null;
  onSaved: (integration: IntegrationAnswer) => void;
}

/** Saves it as waiting, hands out the file, and then has the satellite validate the connection. */
export function SatelliteStep({ kind, body, secrets, onBack, saved, onSaved }: SatelliteStepProps): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const file = useSatelliteFile();
  const checking = useCheck();
  const save = useMutation({
    mutationFn: async () =>
      saved ??
      (
        await api.send<SavedIntegration>('POST', 'api/v1/integrations', {
          ...body,
          kind,
          secrets: {},
          place: 'satellite',
        })
      ).integration,
    async onSuccess(integration) {
      onSaved(integration);
      await client.invalidateQueries({ queryKey: ['integrations'] });
      file.mutate({ integrationIds: [integration.id], typed: { kind, secrets } });
    },
  });
  const validate = async (): Promise<void> => {
    if (saved === null) return;
    await checking.run('POST', `api/v1/integrations/${saved.id}/check`);
    await client.invalidateQueries({ queryKey: ['integrations'] });
  };
  const { running, report, checks } = checking.state;
  const shown = running || checks.length > 0 || checking.state.error !== null;
  const good = report?.saveAllowed === true;
  return (
    <Card
      {...headOf(saved, checking.state)}
      narrow
      padded={!shown}
      footer={
        <>
          {saved === null ? <Button onClick={onBack}>Back</Button> : null}
          <Button
            look={saved === null ? 'primary' : 'quiet'}
            busy={save.isPending || file.isPending}
            onClick={() => save.mutate()}
          >
            Download YAML File
          </Button>
          {saved === null ? null : (
            <Button look={good ? 'quiet' : 'primary'} busy={running} onClick={() => void validate()}>
              Validate Connection
            </Button>
          )}
          {saved === null ? null : (
            <Link
              to="/integrations"
              search={{ added: good ? saved.id : undefined }}
              className={good ? 'button primary' : 'button quiet'}
            >
              {good ? 'Finish' : 'Later'}
            </Link>
          )}
        </>
      }
    >
      {save.error === null && file.error === null ? null : <MutationError error={save.error ?? file.error} />}
      {shown ? <CheckReport state={checking.state} /> : <Steps typed={Object.keys(secrets).length > 0} />}
    </Card>
  );
}

/** Once a satellite has told, its report is what the step says. */
function headOf(
  saved: IntegrationAnswer | null,
  { running, report, checks }: CheckState,
): { title: string; note: string } {
  if (saved === null) return { title: 'In a satellite', note: 'Nothing is called from here.' };
  if (running) return { title: 'The satellite validates the connection', note: countOf(checks.length, 'check') };
  if (report !== null) return { title: headlineOf(checks, report), note: summaryOf(checks) };
  return {
    title: `${saved.name} waits for its satellite`,
    note: 'Nothing is read before a satellite has validated it.',
  };
}

function Steps({ typed }: { typed: boolean }): ReactElement {
  return (
    <ol className="satellite-steps">
      <li>
        <strong>Download YAML File.</strong> It holds this hub’s address and a new key, shown this once.{' '}
        {typed
          ? 'The key of the tool that you typed is written into it by this browser and is not sent to the hub.'
          : 'Put the tool’s own key in place of what stands in angle brackets.'}
      </li>
      <li>
        On a machine that reaches the tool and this hub: <code>plumbline satellite run --config satellite.yml</code>
      </li>
      <li>
        <strong>Validate Connection.</strong> The checks run in the satellite; their report appears here.
      </li>
    </ol>
  );
}
