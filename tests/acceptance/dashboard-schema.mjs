// node dashboard-schema.mjs FOLDER DASHBOARD...: holds dashboards against the classic model as @grafana/schema publishes it: fields that it does not know,
// fields that are missing, values of another kind. FOLDER has @grafana/schema and typescript in node_modules.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, ...dashboards] = process.argv.slice(2);
const ts = createRequire(join(folder, 'x.js'))('typescript');
const types = join(folder, 'node_modules/@grafana/schema/dist/types/raw/dashboard/x/types.gen.d.ts');

// JSON has the values of an enum, which TypeScript takes for other types than the enum.
const values = body => body.replace(/\/\*[^]*?\*\//g, '').split(',').map(m => m.split('=')[1]?.trim()).filter(Boolean).join(' | ');
const model = readFileSync(types, 'utf8').replace(/export declare enum (\w+) \{([^]*?)\n\}/g, (_, name, body) => `export type ${name} = ${values(body)};`);
if (!/export interface Dashboard \{/.test(model))
    throw new Error(`${types} has no Dashboard`);

let problems = 0;
for (const dashboard of dashboards) {
    const files = new Map([
        ['/model.d.ts', model],
        ['/check.ts', `import type { Dashboard } from './model';\nexport const dashboard: Dashboard = ${readFileSync(dashboard, 'utf8')};\n`],
    ]);
    const options = { strict: true, noEmit: true, skipLibCheck: true, noLib: false, types: [], target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext,
        moduleResolution: ts.ModuleResolutionKind.Bundler };
    const host = ts.createCompilerHost(options);
    const [readsFile, hasFile] = [host.getSourceFile, host.fileExists];
    host.fileExists = name => files.has(name) || hasFile(name);
    host.readFile = name => files.get(name) ?? ts.sys.readFile(name);
    host.getSourceFile = (name, target) => files.has(name) ? ts.createSourceFile(name, files.get(name), target) : readsFile(name, target);
    for (const problem of ts.getPreEmitDiagnostics(ts.createProgram(['/check.ts'], options, host))) {
        const { line } = problem.file?.fileName === '/check.ts' ? problem.file.getLineAndCharacterOfPosition(problem.start) : { line: 0 };
        console.log(`${dashboard}:${line}: ${ts.flattenDiagnosticMessageText(problem.messageText, ' ')}`);
        problems++;
    }
}
process.exit(problems === 0 ? 0 : 1);
