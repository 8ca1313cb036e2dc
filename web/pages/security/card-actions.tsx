import type { ReactElement } from 'react';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icons.tsx';

/** Beside every chart: the same numbers as a table, and as a file. */
export function CardActions({
  asTable,
  onTable,
  csv,
}: {
  asTable: boolean;
  onTable: (asTable: boolean) => void;
  csv: string;
}): ReactElement {
  return (
    <>
      <Button look="bare" icon={asTable ? 'chart' : 'table'} onClick={() => onTable(!asTable)}>
        {asTable ? 'Chart' : 'Table'}
      </Button>
      <a className="button bare" href={csv} download>
        <Icon name="download" />
        CSV
      </a>
    </>
  );
}
