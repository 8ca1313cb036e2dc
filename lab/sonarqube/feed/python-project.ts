import type { FeedProject } from './model.ts';

/**
 * Real source for a real analyser: Python's runs inside the scanner and needs a second, where JavaScript's starts a
 * Node process and needs ten. Brings lines of code, duplications, coverage, rules with CWE and hotspots.
 */
export function pythonProject(): FeedProject {
  const versions = [
    { version: '1.0', daysAgo: 88, files: { 'src/report.py': report, 'src/crypto.py': crypto }, covered: 4 },
    {
      version: '2.0',
      daysAgo: 33,
      files: { 'src/report.py': report, 'src/crypto.py': crypto, 'src/copy.py': copy },
      covered: 9,
    },
    {
      version: '3.0',
      daysAgo: undefined,
      files: { 'src/report.py': fixedReport, 'src/crypto.py': crypto, 'src/copy.py': copy },
      covered: 12,
    },
  ];
  return {
    key: 'lab-batch',
    name: 'Batch (Python)',
    private: false,
    analyses: versions.map(({ version, daysAgo, files, covered }) => ({
      version,
      daysAgo,
      files: { ...files, 'coverage.xml': coverageReport('src/report.py', { lines: 16, covered }) },
      issues: [],
      properties: { 'sonar.coverageReportPaths': 'coverage.xml', 'sonar.python.version': '3.11' },
    })),
    // The only project whose issues 9.9 lets people decide about: it refuses that for imported ones.
    decisions: { 'python:S5527': 'accept', 'python:S4830': 'falsepositive' },
  };
}

/** https://docs.sonarsource.com/sonarqube-server/latest/analyzing-source-code/test-coverage/generic-test-data/ */
function coverageReport(path: string, { lines, covered }: { lines: number; covered: number }): string {
  const rows = Array.from(
    { length: lines },
    (_, index) => `<lineToCover lineNumber="${index + 1}" covered="${index < covered}"/>`,
  );
  return `<coverage version="1"><file path="${path}">${rows.join('')}</file></coverage>\n`;
}

const crypto = `import hashlib
import random
import ssl


def checksum(content):
    return hashlib.md5(content).hexdigest()


def token():
    return str(random.random())


def context():
    unsafe = ssl.create_default_context()
    unsafe.check_hostname = False
    unsafe.verify_mode = ssl.CERT_NONE
    return unsafe


def key():
    password = "wIaHtl2-plumbline-lab"
    return password
`;

const body = `def summarise(rows):
    total = 0
    largest = None
    smallest = None
    for row in rows:
        value = row["amount"] * row["count"]
        total = total + value
        if largest is None or value > largest:
            largest = value
        if smallest is None or value < smallest:
            smallest = value
        if row["kind"] == "refund":
            total = total - value
    average = total / len(rows) if rows else 0
    return {"total": total, "largest": largest, "smallest": smallest, "average": average}
`;

const copy = `${body}

def unused(value):
    if value == value:
        return eval(value)
    return None
`;

const report = `${body}

def find(cursor, name):
    if name == name:
        cursor.execute("select * from report where name = '%s'" % name)
    return cursor.fetchall()
`;

const fixedReport = `${body}

def find(cursor, name):
    cursor.execute("select * from report where name = %s", (name,))
    return cursor.fetchall()
`;
