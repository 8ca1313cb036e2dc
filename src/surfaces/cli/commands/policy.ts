import { setTimeout as delay } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type {
  CompareAnswer,
  Comparison,
  EvaluateAnswer,
  EvaluateRequest,
  VerdictAnswer,
} from '../../../features/policy/contract.ts';
import { type ApiClient, ApiFailure } from '../api-client.ts';
import { secondsOfAge } from '../age.ts';
import type { CliCommand, CommandContext } from '../context.ts';
import { dockerConfigPath, readDockerCredentials } from '../docker-config.ts';
import { exitCodes } from '../output.ts';
import { type Format, formats, renderComparisons, renderVerdicts } from '../verdicts.ts';

interface Options {
  wait?: number;
  platform?: string;
  format: Format;
  json: boolean;
  allowNoData: boolean;
  stored: boolean;
  maxAge?: number;
  asOf?: string;
  dockerConfig?: string;
  toEnv?: string;
}

/** `plumbline policy evaluate|compare <image>...`: exit 0 passed, 2 failed, 3 no data, 1 could not be done. */
export const policyCommands: CliCommand = (program, context, run) => {
  const policy = program.command('policy').description('judge container images by the quality gates of their commits');
  common(policy.command('evaluate <image...>'))
    .description('say whether images may go out; globs stand for images the hub has stored')
    .addOption(
      new Option('--as-of <time>', 'what was said then, for example 2026-09-30T12:00:00Z').conflicts([
        'wait',
        'maxAge',
      ]),
    )
    .action((images: string[], options: Options) => run(() => evaluate(images, options, context)));
  common(policy.command('compare <image...>'))
    .description('compare images with what an environment runs; fails only where they are worse')
    .requiredOption('--to-env <name>', 'the environment')
    .action((images: string[], options: Options) => run(() => compare(images, options, context)));
};

function common(command: Command): Command {
  return command
    .option('--wait <seconds>', 'ask again until there is a verdict other than no data, at most this long', secondsOf)
    .option('--platform <platform>', 'only this platform, for example linux/arm64')
    .addOption(new Option('--format <format>', 'how to print').choices([...formats]).default('text'))
    .option('--json', 'the same as --format json', false)
    .option('--allow-no-data', 'exit 0 where there is no data', false)
    .option('--max-age <age>', 'take nothing for passed that was read longer ago, for example 2h', secondsOfAge)
    .option('--stored', 'judge what the hub has stored; ask no registry', false)
    .option(
      '--docker-config <path>',
      'docker configuration with registry credentials; default: where docker login keeps it',
    );
}

async function evaluate(
  images: readonly string[],
  options: Options,
  { api, terminal, secretSources }: CommandContext,
): Promise<number> {
  const request = await requestOf(images, options, secretSources.environment);
  const verdicts = await waiting(options, async () => {
    const { verdicts: found } = await api.send<EvaluateAnswer>('POST', 'api/v1/policy/evaluate', request);
    return { found, open: found.some(mayFollow) };
  });
  terminal.out(renderVerdicts(verdicts, formatOf(options)));
  return worstExit(verdicts.map((verdict) => exitOf(verdict, options.allowNoData)));
}

async function compare(
  images: readonly string[],
  options: Options,
  { api, terminal, secretSources }: CommandContext,
): Promise<number> {
  const request = {
    ...(await requestOf(images, options, secretSources.environment)),
    environment: options.toEnv ?? '',
  };
  const comparisons = await waiting(options, async () => {
    const { comparisons: found } = await askComparison(api, request);
    return { found, open: found.some(({ verdict }) => mayFollow(verdict)) };
  });
  terminal.out(renderComparisons(comparisons, options.toEnv ?? '', formatOf(options)));
  return worstExit(comparisons.map((comparison) => comparisonExit(comparison, options.allowNoData)));
}

const askComparison = (api: ApiClient, request: EvaluateRequest & { environment: string }): Promise<CompareAnswer> =>
  api.send<CompareAnswer>('POST', 'api/v1/policy/compare', request);

async function requestOf(
  images: readonly string[],
  options: Options,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<EvaluateRequest> {
  const path = options.dockerConfig ?? dockerConfigPath(environment);
  const credentials =
    options.stored || options.asOf !== undefined
      ? []
      : await readDockerCredentials(path, images, { required: options.dockerConfig !== undefined });
  return {
    images: [...images],
    credentials,
    stored: options.stored,
    ...(options.platform === undefined ? {} : { platform: options.platform }),
    ...(options.maxAge === undefined ? {} : { maxAge: options.maxAge }),
    ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
  };
}

const formatOf = ({ json, format }: Options): Format => (json ? 'json' : format);
const pauseMs = 2_000;

/** Waiting helps where an analysis, or the image itself, may still come. */
function mayFollow({ status, reason }: VerdictAnswer): boolean {
  return (
    (status === 'no_data' && ['NO_ANALYSIS', 'GATE_NOT_COMPUTED', 'IMAGE_UNKNOWN'].includes(reason)) ||
    ['IMAGE_NOT_FOUND', 'REGISTRY_UNREACHABLE', 'REGISTRY_RATE_LIMITED'].includes(reason)
  );
}

/** Throws commander’s error for anything but a number of seconds up to a day. */
function secondsOf(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text.trim()) && seconds <= 86_400) return seconds;
  throw new InvalidArgumentError('It is a whole number of seconds up to 86400, for example 300.');
}

/** A hub that has answered once may be restarted meanwhile: it is asked again while there is time. */
async function waiting<T>(options: Options, ask: () => Promise<{ found: T; open: boolean }>): Promise<T> {
  const until = Date.now() + (options.wait ?? 0) * 1000;
  let answered = false;
  for (;;) {
    const left = (): number => until - Date.now();
    try {
      const { found, open } = await ask();
      answered = true;
      if (!open || left() <= 0) return found;
    } catch (error) {
      if (!answered || left() <= 0 || !(error instanceof ApiFailure && isAway(error))) throw error;
    }
    await delay(Math.max(0, Math.min(pauseMs, left())));
  }
}

/** It does not answer, or it is stopping or starting. */
function isAway({ code, status }: ApiFailure): boolean {
  return code === 'hub_unreachable' || [502, 503, 504].includes(status);
}

function exitOf({ status, waiver }: VerdictAnswer, allowNoData: boolean): number {
  if (status === 'passed') return exitCodes.good;
  if (status === 'failed') return waiver === null ? exitCodes.bad : exitCodes.good;
  if (status === 'error') return exitCodes.failed;
  return allowNoData ? exitCodes.good : exitCodes.noData;
}

/** Worse than the environment is bad, whether the gate failed or there is no data; without a baseline the verdict counts. */
function comparisonExit({ verdict, change }: Comparison, allowNoData: boolean): number {
  if (change === 'no_baseline' || verdict.status === 'error') return exitOf(verdict, allowNoData);
  if (change !== 'worse') return exitCodes.good;
  return verdict.status === 'no_data' && allowNoData ? exitCodes.good : exitCodes.bad;
}

/** Of several images: a failure before what could not be done, before no data. */
function worstExit(codes: readonly number[]): number {
  const order = [exitCodes.bad, exitCodes.failed, exitCodes.noData];
  return order.find((code) => codes.includes(code)) ?? exitCodes.good;
}
