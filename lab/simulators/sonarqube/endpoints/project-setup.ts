import { type Call, choices, type Endpoint, findProject, list, optional, required } from '../call.ts';
import { badRequest, forbidden, json, notFound, type Reply } from '../reply.ts';
import { deleteProject } from '../state/changes.ts';
import type { Project } from '../state/model.ts';
import { addProject } from '../state/world.ts';
import { canBrowse, globalPermissions, isAdmin } from '../subject.ts';

const empty = (): Reply => ({ status: 204, contentType: null, body: '' });

/** ASCII letters, digits and `- _ . :`, at least one of them no digit. */
const isKey = (key: string): boolean => /^[A-Za-z0-9\-_.:]+$/.test(key) && /\D/.test(key);

function createProject(call: Call): Reply {
  const key = withinLength('project', required(call, 'project'), 400);
  const name = required(call, 'name').slice(0, 500);
  const visibility = choices(call, ['private', 'public'] as const, 'visibility')?.[0];
  const mainBranch = optional(call, 'mainBranch');
  if (mainBranch !== undefined) withinLength('mainBranch', mainBranch, 255);
  const organization = call.profile.cloud ? required(call, 'organization') : null;
  if (!globalPermissions(call.subject).includes('provisioning')) throw forbidden();
  if (!isKey(key)) {
    throw badRequest(
      `Malformed key for Project: '${key}'. Allowed characters are alphanumeric, '-', '_', '.' and ':', with at least one non-digit.`,
    );
  }
  const similar = [...call.world.projects.keys()].filter((other) => other.toLowerCase() === key.toLowerCase());
  if (similar.length > 0) {
    const keys = similar.map((other) => `"${other}"`).join(', ');
    throw badRequest(`Could not create Project with key: "${key}". A similar key already exists: ${keys}`);
  }
  const project = addProject(call.world, {
    key,
    name,
    visibility: visibility ?? 'public',
    ...(mainBranch === undefined ? {} : { mainBranch }),
    ...(organization === null ? {} : { organization }),
  });
  return json({ project: { key, name, qualifier: 'TRK', visibility: project.visibility } });
}

function withinLength(name: string, value: string, max: number): string {
  if (value.length > max)
    throw badRequest(`'${name}' length (${value.length}) is longer than the maximum authorized (${max})`);
  return value;
}

function theProject(call: Call, name: string, words: (key: string) => string): Project {
  const key = required(call, name);
  const project = findProject(call, key);
  if (!project) throw notFound(words(key));
  return project;
}

function removeProject(call: Call): Reply {
  const project = theProject(call, 'project', (key) => `Project '${key}' not found`);
  if (!isAdmin(call.subject)) throw forbidden();
  deleteProject(call.world, project);
  return empty();
}

function listLinks(call: Call): Reply {
  const project = theProject(call, 'projectKey', (key) => `Component key '${key}' not found`);
  if (!canBrowse(call.world, call.subject, project) && !isAdmin(call.subject)) throw forbidden();
  const links = (project.links ?? []).map((link, index) => ({ id: String(index + 1), ...link }));
  return json({ links });
}

function getBinding(call: Call): Reply {
  const project = theProject(call, 'project', (key) => `Project '${key}' not found`);
  if (!canBrowse(call.world, call.subject, project)) throw forbidden();
  if (project.binding === undefined) throw notFound(`Project '${project.key}' is not bound to any DevOps Platform`);
  return json(project.binding);
}

function setSetting(call: Call): Reply {
  const key = required(call, 'key');
  const values = ['value', 'values', 'fieldValues'].flatMap((name) => call.query.getAll(name)).filter(Boolean);
  const project = theProject(call, 'component', (name) => `Component key '${name}' not found`);
  if (!isAdmin(call.subject)) throw forbidden();
  if (values.length === 0) throw badRequest("Either 'value', 'values' or 'fieldValues' must be provided");
  project.settings = { ...project.settings, [key]: values };
  return empty();
}

function resetSettings(call: Call): Reply {
  const keys = list(call, 'keys') ?? [];
  const project = theProject(call, 'component', (name) => `Component key '${name}' not found`);
  if (!isAdmin(call.subject)) throw forbidden();
  const kept = Object.entries(project.settings ?? {}).filter(([key]) => !keys.includes(key));
  project.settings = Object.fromEntries(kept);
  return empty();
}

function setTags(call: Call): Reply {
  const project = theProject(call, 'project', (key) => `Project '${key}' not found`);
  if (!isAdmin(call.subject)) throw forbidden();
  project.tags = list(call, 'tags') ?? [];
  return empty();
}

function listProfiles(call: Call): Reply {
  const project = theProject(call, 'project', (key) => `Project '${key}' not found`);
  const profiles = { ...defaultProfiles, ...project.profiles };
  return json({ profiles: Object.entries(profiles).map(([language, name]) => ({ key: name, name, language })) });
}

const defaultProfiles: Readonly<Record<string, string>> = { java: 'Sonar way', ts: 'Sonar way' };

function addProfile(call: Call): Reply {
  const project = theProject(call, 'project', (key) => `Project '${key}' not found`);
  if (!isAdmin(call.subject)) throw forbidden();
  project.profiles = { ...project.profiles, [required(call, 'language')]: required(call, 'qualityProfile') };
  return empty();
}

function selectGate(call: Call): Reply {
  const project = theProject(call, 'projectKey', (key) => `Project '${key}' not found`);
  if (!isAdmin(call.subject)) throw forbidden();
  project.gate = required(call, 'gateName');
  return empty();
}

function showNewCode(call: Call): Reply {
  const project = theProject(call, 'project', (key) => `Project '${key}' not found`);
  if (!canBrowse(call.world, call.subject, project) && !isAdmin(call.subject)) throw forbidden();
  const own = project.newCode;
  return json({ projectKey: project.key, inherited: own === undefined, ...(own ?? { type: 'PREVIOUS_VERSION' }) });
}

function setNewCode(call: Call): Reply {
  const project = theProject(call, 'project', (key) => `Project '${key}' not found`);
  if (!isAdmin(call.subject)) throw forbidden();
  const value = optional(call, 'value');
  project.newCode = { type: required(call, 'type'), ...(value === undefined ? {} : { value }) };
  return empty();
}

/** What sets projects up, and what projects say of where their code lies. */
export const projectSetup: readonly Endpoint[] = [
  { method: 'POST', path: 'api/projects/create', handle: createProject },
  { method: 'POST', path: 'api/projects/delete', handle: removeProject },
  { method: 'GET', path: 'api/project_links/search', handle: listLinks },
  { method: 'GET', path: 'api/alm_settings/get_binding', on: ({ cloud }) => !cloud, handle: getBinding },
  { method: 'POST', path: 'api/settings/set', handle: setSetting },
  { method: 'POST', path: 'api/settings/reset', handle: resetSettings },
  { method: 'POST', path: 'api/project_tags/set', handle: setTags },
  { method: 'GET', path: 'api/qualityprofiles/search', handle: listProfiles },
  { method: 'POST', path: 'api/qualityprofiles/add_project', handle: addProfile },
  { method: 'POST', path: 'api/qualitygates/select', handle: selectGate },
  { method: 'GET', path: 'api/new_code_periods/show', handle: showNewCode },
  { method: 'POST', path: 'api/new_code_periods/set', handle: setNewCode },
];
