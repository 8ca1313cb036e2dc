import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { AuditChain } from '../../../src/features/access/contract.ts';
import { useApi } from '../../app/context.ts';
import { Button, Copyable } from '../../components/button.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { MutationError, Notice } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';

const titles: Record<NonNullable<AuditChain['broken']>['kind'], string> = {
  changed_row: 'A row was changed.',
  missing_row: 'A row is missing.',
  inserted_row: 'A row was put in.',
  cut_tail: 'The end was cut off.',
  no_head: 'The end is not known any more.',
};

/** Whether the trail is what the hub wrote, asked for by a person: every row is hashed again. */
export function ChainCard(): ReactElement {
  const api = useApi();
  const verify = useMutation({ mutationFn: () => api.get<AuditChain>('api/v1/audit/chain') });
  return (
    <Card
      title="Is it whole?"
      label="Is it whole?"
      padded
      actions={
        <Button icon="check" busy={verify.isPending} onClick={() => verify.mutate()}>
          Verify
        </Button>
      }
    >
      <p>
        Each row holds a hash over itself and the row before it, so that what is changed, removed or put in past the hub
        is found. Who can write to the database could write all of it anew: keep the last hash, or an export, somewhere
        else.
      </p>
      {verify.data === undefined ? null : <Outcome chain={verify.data} />}
      <MutationError error={verify.error} />
    </Card>
  );
}

function Outcome({ chain }: { chain: AuditChain }): ReactElement {
  const { broken, rows, last, removed, checkedAt } = chain;
  return (
    <>
      {broken === null ? (
        <Notice kind="done" title="The trail is whole.">
          {`${countOf(rows, 'row is', 'rows are')} as written.`}
        </Notice>
      ) : (
        <Notice kind="failed" title={titles[broken.kind]}>
          {`${broken.message} ${countOf(rows, 'row', 'rows')} before it ${rows === 1 ? 'is' : 'are'} as written. Find out who can write to the database, and compare with an export or a backup from before.`}
        </Notice>
      )}
      <Facts
        entries={[
          ['Checked', <Moment key="c" at={checkedAt} />],
          ['Last row', last === null ? null : formatCount(last.sequence)],
          ['Its hash', last === null ? null : <Copyable key="h" text={last.hash} label="Copy the hash" />],
          ['Removed by retention', removed === null ? null : `rows up to ${formatCount(removed.sequence)}`],
        ]}
      />
    </>
  );
}
