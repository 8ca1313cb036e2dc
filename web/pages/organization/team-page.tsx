import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Sections } from '../../../src/features/teams/contract.ts';
import { sectionsQuery, teamProjectsQuery, teamThingsQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { Card, Page, Tabs } from '../../components/page.tsx';
import { Loaded, Skeleton } from '../../components/states.tsx';
import '../../styles/organization.css';
import '../../styles/team-settings.css';
import { ProjectRules } from './project-rules.tsx';
import { type OneSection, SectionChoice } from './section-choice.tsx';
import { ThingRules } from './thing-rules.tsx';
import { sectionLabel, sectionThings } from './words.ts';

const route = getRouteApi('/shell/organization/teams/$id/integrations');

/** Team Settings: which integrations count for a team, and what of them belongs to it. */
export function TeamPage(): ReactElement {
  const { id } = route.useParams();
  const query = useQuery(sectionsQuery(useApi(), Number(id)));
  const of = query.data?.of;
  return (
    <Page
      title={of?.name ?? 'Team'}
      parent={<Link to="/organization/teams">Teams</Link>}
      pending={query.data === undefined && query.error === null}
      status={of === undefined ? null : <span className="note">of {of.tree.name}</span>}
      actions={
        <Link to="/insights/security" search={{ node: Number(id) }} className="button">
          Security Insights
        </Link>
      }
      tabs={
        <Tabs
          label="Team Settings"
          tabs={[{ label: 'Integrations', link: { to: '/organization/teams/$id/integrations', params: { id } } }]}
        />
      }
    >
      <Loaded query={query} skeleton={<Skeleton height={480} />}>
        {(sections) => <Parts sections={sections} />}
      </Loaded>
    </Page>
  );
}

function Parts({ sections: { of, sections } }: { sections: Sections }): ReactElement {
  return (
    <>
      {sections.map((section) => (
        <Card key={section.section} title={sectionLabel[section.section]} padded>
          <div className="team-section">
            <SectionChoice section={section} path={`api/v1/teams/${of.id}/integrations`} />
            {section.integrations.length === 0 ? null : <Rules team={of.id} section={section} />}
          </div>
        </Card>
      ))}
    </>
  );
}

function Rules({ team, section: { section } }: { team: number; section: OneSection }): ReactElement {
  const api = useApi();
  const projects = useQuery({ ...teamProjectsQuery(api, team), enabled: section === 'code_quality' });
  const things = useQuery({ ...teamThingsQuery(api, team), enabled: section !== 'code_quality' });
  if (section === 'code_quality') {
    return <Loaded query={projects}>{(now) => <ProjectRules key={team} team={team} now={now} />}</Loaded>;
  }
  return (
    <Loaded query={things}>
      {(now) => (
        <>
          {section === 'security' ? (
            <p className="note">
              Security Insights of the team count the projects it has under Code Quality Tools, of the SonarQube servers
              chosen here.
            </p>
          ) : null}
          {sectionThings[section].map((kind) => (
            <ThingRules key={`${team} ${kind}`} team={team} kind={kind} now={now} />
          ))}
        </>
      )}
    </Loaded>
  );
}
