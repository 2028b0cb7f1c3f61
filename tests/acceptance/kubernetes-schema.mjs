// node kubernetes-schema.mjs FOLDER < [[NAME, MANIFEST], ...]: holds each manifest against what kubernetes-models publishes for its apiVersion and kind.
// Its validators know the values (quantities, required fields, choices) and let unknown fields pass; its types know the fields. So both are asked.
// Prints {NAME: [PROBLEM, ...]}. FOLDER has the packages and typescript in node_modules.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = process.argv[2];
const ts = createRequire(join(folder, 'x.js'))('typescript');
const packages = { 'monitoring.coreos.com': '@kubernetes-models/prometheus-operator', 'keda.sh': '@kubernetes-models/keda' };
const manifests = JSON.parse(readFileSync(0, 'utf8'));
const problems = Object.fromEntries(manifests.map(([name]) => [name, []]));
const sources = new Map();

for (const [name, manifest] of manifests) {
    const group = manifest.apiVersion.includes('/') ? manifest.apiVersion.split('/')[0] : '';
    const model = `${packages[group] ?? 'kubernetes-models'}/${manifest.apiVersion}/${manifest.kind}`;
    try {
        const { [manifest.kind]: Model } = await import(pathToFileURL(join(folder, 'node_modules', `${model}.js`)));
        new Model(manifest).validate();
        sources.set(join(folder, `manifest-${sources.size}.ts`), [name,
            `import type { I${manifest.kind} } from '${model}';\nexport const manifest: I${manifest.kind} = ${JSON.stringify(manifest, null, 1)};\n`]);
    } catch (wrong) {
        problems[name].push(wrong.message);
    }
}

const options = { strict: true, noEmit: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler };
const host = ts.createCompilerHost(options);
const [readsSource, readsFile, hasFile] = [host.getSourceFile, host.readFile, host.fileExists];
host.fileExists = path => sources.has(path) || hasFile(path);
host.readFile = path => sources.get(path)?.[1] ?? readsFile(path);
host.getSourceFile = (path, target) => sources.has(path) ? ts.createSourceFile(path, sources.get(path)[1], target) : readsSource(path, target);
for (const problem of ts.getPreEmitDiagnostics(ts.createProgram([...sources.keys()], options, host))) {
    const text = ts.flattenDiagnosticMessageText(problem.messageText, ' ');
    const found = sources.get(problem.file?.fileName);
    if (!found)
        throw new Error(text);
    problems[found[0]].push(text);
}
console.log(JSON.stringify(problems));
