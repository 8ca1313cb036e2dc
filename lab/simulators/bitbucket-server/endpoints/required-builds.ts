import { empty, json, type Reply } from '../../wire/reply.ts';
import {
  booleanIn,
  type Call,
  type Endpoint,
  endpointsOf,
  type Fields,
  jsonBody,
  listIn,
  objectIn,
  param,
  repositoryPath,
  requiredText,
} from '../call.ts';
import { badField, noSuch } from '../errors.ts';
import { repositoryOf } from '../locate.ts';
import { paged } from '../paging.ts';
import { isAtLeast } from '../profiles.ts';
import type { Matcher, RequiredBuild } from '../state/check-model.ts';
import { alike } from '../texts.ts';
import { nextId } from '../world.ts';

const requiredBuilds = endpointsOf('required-builds');
const matcherTypes: readonly Matcher['type'][] = ['ANY_REF', 'BRANCH', 'PATTERN', 'MODEL_CATEGORY', 'MODEL_BRANCH'];

/** Of any ref the server keeps and says another id than the one that was sent. */
const anyRef = 'ANY_REF_MATCHER_ID';

function matcherIn(fields: Fields, name: string): Matcher | undefined {
  const matcher = objectIn(fields, name);
  if (matcher === undefined) return undefined;
  const wanted = requiredText(objectIn(matcher, 'type') ?? {}, 'id').toUpperCase();
  const type = matcherTypes.find((one) => one === wanted);
  if (type === undefined) throw badField(name, alike(`'${wanted}' is not one of: ${matcherTypes.join(', ')}`));
  return { type, id: type === 'ANY_REF' ? anyRef : requiredText(matcher, 'id') };
}

const matcherView = ({ type, id }: Matcher): object => ({
  id,
  displayId: id.replace(/^refs\/heads\//, ''),
  type: { id: type, name: type },
});

const view = (call: Call, condition: RequiredBuild): object => ({
  id: condition.id,
  buildParentKeys: condition.buildParentKeys,
  refMatcher: matcherView(condition.refMatcher),
  ...(condition.exemptRefMatcher === null ? {} : { exemptRefMatcher: matcherView(condition.exemptRefMatcher) }),
  ...(isAtLeast(call.world.profile, [10, 2])
    ? {
        requiredForPullRequest: condition.requiredForPullRequest,
        requiredForMergeQueue: condition.requiredForMergeQueue,
      }
    : {}),
});

function conditionIn(call: Call, id: number): RequiredBuild {
  const fields = jsonBody(call);
  const keys = (listIn(fields, 'buildParentKeys') ?? []).map(String);
  if (keys.length === 0 || keys.length > 100) throw badField('buildParentKeys', alike('1 to 100 keys are needed.'));
  const refMatcher = matcherIn(fields, 'refMatcher');
  if (refMatcher === undefined) throw badField('refMatcher', alike('A refMatcher is needed.'));
  return {
    id,
    buildParentKeys: keys,
    refMatcher,
    exemptRefMatcher: matcherIn(fields, 'exemptRefMatcher') ?? null,
    requiredForPullRequest: booleanIn(fields, 'requiredForPullRequest') ?? true,
    requiredForMergeQueue: booleanIn(fields, 'requiredForMergeQueue') ?? true,
  };
}

function create(call: Call): Reply {
  const { requiredBuilds: conditions } = repositoryOf(call, 3);
  const condition = conditionIn(call, nextId(call.world));
  conditions.push(condition);
  return json(view(call, condition));
}

function update(call: Call): Reply {
  const repository = repositoryOf(call, 3);
  const existing = repository.requiredBuilds.find(({ id }) => String(id) === param(call, 'id'));
  if (existing === undefined)
    throw noSuch(
      'build.requiredbuilds.NoSuchRequiredBuildConditionException',
      'No such condition.',
      'Keine solche Bedingung.',
    );
  Object.assign(existing, conditionIn(call, existing.id));
  return json(view(call, existing));
}

/** 204 also for what is not there. */
function remove(call: Call): Reply {
  const repository = repositoryOf(call, 3);
  repository.requiredBuilds = repository.requiredBuilds.filter(({ id }) => String(id) !== param(call, 'id'));
  return empty(204);
}

const since = { since: [7, 14] } as const;

export const requiredBuildEndpoints: readonly Endpoint[] = [
  requiredBuilds(
    'GET',
    `${repositoryPath}/conditions`,
    (call) => paged(call, repositoryOf(call).requiredBuilds, (one) => view(call, one)),
    since,
  ),
  requiredBuilds('POST', `${repositoryPath}/condition`, create, since),
  requiredBuilds('PUT', `${repositoryPath}/condition/{id}`, update, since),
  requiredBuilds('DELETE', `${repositoryPath}/condition/{id}`, remove, since),
];
