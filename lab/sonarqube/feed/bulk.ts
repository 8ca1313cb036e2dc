import type { GenericIssue, GenericRule } from '../generic-issues.ts';
import type { FeedProject, Seed } from './model.ts';

/**
 * Projects that no filter of `issues/search` can cut below its 10,000 results: every issue has the same rule, type,
 * severity and creation second. One is spread over hundreds of directories, one lies in a single file.
 */
export function bulkProjects(seed: Seed): FeedProject[] {
  const small = [bulkProject('lab-twelve-thousand', { name: 'Twelve thousand issues', files: 300, issuesPerFile: 40 })];
  const thirty = { name: 'Thirty thousand issues in one file', files: 1, issuesPerFile: 30_000 };
  return seed === 'full' ? [bulkProject('lab-thirty-thousand', thirty), ...small] : small;
}

const rule: GenericRule = {
  id: 'bulk',
  engine: 'lab',
  name: 'One of very many',
  description: 'One of very many.',
  type: 'CODE_SMELL',
  severity: 'MAJOR',
  cleanCodeAttribute: 'CLEAR',
  impacts: [{ softwareQuality: 'MAINTAINABILITY', severity: 'MEDIUM' }],
};

interface BulkShape {
  name: string;
  files: number;
  issuesPerFile: number;
}

/** Also for tests and benchmarks that want another size. @public */
export function bulkProject(key: string, { name, files: fileCount, issuesPerFile }: BulkShape): FeedProject {
  const files: Record<string, string> = {};
  const issues: GenericIssue[] = [];
  for (let index = 0; index < fileCount; index += 1) {
    const file = `src/d${String(index).padStart(3, '0')}/f.txt`;
    const lines = Array.from({ length: issuesPerFile }, (_, line) => `${index} ${line + 1}\n`);
    files[file] = lines.join('');
    for (let line = 1; line <= issuesPerFile; line += 1) {
      issues.push({ rule, file, line, message: `Issue ${line} of file ${index}` });
    }
  }
  return {
    key,
    name,
    private: false,
    analyses: [{ version: '1.0', daysAgo: undefined, files, issues }],
    decisions: {},
  };
}
