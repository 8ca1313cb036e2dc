import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { projectQuery } from '../../api/projects.ts';
import { useApi } from '../../app/context.ts';
import { External } from '../../components/button.tsx';
import { Chip } from '../../components/chips.tsx';
import { Page, Tabs } from '../../components/page.tsx';
import { Loaded, Notice } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { GateChip } from './gate.tsx';

const route = getRouteApi('/shell/projects/$id');

export function ProjectPage(): ReactElement {
  const { id } = route.useParams();
  const query = useQuery(projectQuery(useApi(), id));
  const project = query.data;
  const params = { id };
  return (
    <Page
      title={project?.name ?? 'Project'}
      parent={<Link to="/projects">Projects</Link>}
      wide
      pending={project === undefined && query.error === null}
      status={project === undefined ? null : <GateChip gate={project.gate} />}
      actions={
        project === undefined ? null : (
          <>
            {project.updating ? (
              <Chip tone="warn" glyph="◐" title="A large change is being stored: findings are partly new, partly old.">
                Updating
              </Chip>
            ) : project.readAt === null ? (
              <Chip tone="warn" glyph="◐">
                Not read yet
              </Chip>
            ) : (
              <Chip tone="passed" glyph="●">
                Data as of <Moment at={project.readAt} />
              </Chip>
            )}
            {project.link === null ? null : <External href={project.link}>Open in SonarQube</External>}
          </>
        )
      }
      tabs={
        <Tabs
          label="Project"
          tabs={[
            { label: 'Overview', link: { to: '/projects/$id', params }, exact: true },
            { label: 'History', link: { to: '/projects/$id/history', params } },
            { label: 'Findings', link: { to: '/projects/$id/findings', params } },
            { label: 'Branches and pull requests', link: { to: '/projects/$id/branches', params } },
          ]}
        />
      }
    >
      {project?.deletedAt == null ? null : (
        <Notice kind="warning" title="The server no longer lists this project.">
          What was read before <Moment at={project.deletedAt} /> is kept.
        </Notice>
      )}
      {project?.unreadableAt == null ? null : (
        <Notice kind="warning" title="The token may not read this project any more.">
          What is shown is as it was read before <Moment at={project.unreadableAt} />. Give the token’s user Browse on
          the project to go on.
        </Notice>
      )}
      {project?.leftScopeAt == null ? null : (
        <Notice kind="warning" title="The settings of its integration leave this project out.">
          It is in no number, and what is shown is as it was read before <Moment at={project.leftScopeAt} />.
        </Notice>
      )}
      {project?.duplicateOf == null ? null : (
        <Notice kind="info" title="This project is read through another integration, too.">
          It counts once: its findings are counted with{' '}
          <Link to="/projects/$id" params={{ id: String(project.duplicateOf) }}>
            the other one
          </Link>
          .
        </Notice>
      )}
      <Loaded query={query}>{() => <Outlet />}</Loaded>
    </Page>
  );
}
