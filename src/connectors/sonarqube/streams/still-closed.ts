import { z } from 'zod';
import type { SliceEvent, StreamPlace } from '../../contract.ts';
import type { PlumblineError } from '../../../platform/errors/index.ts';
import type { Params } from '../client.ts';
import { projectOfScope } from '../companions/scopes.ts';
import { type Reader, takesStreamAway, unavailable } from '../reader.ts';

/** The smallest question that is refused where a stream is closed for a whole project. */
const questions: Readonly<Record<string, (project: string) => [path: string, params: Params]>> = {
  analyses: (project) => ['api/qualitygates/project_status', { projectKey: project }],
  analysis_history: (project) => ['api/measures/search_history', history(project)],
  measures: (project) => ['api/measures/component', { component: project, metricKeys: 'alert_status' }],
  measure_history: (project) => ['api/measures/search_history', history(project)],
};

const history = (project: string): Params => ({ component: project, metrics: 'alert_status', ps: 1 });

/**
 * Of what is tried alone, that which is as closed as before: one question each, instead of the listings that a reading
 * begins with. What no question answers for is read.
 */
export async function findStillClosed(
  reader: Reader,
  project: string,
  places: readonly StreamPlace[],
): Promise<{ events: SliceEvent[]; open: readonly StreamPlace[] }> {
  const answers = new Map<string, PlumblineError | null>();
  const questionOf = ({ stream, scope }: StreamPlace): string => `${stream} ${projectOfScope(scope, project)}`;
  for (const place of new Map(places.map((one) => [questionOf(one), one])).values())
    answers.set(questionOf(place), await askFor(reader, projectOfScope(place.scope, project), place.stream));
  const events = places.flatMap((place) => {
    const error = answers.get(questionOf(place)) ?? null;
    return error === null ? [] : [unavailable(place.stream, place.scope, error)];
  });
  return { events, open: places.filter((place) => answers.get(questionOf(place)) === null) };
}

async function askFor({ client }: Reader, project: string, stream: string): Promise<PlumblineError | null> {
  const question = questions[stream];
  if (question === undefined) return null;
  try {
    await client.get(z.unknown(), ...question(project));
    return null;
  } catch (error) {
    if (!takesStreamAway(error)) throw error;
    return error;
  }
}
