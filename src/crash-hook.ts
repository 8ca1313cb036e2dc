/** What tests of processes that die ask of this one. */
export interface CrashHook {
  reached?: (point: string) => void;
  leaseSeconds?: number;
}

/**
 * The crash tests name a moment, and which time it comes, at which this process kills itself; and how soon the others
 * take over what it held.
 */
export function crashHook(env: NodeJS.ProcessEnv): CrashHook {
  const seconds = Number(env['PLUMBLINE_TEST_LEASE_SECONDS']);
  return { ...killAt(env), ...(seconds > 0 ? { leaseSeconds: seconds } : {}) };
}

function killAt(env: NodeJS.ProcessEnv): Pick<CrashHook, 'reached'> {
  const wanted = env['PLUMBLINE_TEST_CRASH_AT'];
  if (wanted === undefined || wanted === '') return {};
  const [point, count = '1'] = wanted.split(':');
  let left = Number(count);
  return {
    reached(reached) {
      if (reached === point && --left <= 0) process.kill(process.pid, 'SIGKILL');
    },
  };
}
