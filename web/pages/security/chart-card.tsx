import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import type { SecurityTrend, Severity } from '../../../src/features/insights/contract.ts';
import { ChooseMany } from '../../components/choose-many.tsx';
import { Card } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import { severities, severityLabel } from '../../words/labels.ts';
import { CardActions } from './card-actions.tsx';

interface ChartCardProps {
  title: string;
  note: ReactNode;
  trend: UseQueryResult<SecurityTrend, Error>;
  csv: string;
  /** Severities of this chart alone; undefined: those of the page. */
  severity: Severity[] | undefined;
  onSeverity: (severity: Severity[] | undefined) => void;
  asTable: boolean;
  onTable: (asTable: boolean) => void;
  children: (trend: SecurityTrend) => ReactNode;
}

/** A chart with its own severity choice, table switch and CSV. */
export function ChartCard(props: ChartCardProps): ReactElement {
  const { title, note, trend, csv, severity, onSeverity, asTable, onTable, children } = props;
  return (
    <Card
      title={title}
      note={note}
      actions={
        <>
          <ChooseMany
            label="Severity"
            context={title}
            all="Severity"
            options={severities.map((value) => ({ value, label: severityLabel[value] }))}
            chosen={severity}
            onChoose={onSeverity}
          />
          <CardActions asTable={asTable} onTable={onTable} csv={csv} />
        </>
      }
    >
      <div className={trend.isPlaceholderData ? 'chart-body stale' : 'chart-body'}>
        <Loaded query={trend} skeleton={<div className="chart-skeleton" />}>
          {children}
        </Loaded>
      </div>
    </Card>
  );
}
