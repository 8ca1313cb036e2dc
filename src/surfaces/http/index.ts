export { createProbeServer } from './probes.ts';
export {
  createHttpServer,
  type HttpConfig,
  type HttpHealth,
  type HttpMetrics,
  type HttpServerOptions,
} from './server.ts';
