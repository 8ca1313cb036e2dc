import { hex8, mix, seedOf, share } from '../../numbers.ts';
import type { Build, Commit, Deployment, Image, Project } from '../model.ts';
import { type Course, kindOf } from './fates.ts';

const serviceCount = 5;

/** So many times eight digits that depend on their arguments only: an eighth of the price of a true hash. */
function digits(words: number, text: string, n: number): string {
  const seed = seedOf(text);
  let all = '';
  for (let word = 0; word < words; word += 1) all += hex8(mix(seed, n, 500 + word));
  return all;
}

const place = ({ identifier, organization }: Project): string => `${organization.identifier}/${identifier}`;

const serviceNumber = ({ seed }: Course, n: number): number => Math.floor(share(seed, n, 20) * serviceCount);

const people = [
  { name: 'Ada Byron', email: 'ada@example.com' },
  { name: 'Grace Hopper', email: 'grace@example.com' },
  { name: 'Jürgen Doe', email: 'juergen@example.com' },
] as const;

export const personOf = ({ seed }: Course, n: number): { name: string; email: string } =>
  people[Math.floor(share(seed, n, 21) * people.length)] ?? people[0];

function commitOf(course: Course, project: Project, n: number, position: number, at: number): Commit {
  const person = personOf(course, n + position);
  const time = at - (position + 1) * 600_000;
  return {
    id: digits(5, place(project), n * 8 + position),
    message: `Change ${n}.${position}`,
    ownerName: person.name,
    ownerEmail: person.email,
    // Both units are in use.
    timeStamp: n % 2 === 0 ? time : Math.floor(time / 1000),
  };
}

function imageOf(project: Project, service: number, n: number): Image {
  const path = `${project.organization.identifier}/${project.identifier}-svc${service}`;
  return { host: 'registry.example.com', path, tag: `1.0.${n}`, digest: `sha256:${digits(8, path, n)}` };
}

/** What run `n` built. Every seventh was started by hand and tells no commits. */
export function buildOf(course: Course, project: Project, n: number, at: number): Build {
  const service = serviceNumber(course, n);
  const byHand = n % 7 === 0;
  const onPullRequest = !byHand && share(course.seed, n, 22) < 0.4;
  const count = byHand ? 0 : 1 + Math.floor(share(course.seed, n, 23) * 3);
  return {
    repository: `${project.identifier}-svc${service}`,
    url: `https://git.example.com/${place(project)}-svc${service}.git`,
    branch: onPullRequest ? `feature/${n}` : 'main',
    ...(onPullRequest ? { pullRequest: { number: n + 1, title: `Change ${n}`, targetBranch: 'main' } } : {}),
    commits: Array.from({ length: count }, (_nothing, position) => commitOf(course, project, n, position, at)),
    head: commitOf(course, project, n, 0, at).id,
    images: [imageOf(project, service, n)],
  };
}

/** The newest build before it, or itself: what a deployment takes. */
function builtBefore(course: Course, n: number): number {
  for (let earlier = n; earlier > Math.max(-1, n - 12); earlier -= 1)
    if (kindOf(course, earlier) === 'build') return earlier;
  return n;
}

export const environments = [
  { identifier: 'dev', name: 'Dev', type: 'PreProduction' },
  { identifier: 'staging', name: 'Staging', type: 'PreProduction' },
  { identifier: 'production', name: 'Production', type: 'Production' },
] as const;

/** `leaf`: which of the services that the run deploys together; the second of a matrix is the organization's. */
export function deploymentOf(
  course: Course,
  project: Project,
  n: number,
  { environment, leaf = 0 }: { environment: 0 | 1 | 2; leaf?: number },
): Deployment {
  const built = builtBefore(course, n);
  const number = (serviceNumber(course, built) + leaf) % serviceCount;
  const shared = leaf === 1;
  const service = shared
    ? { identifier: 'org.shared', name: 'Shared', type: 'Kubernetes' }
    : { identifier: `svc${number}`, name: `Service ${number}`, type: number === 4 ? 'ECS' : 'Kubernetes' };
  return {
    service,
    environment: environments[environment],
    infrastructure: `k8s_${environments[environment].identifier}`,
    image: imageOf(project, number, built),
  };
}

export const generatedServices = Array.from({ length: serviceCount }, (_nothing, number) => ({
  identifier: `svc${number}`,
  name: `Service ${number}`,
  type: number === 4 ? 'ECS' : 'Kubernetes',
}));
