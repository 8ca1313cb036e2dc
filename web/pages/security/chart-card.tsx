import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import type { SecurityTrend, Severity } from '../../../src/features/insights/contract.ts';
import { Button } from '../../components/button.tsx';
import { ChooseMany } from '../../components/choose-many.tsx';
import { Icon } from '../../components/icons.tsx';
import { Card } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import { severities, severityLabel } from '../../words/labels.ts';

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
          <Button look="bare" icon={asTable ? 'chart' : 'table'} onClick={() => onTable(!asTable)}>
            {asTable ? 'Chart' : 'Table'}
          </Button>
          <a className="button bare" href={csv} download>
            <Icon name="download" />
            CSV
          </a>
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
