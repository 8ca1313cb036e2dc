import { describeRealSonarqube } from './describe-real.ts';

describeRealSonarqube('26.9');
