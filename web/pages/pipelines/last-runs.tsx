import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { PipelineRow } from '../../../src/features/deployments/contract.ts';
import { formatExact } from '../../words/times.ts';
import { looks, runWords } from './words.ts';

/** The newest runs, the newest on the right; each a door to its stages. */
export function LastRuns({ pipeline }: { pipeline: PipelineRow }): ReactElement {
  if (pipeline.lastRuns.length === 0) return <span className="note">never ran</span>;
  return (
    <span className="last-runs">
      {pipeline.lastRuns.toReversed().map((run) => {
        const [tone, glyph] = looks[run.statusClass];
        const words = `${runWords(run)}, ${formatExact(run.at)}`;
        return (
          <Link
            key={run.id}
            to="/deployments/pipelines/$integration/$organization/$project/$pipeline"
            params={nameOf(pipeline)}
            search={{ run: run.id }}
            className={`last-run ${run.rolledBack ? 'warn' : tone}`}
            title={words}
            aria-label={words}
          >
            <span aria-hidden="true">{run.rolledBack ? '↶' : glyph}</span>
          </Link>
        );
      })}
    </span>
  );
}

export const nameOf = ({ integration, organization, project, pipeline }: PipelineRow) => ({
  integration: String(integration.id),
  organization,
  project,
  pipeline,
});
