export { localGate } from './gate.ts';
export { createHostGates, type HostGates } from './host-gates.ts';
export { createOutbound, type OutboundEnvironment } from './outbound.ts';
export { createTrust, type Trust } from './trust.ts';
export type {
  HostGate,
  Outbound,
  OutboundMethod,
  OutboundOptions,
  OutboundRequest,
  OutboundResponse,
  OutboundStats,
} from './types.ts';
