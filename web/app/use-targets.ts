import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { helpIndexQuery } from '../api/help.ts';
import { imagesQuery } from '../api/images.ts';
import { connectorsQuery, integrationsQuery } from '../api/integrations.ts';
import { locatedQuery } from '../api/located.ts';
import { projectsQuery } from '../api/projects.ts';
import { useApi } from './context.ts';
import { jumpTargets, type Target } from './jump-targets.ts';
import { knownRoutes } from './known-routes.ts';
import { meaningsQuery } from '../api/trace.ts';
import { imageTargets, locatedTargets, readPasted, stationTargets } from './pasted.ts';
import { allows, useSession } from './session.ts';
import { useActions } from './use-actions.ts';

export interface Targets {
  targets: Target[];
  /** True while an answer that may bring more is awaited: until then nothing is not “nothing matches”. */
  asking: boolean;
  /** What went wrong: what was asked for, or an action that was started here. */
  failed: Error | null;
}

/** Everything the palette offers for a text: pages of the router, things by name, what was pasted, and actions. */
export function useTargets(text: string): Targets {
  const api = useApi();
  const router = useRouter();
  const session = useSession();
  const can = (permission: string): boolean => allows(session, permission);
  const pasted = readPasted(text);
  const integrations = useQuery(integrationsQuery(api, {})).data?.integrations ?? [];
  const connectors = useQuery(connectorsQuery(api)).data?.connectors ?? [];
  const documents = useQuery(helpIndexQuery(api)).data?.pages ?? [];
  // Of several words the first names the project, the others its part.
  const projects = useQuery({
    ...projectsQuery(api, { text: text.split(/\s+/)[0] ?? '', page: 1 }),
    enabled: text !== '',
  });
  const located = useQuery({ ...locatedQuery(api, pasted.located ?? ''), enabled: pasted.located !== null });
  const images = useQuery({
    ...imagesQuery(api, { search: pasted.image ?? '', untagged: 'with' }),
    enabled: pasted.image !== null,
  });
  // Asked once somebody stops typing: each letter more is another question.
  const settled = useSettled(text);
  const meanings = useQuery({
    ...meaningsQuery(api, settled),
    enabled: settled.length > 1 && settled === text && can('deployments:read'),
  });
  const { actions, failed } = useActions(
    integrations.filter(({ state }) => state !== 'deleting'),
    connectors,
  );
  const targets = jumpTargets(text, {
    routes: knownRoutes(router),
    can,
    integrations,
    projects: text === '' ? [] : (projects.data?.projects ?? []),
    actions,
    documents,
    pasted: [
      ...(settled === text ? stationTargets(meanings.data?.found ?? []) : []),
      ...(pasted.located !== null && located.data !== undefined ? locatedTargets(located.data) : []),
      ...(pasted.image !== null && images.data !== undefined ? imageTargets(images.data.images, pasted) : []),
    ],
  });
  const queries = [projects, located, images, meanings];
  return {
    targets,
    asking: settled !== text || queries.some(({ isFetching }) => isFetching),
    failed: failed ?? queries.find(({ error }) => error !== null)?.error ?? null,
  };
}

const typingMs = 200;

/** A text that did not change for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), typingMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
