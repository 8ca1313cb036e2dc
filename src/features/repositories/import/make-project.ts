import { z } from 'zod';
import type { NewProject, ProjectCreation } from '../../../connectors/contract.ts';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import type { Connecting } from '../../integrations/index.ts';

/** As its stream yields it; parsed again, as another system said it. */
const Made = z.object({
  key: z.string(),
  name: z.string(),
  uuid: z.string().nullable(),
  organization: z.string().nullable(),
  qualifier: z.string(),
  visibility: z.string().nullable(),
  lastAnalysisAt: z.string().nullable(),
});
export type Made = z.infer<typeof Made>;

export interface Making {
  connect: Connecting['connect'];
  sonarqubeId: number;
  signal: AbortSignal;
}

/**
 * Makes the project, or takes the one that an attempt before had made (`resumed`) and that was never analysed. Throws
 * `project_exists` for one that is somebody’s, `import_out_of_scope`, and what the server refuses with.
 */
export function makeProject(
  { connect, sonarqubeId, signal }: Making,
  project: NewProject,
  { resumed }: { resumed: boolean },
): Promise<Made> {
  return connect(sonarqubeId, signal, async ({ connector, context, integration }) => {
    const creation = creationOf(connector.projectCreation);
    if (!creation.isRead(context, project.key)) {
      throw new PlumblineError('import_out_of_scope', {
        message: `${integration.name} reads named projects only, and ${project.key} is none of them.`,
        remedy: `Add ${project.key}, or a pattern for it, to the projects of ${integration.name}.`,
      });
    }
    const before = found(await creation.find(context, project.key));
    if (before !== null) {
      if (resumed && before.lastAnalysisAt === null) return before;
      throw new PlumblineError('project_exists');
    }
    try {
      return Made.parse(await creation.create(context, project));
    } catch (error) {
      if (!isPlumblineError(error) || !isOpen(error)) throw error;
      // It was not there before: if it is now, this call made it.
      const after = found(await creation.find(context, project.key));
      if (after === null) throw error;
      return after;
    }
  });
}

/** Takes a project back that could not be bound. Throws `import_left_project` where it stays. */
export async function takeBack({ connect, sonarqubeId, signal }: Making, key: string): Promise<void> {
  try {
    await connect(sonarqubeId, signal, ({ connector, context }) =>
      creationOf(connector.projectCreation).remove(context, key),
    );
  } catch (error) {
    if (!isPlumblineError(error) && !signal.aborted) throw error;
    const upstream = isPlumblineError(error) ? error.upstream : undefined;
    throw new PlumblineError('import_left_project', {
      message: `The project ${key} was made on SonarQube and could neither be bound nor removed.`,
      ...(upstream === undefined ? {} : { upstream }),
    });
  }
}

const found = (record: unknown): Made | null => (record === null ? null : Made.parse(record));

/** After these nobody knows whether the server did what was asked. */
const isOpen = ({ code }: PlumblineError): boolean =>
  ['timeout', 'unreachable', 'upstream_error', 'malformed_response', 'endpoint_unavailable'].includes(code);

function creationOf(creation: ProjectCreation<never> | undefined): ProjectCreation<unknown> {
  if (creation === undefined) throw new PlumblineError('connector_unknown');
  return creation as ProjectCreation<unknown>;
}
