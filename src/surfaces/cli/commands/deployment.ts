import type {
  Deployment,
  DeploymentList,
  Deriving,
  Doubt,
  Matrix,
  ReportAnswer,
  ReportRequest,
} from '../../../features/deployments/contract.ts';
import type { CliCommand } from '../context.ts';
import { exitCodes, formatTable } from '../output.ts';

interface ReportOptions {
  key: string;
  service: string;
  environment: string;
  integration?: string;
  project?: string;
  type?: ReportRequest['environmentType'];
  infrastructure?: string;
  status: ReportRequest['status'];
  image?: string;
  // Not `version`: that is the program’s own.
  deployed?: string;
  commit?: string;
  link?: string;
  at?: string;
  startedAt?: string;
  json: boolean;
}

interface ListOptions {
  service?: string;
  environment?: string;
  state?: string;
  running: boolean;
  json: boolean;
}

/** `plumbline deployment report`, for pipelines, and `plumbline deployment list`. */
export const deploymentCommands: CliCommand = (program, { api, terminal }, run) => {
  const deployment = program.command('deployment').description('report deployments, and see what runs where');
  deployment
    .command('report')
    .description('say how a deployment stands; saying the same twice changes nothing')
    .requiredOption('--key <key>', 'what the pipeline calls this deployment, e.g. the number of its run')
    .requiredOption('--service <service>', 'what is deployed')
    .requiredOption('--environment <environment>', 'where to')
    .requiredOption('--status <status>', 'started, succeeded, failed, aborted or rolled_back')
    .option('--integration <name>', 'of Harness, with --project: service and environment are those of Harness')
    .option('--project <organization/project>', 'there')
    .option('--type <type>', 'of the environment: production or pre_production; as told before when left out')
    .option('--infrastructure <name>', 'where the environment has several, e.g. a cluster')
    .option('--image <reference>', 'image, as docker pull takes it, with its digest where that is known')
    .option('--deployed <version>', 'what is deployed, where it is no image')
    .option('--commit <sha>', 'whole id of the commit it was built from')
    .option('--link <url>', 'page of the pipeline’s run')
    .option('--at <time>', 'when it came to be so, e.g. 2026-11-30T10:00:00Z; now when left out')
    .option('--started-at <time>', 'when it began, where that is not reported by itself')
    .option('--json', 'print as JSON', false)
    .action((options: ReportOptions) =>
      run(async () => {
        const answer = await api.send<ReportAnswer>('POST', 'api/v1/deployments', requestOf(options));
        terminal.out(options.json ? `${JSON.stringify(answer, null, 2)}\n` : `${said(answer)}\n`);
        return exitCodes.good;
      }),
    );
  deployment
    .command('list')
    .description('list deployments, the newest first, or what runs where now')
    .option('--service <name>', 'of this service')
    .option('--environment <name>', 'into this environment')
    .option('--state <states>', 'only these, with commas: waiting, running, succeeded, failed, rolled_back, …')
    .option('--running', 'what runs where now', false)
    .option('--json', 'print as JSON', false)
    .action((options: ListOptions) =>
      run(async () => {
        if (options.running && options.state !== undefined) {
          terminal.err('--running shows what runs now, whatever became of other deployments: leave --state out.\n');
          return exitCodes.failed;
        }
        const { rows, deriving } = options.running ? await running(api, options) : await newest(api, options);
        if (deriving !== null) terminal.err(`${notWhole(deriving)}\n`);
        terminal.out(options.json ? `${JSON.stringify(rows, null, 2)}\n` : `${tableOf(rows)}\n`);
        return rows.length === 0 ? exitCodes.noData : exitCodes.good;
      }),
    );
};

const requestOf = (options: ReportOptions): ReportRequest => ({
  key: options.key,
  service: options.service,
  environment: options.environment,
  status: options.status,
  integration: options.integration ?? null,
  project: options.project ?? null,
  environmentType: options.type ?? null,
  infrastructure: options.infrastructure ?? null,
  image: options.image ?? null,
  version: options.deployed ?? null,
  commit: options.commit ?? null,
  link: options.link ?? null,
  at: options.at ?? null,
  startedAt: options.startedAt ?? null,
});

function said({ outcome, deployment: { service, environment, key, state } }: ReportAnswer): string {
  const what = `deployment ${key} of ${service.name} to ${environment.name}: ${state}`;
  return outcome === 'unchanged' ? `${what} (known already)` : what;
}

type Api = Parameters<CliCommand>[1]['api'];

/** What runs may be in doubt by what happened since. */
type ListedRow = Deployment & { doubt?: Doubt | null };

interface Listed {
  rows: ListedRow[];
  deriving: Deriving;
}

const notWhole = ({ done, total }: NonNullable<Deriving>): string =>
  `Not whole yet: since the upgrade deployments are made again, ${done} of ${total ?? 'all'} runs of Harness are done.`;

async function newest(api: Api, { service, environment, state }: ListOptions): Promise<Listed> {
  const query = { service, environment, state };
  const { deployments: rows, deriving } = await api.get<DeploymentList>('api/v1/deployments', query);
  return { rows, deriving };
}

/** Every page of services and of environments. */
async function running(api: Api, { service, environment }: ListOptions): Promise<Listed> {
  const found: ListedRow[] = [];
  for (let columns = 1; ; columns += 1) {
    for (let page = 1; ; page += 1) {
      const matrix = await api.get<Matrix>('api/v1/deployments/running', {
        page,
        columns,
        search: service,
        environment,
      });
      const places = matrix.services.flatMap(({ cells }) => cells.flat());
      found.push(...places.flatMap(({ running: row, doubt }) => (row === null ? [] : [{ ...row, doubt }])));
      if (page * matrix.pageSize < matrix.total) continue;
      if (columns * matrix.columnsShown < matrix.totalEnvironments) break;
      const rows = service === undefined ? found : found.filter((one) => one.service.name === service);
      return { rows, deriving: matrix.deriving };
    }
  }
}

const doubts: Readonly<Record<Doubt, string>> = {
  in_progress: 'changing',
  aborted: 'aborted since',
  unknown: 'not certain',
  failed: 'failed since',
  rollback_failed: 'rollback failed',
};

/** Services of one name are told apart by where they are defined. */
const definedIn = ({ integration, service }: Deployment): string | undefined =>
  integration === null ? undefined : `${integration.name} ${service.scope}`.trim();

function tableOf(deployments: readonly ListedRow[]): string {
  const rows = deployments.map((row) => {
    const { service, environment, infrastructure, state, superseded, image, version, commit, at, reportedBy } = row;
    return [
      service.name,
      definedIn(row),
      infrastructure === null ? environment.name : `${environment.name} ${infrastructure}`,
      [state, ...(superseded ? ['superseded'] : []), ...(row.doubt == null ? [] : [doubts[row.doubt]])].join(', '),
      image?.reference ?? image?.digest?.slice(0, 19) ?? version,
      commit?.slice(0, 12),
      at,
      reportedBy,
    ];
  });
  const header = ['service', 'defined in', 'environment', 'state', 'what', 'commit', 'at', 'reported by'];
  return formatTable(header, rows);
}
