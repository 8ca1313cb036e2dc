import { describeRealSonarqube } from './describe-real.ts';

describeRealSonarqube('9.9');
