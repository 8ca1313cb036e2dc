import type { ReactElement, ReactNode } from 'react';
import type { PipelineDetail } from '../../../src/features/deployments/contract.ts';
import { formatChange, formatCount } from '../../words/numbers.ts';
import { durationWords, rateDetail, rateWords } from './words.ts';

/** Numbers of the days that are looked at, each with what it was as long before. */
export function FigureTiles({
  detail: { pipeline, before },
  days,
}: {
  detail: PipelineDetail;
  days: string;
}): ReactElement {
  const { figures } = pipeline;
  const ended = (one: typeof figures): number => one.succeeded + one.failed + one.cancelled;
  return (
    <section className="tiles" aria-label="Figures">
      <Figure name="Ended well" value={rateWords(figures.successRate)}>
        {figures.successRate === null ? 'nothing ran to its end' : rateDetail(figures)}
        {before.successRate === null ? '' : `; ${rateWords(before.successRate)} in the ${days} days before`}
      </Figure>
      <Figure name="Takes (median)" value={durationWords(figures.medianSeconds)}>
        {before.medianSeconds === null
          ? 'waiting included'
          : `${durationWords(before.medianSeconds)} in the ${days} days before`}
      </Figure>
      <Figure name="Nine of ten take at most" value={durationWords(figures.p90Seconds)}>
        waiting included
      </Figure>
      <Figure name="Ended" value={formatCount(ended(figures))}>
        {`${formatChange(ended(figures) - ended(before))} against the ${days} days before; ${formatCount(figures.cancelled)} cancelled`}
      </Figure>
      <Figure name="Under way" value={formatCount(pipeline.underWay)}>
        whenever it began
      </Figure>
    </section>
  );
}

function Figure({ name, value, children }: { name: string; value: string; children: ReactNode }): ReactElement {
  return (
    <div className="card tile plain figure">
      <span className="tile-name">{name}</span>
      <span className="tile-value figure-value">{value}</span>
      <span className="tile-change">{children}</span>
    </div>
  );
}
