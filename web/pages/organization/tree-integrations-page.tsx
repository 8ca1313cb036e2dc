import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { treeSectionsQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { Card, Page } from '../../components/page.tsx';
import { Loaded, Skeleton } from '../../components/states.tsx';
import '../../styles/team-settings.css';
import { SectionChoice } from './section-choice.tsx';
import { sectionLabel } from './words.ts';

const route = getRouteApi('/shell/organization/trees/$id/integrations');

/** What teams of a tree take over unless they say otherwise. */
export function TreeIntegrationsPage(): ReactElement {
  const { id } = route.useParams();
  const query = useQuery(treeSectionsQuery(useApi(), Number(id)));
  return (
    <Page
      title={query.data === undefined ? 'Integrations' : `Integrations of ${query.data.of.name}`}
      parent={
        <Link to="/organization/trees/$id" params={{ id }}>
          Org tree
        </Link>
      }
      pending={query.data === undefined && query.error === null}
    >
      <Loaded query={query} skeleton={<Skeleton height={320} />}>
        {({ sections }) => (
          <>
            <p className="note">Teams take this over unless they say otherwise.</p>
            {sections.map((section) => (
              <Card key={section.section} title={sectionLabel[section.section]} padded>
                <SectionChoice section={section} path={`api/v1/org-trees/${id}/integrations`} isTree />
              </Card>
            ))}
          </>
        )}
      </Loaded>
    </Page>
  );
}
