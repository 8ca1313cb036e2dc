const standardYoungMb = 16;

/**
 * Pages of an outside system are short-lived garbage. By default V8 lets both generations of its heap grow with them,
 * until the process holds hundreds of megabytes it does not need. With these limits 100,000 issues of a simulator peak
 * at 244 MB (`BENCH_SCALE=0.1 node bench/ingest/simulated.ts`); half the young generation costs a tenth of the processor’s
 * time. The limits can only be given at the start, so the process replaces itself once.
 */
export function keepHeapLean(youngMb = standardYoungMb): void {
  const given = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  if (given.includes('--max-semi-space-size') || process.execve === undefined || process.platform === 'win32') return;
  const limits = [`--max-semi-space-size=${youngMb}`, '--heap-growing-percent=40'];
  const arguments_ = [process.execPath, ...limits, ...process.execArgv, ...process.argv.slice(1)];
  process.execve(process.execPath, arguments_, process.env);
}
