import type { ReactElement } from 'react';
import type { CapabilityAnswer, CheckResultAnswer } from '../../../src/features/integrations/contract.ts';
import { Chip } from '../../components/chips.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ErrorState, Upstream } from '../../components/states.tsx';
import type { CheckState } from './use-check.ts';

const looks: Record<CheckResultAnswer['outcome'], readonly [glyph: string, word: string]> = {
  ok: ['✓', 'Ok'],
  warning: ['!', 'Warning'],
  failed: ['✕', 'Failed'],
  skipped: ['–', 'Skipped'],
};

/** Checks as they end: outcome, sentence, remedy, and the other system's words folded under it. */
export function CheckReport({ state }: { state: CheckState }): ReactElement {
  const { checks, running, report, error } = state;
  return (
    <>
      <ol className="checks" aria-live="polite" aria-busy={running}>
        {checks.map((check) => (
          <Check key={check.name} check={check} />
        ))}
        {running ? (
          <li className="check pending">
            <span className="check-mark" aria-hidden="true">
              ◔
            </span>
            <strong>Checking</strong>
          </li>
        ) : null}
      </ol>
      {error === null || checks.some((check) => check.outcome === 'failed') ? null : (
        <div className="card-body">
          <ErrorState error={error} compact />
        </div>
      )}
      {report === null || report.capabilities.length === 0 ? null : <Capabilities capabilities={report.capabilities} />}
    </>
  );
}

export function CheckList({ checks }: { checks: readonly CheckResultAnswer[] }): ReactElement {
  return (
    <ol className="checks">
      {checks.map((check) => (
        <Check key={check.name} check={check} />
      ))}
    </ol>
  );
}

function Check({ check }: { check: CheckResultAnswer }): ReactElement {
  const [glyph, word] = looks[check.outcome];
  return (
    <li className={`check ${check.outcome}`}>
      <span className="check-mark" aria-hidden="true">
        {glyph}
      </span>
      <strong>
        <span className="unseen">{word}: </span>
        {check.title}
      </strong>
      {check.code === undefined ? null : <code>{check.code}</code>}
      <p>{check.message}</p>
      {check.remedy === undefined ? null : (
        <p className="remedy">
          <WithCommand text={check.remedy} />
        </p>
      )}
      <Upstream text={check.upstream} />
    </li>
  );
}

/** A remedy may quote a command in backticks. */
function WithCommand({ text }: { text: string }): ReactElement {
  return (
    <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code key={`${index} ${part}`}>{part}</code> : part))}</>
  );
}

const capabilityColumns: readonly Column<CapabilityAnswer>[] = [
  {
    id: 'available',
    header: 'Available',
    phone: 'first',
    cell: (row) =>
      row.available ? (
        <Chip tone="passed" glyph="✓">
          Yes
        </Chip>
      ) : (
        <Chip tone="warn" glyph="✕">
          No
        </Chip>
      ),
  },
  { id: 'title', header: 'What', phone: 'stay', cell: (row) => row.title },
  {
    id: 'lost',
    header: 'What is lost',
    prose: true,
    cell: (row) => (row.available ? '' : (row.lost ?? '')),
  },
  {
    id: 'permission',
    header: 'Least permission that gives it',
    prose: true,
    cell: (row) => (row.available ? '' : (row.leastPermission ?? '')),
  },
];

export function Capabilities({ capabilities }: { capabilities: readonly CapabilityAnswer[] }): ReactElement {
  return (
    <div className="capabilities">
      <h3>What this token can do on this server</h3>
      <DataTable
        label="What this token can do on this server"
        columns={capabilityColumns}
        rows={capabilities}
        rowKey={(row) => row.name}
        empty="The check said nothing about it."
      />
    </div>
  );
}
