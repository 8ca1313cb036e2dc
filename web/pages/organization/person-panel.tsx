import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { PersonDetail } from '../../../src/features/teams/contract.ts';
import { personQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { SidePanel } from '../../components/overlay.tsx';
import { Facts } from '../../components/page.tsx';
import { Loaded, Notice } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { countOf } from '../../words/numbers.ts';
import { AccountsPart } from './accounts-part.tsx';
import { attributeLabel } from './words.ts';

export function PersonPanel({ id, onClose }: { id: number; onClose: () => void }): ReactElement {
  const query = useQuery(personQuery(useApi(), id));
  return (
    <SidePanel title={query.data?.person.name ?? 'Person'} eyebrow="Person" onClose={onClose}>
      <Loaded query={query}>{(detail) => <Details detail={detail} />}</Loaded>
    </SidePanel>
  );
}

function Details({
  detail: { person, current, reports, identities, history },
}: {
  detail: PersonDetail;
}): ReactElement {
  return (
    <>
      {current ? null : <Notice kind="warning">They left. This is what was said of them last.</Notice>}
      <Facts
        entries={[
          ['E-mail', person.email],
          [
            'Manager',
            person.manager === null ? (
              'nobody'
            ) : (
              <Link key="manager" to="/organization/people" search={{ person: person.manager.id }}>
                {person.manager.name}
              </Link>
            ),
          ],
          ['Reports', reports === 0 ? 'nobody reports to them' : countOf(reports, 'person', 'people')],
          ...Object.entries(person.attributes).map(([name, value]) => [attributeLabel(name), value] as const),
        ]}
      />
      <AccountsPart identities={identities} />
      <section className="organization-part" aria-label="What was said before">
        <h3>What was said, and when</h3>
        <ol className="said">
          {history.map(({ from, to, name, managerEmail, attributes }) => (
            <li key={from}>
              <span className="note">
                <Moment at={from} /> to {to === null ? 'now' : <Moment at={to} />}
              </span>
              <span>
                {[
                  name,
                  managerEmail === null ? 'no manager' : `reports to ${managerEmail}`,
                  ...Object.values(attributes),
                ].join(' · ')}
              </span>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}
