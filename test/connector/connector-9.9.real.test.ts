import { describeConnector } from './real-suite.ts';

describeConnector();
