import type { OutsideProgram } from '../../outside/install.ts';

/** Programs that nobody here wrote, made for real servers; versions of the end of November 2026. */

export const pythonClients: OutsideProgram = {
  name: 'python-clients',
  version: '1',
  files: { 'requirements.txt': 'bitbucket-code-insight-reporter==0.2.0\natlassian-python-api==5.0.5\n' },
  commands: [
    ['python3', '-m', 'venv', 'venv'],
    ['venv/bin/pip', 'install', '--quiet', '--disable-pip-version-check', '-r', 'requirements.txt'],
  ],
};

export const danger: OutsideProgram = {
  name: 'danger',
  version: '14.0.7',
  files: { 'package.json': '{"private":true}' },
  commands: [['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', 'danger@14.0.7']],
};

/** Its program does not install; the writer is a package of its own that a few lines call. */
export const reviewdog: OutsideProgram = {
  name: 'reviewdog',
  version: '0.20.3',
  files: {
    'main.go': `package main

import (
	"context"
	"log"
	"os"

	"github.com/reviewdog/reviewdog"
	"github.com/reviewdog/reviewdog/filter"
	"github.com/reviewdog/reviewdog/proto/rdf"
	"github.com/reviewdog/reviewdog/service/bitbucket"
)

func main() {
	ctx, err := bitbucket.BuildServerAPIContext(context.Background(), os.Args[1], "", "", os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	writer := bitbucket.NewReportAnnotator(bitbucket.NewServerAPIClient(), "PAY", "ledger", os.Args[3], nil)
	diagnostic := &rdf.Diagnostic{Message: "unused variable", Location: &rdf.Location{Path: "src/a.ts", Range: &rdf.Range{Start: &rdf.Position{Line: 5}}}}
	comment := &reviewdog.Comment{Result: &filter.FilteredDiagnostic{Diagnostic: diagnostic}, ToolName: "lint"}
	if err := writer.Post(ctx, comment); err != nil {
		log.Fatal(err)
	}
	if err := writer.Flush(ctx); err != nil {
		log.Fatal(err)
	}
}
`,
  },
  commands: [
    ['go', 'mod', 'init', 'outside'],
    ['go', 'get', 'github.com/reviewdog/reviewdog@v0.20.3'],
    ['go', 'mod', 'tidy'],
    ['go', 'build', '-o', 'writer', '.'],
  ],
};

export const renovate: OutsideProgram = {
  name: 'renovate',
  version: '44.121.2',
  files: {
    'package.json': '{"private":true}',
    'config.js':
      "module.exports = { packageRules: [{ matchPackageNames: ['*'], automerge: true, automergeType: 'pr', platformAutomerge: false, minimumReleaseAge: null }], prHourlyLimit: 0 };\n",
  },
  commands: [['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', 'renovate@44.121.2']],
};
