import { createHmac } from 'node:crypto';
import { provenBy, sameText } from '../../../domain/secret-proof.ts';
import type { WebhookAdapter, WebhookCall } from '../../contract.ts';
import { at, authorizedBy, type Hint, hint, jsonIfAny, jsonOf, keyInPath, listAt, textAt, toDelivery } from './hint.ts';

const commonHeaders = ['content-type', 'content-length', 'user-agent'];

type Parts = Pick<WebhookAdapter, 'name' | 'title' | 'proof' | 'verify'> & {
  keptHeaders?: readonly string[];
  deliveryId?: (json: unknown, call: WebhookCall) => string | null;
  hints(json: unknown, headers: Readonly<Record<string, string>>): (Hint | null)[];
};

function adapter({ keptHeaders = [], deliveryId = () => null, hints, ...parts }: Parts): WebhookAdapter {
  return {
    ...parts,
    keptHeaders: [...commonHeaders, ...keptHeaders],
    deliveryId: (call) => deliveryId(jsonIfAny(call.body), call),
    parse: ({ body, headers }) => toDelivery(hints(jsonOf(body), headers)),
  };
}

/** Events of Harbor 2 and later, also as CloudEvents; version 1 had another word. An untagged push has the digest as tag. */
const harbor = adapter({
  name: 'harbor',
  title: 'Harbor',
  proof: 'header_token',
  verify: authorizedBy,
  deliveryId: (json) => textAt(json, 'id'),
  hints(json) {
    const type = textAt(json, 'type') ?? '';
    const data = at(json, 'event_data') ?? at(json, 'data');
    const action = /^(PUSH_ARTIFACT|pushImage|harbor\.artifact\.pushed)$/.test(type)
      ? 'push'
      : /^(DELETE_ARTIFACT|deleteImage|harbor\.artifact\.deleted)$/.test(type)
        ? 'delete'
        : null;
    if (action === null) return [];
    const repository = at(data, 'repository', 'repo_full_name');
    return listAt(data, 'resources').map((one) =>
      hint(action, { repository, tag: at(one, 'tag'), digest: at(one, 'digest') }),
    );
  },
});

/** Every call is a push, and there is nothing to prove it by but the address. */
const dockerHub = adapter({
  name: 'docker-hub',
  title: 'Docker Hub',
  proof: 'path_key',
  verify: keyInPath,
  hints: (json) => [
    hint('push', { repository: at(json, 'repository', 'repo_name'), tag: at(json, 'push_data', 'tag') }),
  ],
});

/** CloudEvents, with the attributes in headers or in the body. */
const zot = adapter({
  name: 'zot',
  title: 'zot',
  proof: 'header_token',
  verify: authorizedBy,
  keptHeaders: ['ce-id', 'ce-type', 'ce-source'],
  deliveryId: (json, { headers }) => headers['ce-id'] ?? textAt(json, 'id'),
  hints(json, headers) {
    const type = headers['ce-type'] ?? textAt(json, 'type') ?? '';
    const data = at(json, 'data') ?? json;
    const reference = textAt(data, 'reference');
    const place = { repository: at(data, 'name'), tag: reference, digest: at(data, 'digest') };
    if (/\.image\.(updated|lint_failed)$/.test(type)) return [hint('push', place)];
    return type.endsWith('.image.deleted') ? [hint('delete', place)] : [];
  },
});

/** Webhooks of Azure Container Registry: one event, not an envelope. */
const acr = adapter({
  name: 'acr',
  title: 'Azure Container Registry',
  proof: 'header_token',
  verify: authorizedBy,
  deliveryId: (json) => textAt(json, 'id'),
  hints(json) {
    const action = textAt(json, 'action');
    const target = at(json, 'target');
    const place = { repository: at(target, 'repository'), tag: at(target, 'tag'), digest: at(target, 'digest') };
    if (action === 'push') return [hint('push', place)];
    return action === 'delete' ? [hint('delete', place)] : [];
  },
});

/** EventBridge’s own shape, and the CloudEvents that people transform it to. */
const ecr = adapter({
  name: 'ecr',
  title: 'Amazon Elastic Container Registry',
  proof: 'header_token',
  verify: authorizedBy,
  deliveryId: (json) => textAt(json, 'id'),
  hints(json) {
    if (textAt(json, 'type') === 'com.amazon.ecr.image.push') {
      const data = at(json, 'data');
      return [
        hint('push', {
          repository: at(data, 'repositoryName'),
          tag: at(data, 'imageTag'),
          digest: at(data, 'imageDigest'),
        }),
      ];
    }
    const detail = at(json, 'detail');
    if (textAt(json, 'detail-type') !== 'ECR Image Action' || textAt(detail, 'result') !== 'SUCCESS') return [];
    const place = {
      repository: at(detail, 'repository-name'),
      tag: at(detail, 'image-tag'),
      digest: at(detail, 'image-digest'),
    };
    const action = textAt(detail, 'action-type');
    if (action === 'PUSH') return [hint('push', place)];
    return action === 'DELETE' ? [hint('delete', place)] : [];
  },
});

