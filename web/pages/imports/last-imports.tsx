import type { ReactElement } from 'react';
import type { BulkImport } from '../../../src/features/repositories/contract.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/page.tsx';
import { Ago } from '../../components/time.tsx';
import { bulkWords } from './bulk-words.ts';

/** The person’s imports of many repositories, newest first. */
export function LastImports({
  imports,
  shown,
  onShow,
}: {
  imports: readonly BulkImport[];
  shown: number | null;
  onShow: (id: number) => void;
}): ReactElement {
  return (
    <Card title="Your last imports" label="Last imports" padded>
      <ul className="outcomes">
        {imports.map((one) => (
          <li key={one.id}>
            {bulkWords(one)} on {one.sonarqube.name}, begun <Ago at={one.startedAt} />{' '}
            {one.id === shown ? null : (
              <Button look="bare" aria-label={`Show the import ${one.id}`} onClick={() => onShow(one.id)}>
                Show
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
