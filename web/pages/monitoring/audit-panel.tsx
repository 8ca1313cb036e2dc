import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { streamTitle } from '../../../src/domain/stream-words.ts';
import type { Audit, AuditScope } from '../../../src/features/ingestion/contract.ts';
import { auditQuery } from '../../api/runs.ts';
import { useApi } from '../../app/context.ts';
import { Chip } from '../../components/chips.tsx';
import { Checkbox } from '../../components/form.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { Facts } from '../../components/page.tsx';
import { KeptError, Loaded } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import { Proof } from './proof.tsx';

interface AuditPanelProps {
  auditId: number;
  onlyDiffering: boolean;
  onOnlyDiffering: (on: boolean) => void;
  onClose: () => void;
}

/** Everything in which store and server differ, scope by scope. */
export function AuditPanel({ auditId, onlyDiffering, onOnlyDiffering, onClose }: AuditPanelProps): ReactElement {
  const query = useQuery(auditQuery(useApi(), auditId));
  return (
    <SidePanel title="Audit" eyebrow={`Audit ${auditId}`} wide onClose={onClose}>
      <Loaded query={query}>
        {(audit) => {
          const scopes = onlyDiffering ? audit.scopes.filter((scope) => scope.differenceCount > 0) : audit.scopes;
          return (
            <>
              <Summary audit={audit} />
              <Checkbox label="Only where something differs" checked={onlyDiffering} onChange={onOnlyDiffering} />
              <ul className="tasks">
                {scopes.map((scope) => (
                  <li key={`${scope.slice} ${scope.stream} ${scope.scope}`}>
                    <Scope scope={scope} />
                  </li>
                ))}
              </ul>
              {scopes.length === 0 && audit.status !== 'running' ? (
                <p className="note">{onlyDiffering ? 'Nothing differs.' : 'Nothing was compared.'}</p>
              ) : null}
            </>
          );
        }}
      </Loaded>
    </SidePanel>
  );
}

function Summary({ audit }: { audit: Audit }): ReactElement {
  const differences = audit.scopes.reduce((sum, scope) => sum + scope.differenceCount, 0);
  const sums = audit.scopes.reduce(
    (sum, scope) => ({
      source: sum.source + scope.source,
      stored: sum.stored + scope.stored,
      retained: sum.retained + scope.retained,
    }),
    {
      source: 0,
      stored: 0,
      retained: 0,
    },
  );
  return (
    <>
      <KeptError error={audit.error} />
      <Facts
        entries={[
          [
            'Result',
            audit.status === 'running'
              ? `running, ${formatCount(audit.tasksDone)} of ${countOf(audit.tasksTotal, 'task')}`
              : `${countOf(differences, 'difference')}${audit.status === 'incomplete' ? ', and not everything could be compared' : ''}`,
          ],
          ['The server holds', formatCount(sums.source)],
          ['Stored', formatCount(sums.stored)],
          ['Kept although the server dropped them', formatCount(sums.retained)],
          ['Started', <Moment key="s" at={audit.createdAt} />],
          ['Ended', audit.finishedAt === null ? null : <Moment key="e" at={audit.finishedAt} />],
        ]}
      />
    </>
  );
}

const kindWords: Record<AuditScope['differences'][number]['kind'], string> = {
  missing: 'Missing here',
  invented: 'Not on the server',
  changed: 'Different',
};

function Scope({ scope }: { scope: AuditScope }): ReactElement {
  const equal = scope.differenceCount === 0;
  const behind = scope.behind && !equal;
  return (
    <details open={!equal}>
      <summary>
        <Chip tone={equal ? 'passed' : behind ? 'none' : 'failed'} glyph={equal ? '✓' : behind ? '–' : '✕'}>
          {equal ? 'Equal' : behind ? 'Changed since the last sync' : countOf(scope.differenceCount, 'difference')}
        </Chip>
        {scope.repairedAt === null ? null : (
          <Chip tone="passed" glyph="✓">
            Repaired
          </Chip>
        )}
        <span className="task-name">{scope.label}</span>
        <span className="note">
          {streamTitle(scope.stream)} · {formatCount(scope.stored)} / {formatCount(scope.source)}
        </span>
      </summary>
      <div className="task-body">
        <p className="note">
          <Proof count={scope} />; {formatCount(scope.retained)} kept although dropped by the server
        </p>
        {scope.differences.map((difference) => (
          <div key={difference.sourceKey} className="difference">
            <p>
              <strong>{kindWords[difference.kind]}</strong> <code>{difference.sourceKey}</code>
            </p>
            {difference.fields.map((field) => (
              <p key={field.name} className="note">
                {field.name}: stored <code>{field.stored ?? 'nothing'}</code>, server{' '}
                <code>{field.source ?? 'nothing'}</code>
              </p>
            ))}
          </div>
        ))}
        {scope.differenceCount > scope.differences.length ? (
          <p className="note">{formatCount(scope.differenceCount - scope.differences.length)} more are not listed.</p>
        ) : null}
      </div>
    </details>
  );
}
