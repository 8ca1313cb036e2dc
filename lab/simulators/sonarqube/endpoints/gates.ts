import { type Call, type Endpoint, findProject, optional, required } from '../call.ts';
import { badRequest, forbidden, json, notFound, type Reply } from '../reply.ts';
import { canBrowse, isAdmin } from '../subject.ts';

const conditions = [
  { metric: 'new_violations', op: 'GT', error: '0', isCaycCondition: true },
  { metric: 'new_coverage', op: 'LT', error: '80', isCaycCondition: true },
  { metric: 'new_duplicated_lines_density', op: 'GT', error: '3', isCaycCondition: true },
  { metric: 'new_security_hotspots_reviewed', op: 'LT', error: '100', isCaycCondition: true },
];

const catalogue = [
  { name: 'Sonar way', isDefault: true, isBuiltIn: true, caycStatus: 'compliant' },
  { name: 'Legacy', isDefault: false, isBuiltIn: false, caycStatus: 'non-compliant' },
];

function listGates(call: Call): Reply {
  const old = !call.profile.uuidKeys;
  return json({
    qualitygates: catalogue.map((gate, at) => ({
      ...(old ? { id: `gate-${at + 1}` } : {}),
      ...gate,
      ...gateMembers(call),
    })),
    ...(old ? { default: 'gate-1' } : {}),
    actions: { create: isAdmin(call.subject) },
  });
}

function gateMembers(call: Call): object {
  const newer = { hasStandardConditions: false, hasMQRConditions: false, isAiCodeSupported: false };
  return { actions: gateActions, ...(call.profile.modes ? newer : {}) };
}

const gateActions = {
  rename: false,
  setAsDefault: false,
  copy: false,
  associateProjects: false,
  delete: false,
  manageConditions: false,
  delegate: false,
};

function showGate(call: Call): Reply {
  const name = optional(call, 'name');
  if (name === undefined)
    throw badRequest(
      call.profile.membersOf10 ? "The 'name' parameter is missing" : "Either 'id' or 'name' must be provided",
    );
  const at = catalogue.findIndex((gate) => gate.name === name);
  const gate = catalogue[at];
  if (!gate) throw notFound(`No quality gate has been found for name ${name}`);
  const own = gate.isBuiltIn ? conditions : conditions.slice(0, 1);
  return json({
    ...(call.profile.uuidKeys ? {} : { id: `gate-${at + 1}` }),
    name: gate.name,
    isBuiltIn: gate.isBuiltIn,
    caycStatus: gate.caycStatus,
    ...(call.profile.membersOf10 ? { isDefault: gate.isDefault } : {}),
    ...gateMembers(call),
    conditions: own.map(({ isCaycCondition, ...condition }, number) => ({
      id: `condition-${at + 1}-${number + 1}`,
      ...condition,
      ...(call.profile.membersOf10 ? { isCaycCondition } : {}),
    })),
  });
}

function gateOfProject(call: Call): Reply {
  const key = required(call, 'project');
  const project = findProject(call, key);
  if (!project) throw notFound(`Project '${key}' not found`);
  if (!canBrowse(call.world, call.subject, project)) throw forbidden();
  const id = call.profile.uuidKeys ? {} : { id: 'gate-1' };
  return json({ qualityGate: { ...id, name: project.gate ?? 'Sonar way', default: project.gate === undefined } });
}

export const gates: readonly Endpoint[] = [
  { method: 'GET', path: 'api/qualitygates/list', handle: listGates },
  { method: 'GET', path: 'api/qualitygates/show', handle: showGate },
  { method: 'GET', path: 'api/qualitygates/get_by_project', handle: gateOfProject },
];
