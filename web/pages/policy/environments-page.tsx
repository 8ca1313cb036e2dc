import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { EnvironmentAnswer } from '../../../src/features/policy/contract.ts';
import { environmentsQuery } from '../../api/policy.ts';
import { useApi } from '../../app/context.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card, Page } from '../../components/page.tsx';
import { EmptyState, Loaded } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { countOf } from '../../words/numbers.ts';
import { ImageLink } from '../images/image-link.tsx';
import { PolicyTabs } from './policy-tabs.tsx';
import { VerdictChip } from './verdict-chip.tsx';

/** What is said to run where; new images are compared with it. */
export function EnvironmentsPage(): ReactElement {
  const environments = useQuery(environmentsQuery(useApi()));
  return (
    <Page title="Policy" wide tabs={<PolicyTabs />}>
      <Loaded query={environments}>
        {(data) =>
          data.environments.length === 0 ? (
            <EmptyState title="No environments yet">
              <p>
                An environment holds the images that run in it, by digest. A pipeline compares a new image with them and
                fails only where it is worse. After a deployment:
              </p>
              <p>
                <code>plumbline environment set production registry.example.com/team/checkout:1.2</code>
              </p>
            </EmptyState>
          ) : (
            data.environments.map((environment) => (
              <Card key={environment.name} title={environment.name} note={countOf(environment.images.length, 'image')}>
                <DataTable
                  label={`Images in ${environment.name}`}
                  columns={columns}
                  rows={environment.images}
                  rowKey={(row) => row.image.id}
                  empty="Nothing is in it."
                />
              </Card>
            ))
          )
        }
      </Loaded>
    </Page>
  );
}

const columns: readonly Column<EnvironmentAnswer['images'][number]>[] = [
  {
    id: 'verdict',
    header: 'Verdict',
    phone: 'first',
    cell: ({ status, reason, waived }) =>
      status === null ? (
        <span className="note">being judged</span>
      ) : (
        <VerdictChip status={status} reason={reason ?? ''} waived={waived} />
      ),
  },
  {
    id: 'image',
    header: 'Image',
    fixed: true,
    className: 'name-cell',
    cell: (row) => (
      <>
        <ImageLink image={row.image} name={row.reference} />
        {row.tagMoved ? <span className="note">this tag now points to another image</span> : null}
      </>
    ),
  },
  { id: 'since', header: 'Since', cell: (row) => <Ago at={row.setAt} /> },
  { id: 'by', header: 'Set by', cell: (row) => row.setBy },
];
