import { type ArtifactRecord, type DeploymentRecord, longest, type StageRecord } from '../records.ts';
import { type Artifact, CdStageInfo, type LayoutNode } from '../schema.ts';
import { textOrNull } from '../text.ts';

/** One row for each stage that deploys; null for a stage that does not, or never began and names nothing. */
export function deploymentOf(
  node: LayoutNode,
  stage: StageRecord,
): { deployment: DeploymentRecord; cutOff: boolean } | null {
  if (node.nodeType?.toLowerCase() !== 'deployment') return null;
  const { serviceInfo, infraExecutionSummary: place, freezeExecutionSummary: freeze } = stageInfo(node);
  const service = textOrNull(serviceInfo?.identifier);
  const environment = textOrNull(place?.identifier);
  if (service === null && environment === null && stage.startedAt === null) return null;
  const artifacts = artifactsOf(serviceInfo?.artifacts);
  const deployment: DeploymentRecord = {
    node: stage.node,
    service,
    serviceName: textOrNull(serviceInfo?.displayName),
    type: textOrNull(serviceInfo?.deploymentType),
    gitOps: serviceInfo?.gitOpsEnabled === true,
    environment,
    environmentName: textOrNull(place?.name),
    environmentType: textOrNull(place?.type),
    infrastructure: textOrNull(place?.infrastructureIdentifier),
    infrastructureName: textOrNull(place?.infrastructureName),
    status: stage.status,
    statusClass: stage.statusClass,
    startedAt: stage.startedAt,
    endedAt: stage.endedAt,
    frozen: isFrozen(stage.status, freeze),
    isRollback: stage.isRollback,
    artifacts: artifacts.slice(0, longest.artifacts),
  };
  return { deployment, cutOff: artifacts.length > longest.artifacts };
}

/** Nothing is lost but these facts where they are of an unknown shape. */
function stageInfo({ moduleInfo }: LayoutNode): CdStageInfo {
  const parsed = CdStageInfo.safeParse(moduleInfo?.cd ?? {});
  return parsed.success ? parsed.data : CdStageInfo.parse({});
}

const isFrozen = (status: string, freeze: CdStageInfo['freezeExecutionSummary']): boolean =>
  status.toLowerCase() === 'abortedbyfreeze' || (freeze?.freezeExecutionInfoList ?? []).some((one) => one != null);

type Artifacts = NonNullable<CdStageInfo['serviceInfo']>['artifacts'];

function artifactsOf(artifacts: Artifacts): ArtifactRecord[] {
  const display = textOrNull(artifacts?.artifactDisplayName);
  const primary = artifactRecord('primary', artifacts?.primary, display);
  const sidecars = (artifacts?.sidecars ?? []).flatMap((one) => artifactRecord('sidecar', one, null) ?? []);
  return [...(primary === null ? [] : [primary]), ...sidecars];
}

/** `display` is all that some sources tell: `image:tag` of an image, a name of anything else. */
function artifactRecord(
  role: ArtifactRecord['role'],
  artifact: Artifact | null | undefined,
  display: string | null,
): ArtifactRecord | null {
  const image = textOrNull(artifact?.imagePath) ?? imageAlone(artifact?.image);
  const version =
    image === null ? (versionOf(artifact) ?? (role === 'primary' && artifact != null ? display : null)) : null;
  const shown = image === null && version === null && artifact == null ? splitImage(display) : null;
  if (image === null && version === null && shown === null) return null;
  return {
    role,
    type: textOrNull(artifact?.type),
    image: image ?? shown?.image ?? null,
    tag: textOrNull(artifact?.tag) ?? shown?.tag ?? null,
    digest: digestOf(artifact?.digest),
    version,
  };
}

/** `host:5000/path:tag` without its tag. */
export const imageAlone = (text: unknown): string | null => splitImage(textOrNull(text))?.image ?? textOrNull(text);

/** Null where no tag stands behind the last slash. */
export function splitImage(text: string | null): { image: string; tag: string } | null {
  const parts = /^(.*[^:/]):([\w.-]+)$/.exec(text?.split('@', 1)[0] ?? '');
  const [, image, tag] = parts ?? [];
  return image === undefined || tag === undefined ? null : { image, tag };
}

export function digestOf(text: unknown): string | null {
  const digest = textOrNull(text)?.toLowerCase() ?? '';
  return /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : null;
}

function versionOf(artifact: Artifact | null | undefined): string | null {
  if (artifact == null) return null;
  const { version, bucketName, filePath, artifactPath, jobName, build } = artifact;
  const path = [bucketName, jobName, artifactPath ?? filePath].flatMap((part) => textOrNull(part) ?? []).join('/');
  const named = textOrNull(version) ?? textOrNull(build) ?? textOrNull(artifact.tag);
  return textOrNull([path, named].filter((part) => part !== null && part !== '').join(' '));
}
