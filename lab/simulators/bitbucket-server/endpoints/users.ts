import { empty, json, type Reply } from '../../wire/reply.ts';
import { alike } from '../texts.ts';
import {
  type Call,
  type Endpoint,
  endpointsOf,
  jsonBody,
  listIn,
  optional,
  optionalBody,
  param,
  requiredText,
  textIn,
} from '../call.ts';
import { badRequest, noSuch, notPermitted } from '../errors.ts';
import { paged } from '../paging.ts';
import { demandLicensed, demandUser, levelNamed, repositoryLevel } from '../permissions.ts';
import { addToken, revokeToken } from '../state/people.ts';
import type { Token, User } from '../world.ts';
import { repositoryView, userView } from '../views/places.ts';

const api = endpointsOf('api');
const tokens = endpointsOf('access-tokens');

/** A user's tokens may not be more. */
const maxTokens = 100;

function listUsers(call: Call): Reply {
  demandLicensed(call.subject);
  const filter = optional(call, 'filter')?.toLowerCase() ?? '';
  const found = call.world.users.filter(({ name, displayName, emailAddress }) =>
    [name, displayName, emailAddress].some((text) => text.toLowerCase().includes(filter)),
  );
  return paged(call, found, (user) => userView(call, user));
}

function userOf(call: Call): User {
  const user = call.world.users.find(({ slug }) => slug === param(call, 'user').toLowerCase());
  if (user === undefined)
    throw noSuch(
      'user.NoSuchUserException',
      `User ${param(call, 'user')} does not exist.`,
      `Der Benutzer ${param(call, 'user')} existiert nicht.`,
    );
  return user;
}

function showUser(call: Call): Reply {
  demandLicensed(call.subject);
  return json(userView(call, userOf(call)));
}

function recentRepositories(call: Call): Reply {
  demandUser(call.subject);
  const seen = call.world.repositories.filter((one) => repositoryLevel(call.world, call.subject, one) > 0);
  return paged(call, seen, (repository) => repositoryView(call, repository));
}

const tokenView = (call: Call, { id, name, createdAt, expiresAt, permissions, user }: Token): object => ({
  id,
  name,
  createdDate: createdAt,
  ...(expiresAt === null
    ? {}
    : { expiryDate: expiresAt, expiryDays: Math.round((expiresAt - createdAt) / 86_400_000) }),
  permissions,
  ...(user === null ? {} : { user: userView(call, user) }),
});

/** Tokens are made and ended by people who signed in, never by a token. */
function owner(call: Call): User {
  const user = userOf(call);
  const asking = demandUser(call.subject);
  if (asking !== user && !asking.admin) throw notPermitted();
  return user;
}

function demandSignedIn(call: Call): void {
  if (call.subject.kind !== 'user' || call.subject.token !== null) throw notPermitted();
}

function createToken(call: Call): Reply {
  const user = owner(call);
  demandSignedIn(call);
  const fields = jsonBody(call);
  const permissions = (listIn(fields, 'permissions') ?? []).map(String);
  if (
    permissions.length === 0 ||
    !permissions.every((one) => (levelNamed(one, 'PROJECT') ?? levelNamed(one, 'REPO')) !== undefined)
  )
    throw badRequest(alike('A list of valid permissions is required.'), 'permissions');
  if (call.world.tokens.filter((token) => token.user === user).length >= maxTokens)
    throw badRequest(alike(`You have reached the maximum of ${maxTokens} tokens.`));
  const days = textIn(fields, 'expiryDays');
  const expiresAt =
    days === undefined ? {} : { expiresAt: new Date(call.world.now().getTime() + Number(days) * 86_400_000) };
  const token = addToken(call.world, {
    user: user.name,
    name: requiredText(fields, 'name'),
    permissions,
    ...expiresAt,
  });
  // The only answer with the secret.
  return json({ ...tokenView(call, token), token: token.secret });
}

function tokenOf(call: Call): Token {
  const user = owner(call);
  const found = call.world.tokens.find((token) => token.user === user && token.id === param(call, 'token'));
  if (found === undefined) throw noSuch('accesstoken.NoSuchTokenException', 'No such token.', 'Kein solches Token.');
  return found;
}

function renameToken(call: Call): Reply {
  const token = tokenOf(call);
  demandSignedIn(call);
  token.name = textIn(optionalBody(call), 'name') ?? token.name;
  return json(tokenView(call, token));
}

function deleteToken(call: Call): Reply {
  revokeToken(call.world, tokenOf(call).secret);
  return empty(204);
}

export const userEndpoints: readonly Endpoint[] = [
  api('GET', 'users', listUsers),
  api('GET', 'users/{user}', showUser),
  api('GET', 'profile/recent/repos', recentRepositories),
  tokens('GET', 'users/{user}', (call) => {
    const user = owner(call);
    return paged(
      call,
      call.world.tokens.filter((token) => token.user === user),
      (token) => tokenView(call, token),
    );
  }),
  tokens('PUT', 'users/{user}', createToken),
  tokens('GET', 'users/{user}/{token}', (call) => json(tokenView(call, tokenOf(call)))),
  tokens('POST', 'users/{user}/{token}', renameToken),
  tokens('DELETE', 'users/{user}/{token}', deleteToken),
];