/** Pub/Sub wraps a base64 text around `{"action":"INSERT","digest":"host/project/repository/image@sha256:…"}`. */
const artifactRegistry = adapter({
  name: 'google',
  title: 'Google Artifact Registry',
  proof: 'path_key',
  verify: keyInPath,
  deliveryId: (json) => textAt(json, 'message', 'messageId'),
  hints(json) {
    const data = at(json, 'message', 'data');
    if (typeof data !== 'string') return [];
    const event = jsonOf(Buffer.from(data, 'base64'));
    const action = textAt(event, 'action') === 'DELETE' ? 'delete' : 'push';
    const [name = '', digest] = (textAt(event, 'digest') ?? '').split('@');
    const tagged = textAt(event, 'tag') ?? name;
    const colon = tagged.lastIndexOf(':');
    const hasTag = colon > tagged.lastIndexOf('/');
    const path = hasTag ? tagged.slice(0, colon) : tagged;
    return [hint(action, { repository: withoutHost(path), tag: hasTag ? tagged.slice(colon + 1) : null, digest })];
  },
});

const withoutHost = (path: string): string => path.slice(path.indexOf('/') + 1);

/** Quay names the tags that moved, old versions as an object, and no digest. */
const quay = adapter({
  name: 'quay',
  title: 'Quay',
  proof: 'path_key',
  verify: keyInPath,
  hints(json) {
    const updated = at(json, 'updated_tags');
    const tags = Array.isArray(updated)
      ? updated.slice(0, 1_000)
      : Object.keys(typeof updated === 'object' && updated !== null ? updated : {});
    return tags.map((tag) => hint('push', { repository: at(json, 'repository'), tag }));
  },
});

/** JFrog sends the secret itself, or signs with it. */
const artifactory = adapter({
  name: 'artifactory',
  title: 'JFrog Artifactory',
  proof: 'signature',
  verify({ headers, body }, secrets) {
    const given = (headers['x-jfrog-event-auth'] ?? '').trim();
    return provenBy(secrets, (secret) => {
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      const [itself, signed] = [sameText(given, secret), sameText(given.toLowerCase(), signature)];
      return itself || signed;
    });
  },
  hints(json) {
    if (textAt(json, 'domain') !== 'docker') return [];
    const type = textAt(json, 'event_type');
    const action = type === 'pushed' || type === 'promoted' ? 'push' : type === 'deleted' ? 'delete' : null;
    if (action === null) return [];
    const data = at(json, 'data');
    const [image, key] = [textAt(data, 'image_name'), textAt(data, 'repo_key')];
    const hex = textAt(data, 'sha256');
    const place = { tag: at(data, 'tag'), digest: hex === null ? null : `sha256:${hex}` };
    // Depending on how Artifactory is reached the repository's key is part of the host or of the name.
    return [
      hint(action, { repository: image, ...place }),
      key === null ? null : hint(action, { repository: `${key}/${image}`, ...place }),
    ];
  },
});

/** GitHub’s package events, signed. */
const ghcr = adapter({
  name: 'github',
  title: 'GitHub Container Registry',
  proof: 'signature',
  keptHeaders: ['x-github-event', 'x-github-delivery'],
  verify({ headers, body }, secrets) {
    const given = (headers['x-hub-signature-256'] ?? '').trim().toLowerCase();
    return provenBy(secrets, (secret) =>
      sameText(given, `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`),
    );
  },
  deliveryId: (_json, { headers }) => headers['x-github-delivery'] ?? null,
  hints(json, headers) {
    const event = headers['x-github-event'];
    if (event !== 'package' && event !== 'registry_package') return [];
    const action = textAt(json, 'action');
    const subject = at(json, event);
    if ((textAt(subject, 'package_type') ?? '').toLowerCase() !== 'container') return [];
    if (action !== 'published' && action !== 'updated') return [];
    const version = at(subject, 'package_version');
    const tag = at(version, 'container_metadata', 'tag');
    const repository = `${textAt(subject, 'owner', 'login')}/${textAt(subject, 'name')}`;
    return [hint('push', { repository, tag: at(tag, 'name'), digest: at(tag, 'digest') ?? at(version, 'version') })];
  },
});

/** Our own shape, for a step of a build: `{"repository":"team/checkout","tag":"1.2"}`, one or a list. */
const generic = adapter({
  name: 'generic',
  title: 'Build step or other registry',
  proof: 'header_token',
  verify: authorizedBy,
  hints: (json) =>
    (Array.isArray(json) ? json.slice(0, 1_000) : [json]).map((one) =>
      hint('push', { repository: at(one, 'repository'), tag: at(one, 'tag'), digest: at(one, 'digest') }),
    ),
});

export const vendors: readonly WebhookAdapter[] = [
  harbor,
  dockerHub,
  zot,
  acr,
  ecr,
  artifactRegistry,
  quay,
  artifactory,
  ghcr,
  generic,
];
