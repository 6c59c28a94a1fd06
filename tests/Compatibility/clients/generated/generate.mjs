// Generates a client with each of three generators, compiles all in strict TypeScript and runs them against a platform.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const [rest, registry] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
const folder = mkdtempSync(join(tmpdir(), 'generated-clients-'));
const run = (script, ...args) =>
  execFileSync(process.execPath, [join(modules, script), ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });

try {
  symlinkSync(modules, join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const document = join(folder, 'api.json');
  writeFileSync(document, await (await fetch(`${rest}/openapi/v1.json`)).text());

  run('openapi-typescript/bin/cli.js', document, '-o', join(folder, 'typed.ts'),
    '--default-non-nullable=false');
  execFileSync(process.execPath, [join(here, 'openapi-ts.config.mjs'), document, join(folder, 'hey')]);
  run('orval/dist/bin/orval.js', '--input', document, '--output', join(folder, 'orval.ts'), '--client', 'fetch');

  copyFileSync(join(here, 'scenario.ts'), join(folder, 'scenario.ts'));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
    compilerOptions: {
      strict: true, target: 'es2022', module: 'es2022', moduleResolution: 'bundler', skipLibCheck: true,
      lib: ['es2022', 'dom', 'dom.iterable'], outDir: 'out', types: [],
    },
    include: ['*.ts', 'hey'],
  }));
  run('typescript/bin/tsc', '-p', 'tsconfig.json');
  buildSync({
    absWorkingDir: folder, entryPoints: ['out/scenario.js'], bundle: true, format: 'esm', outfile: 'scenario.mjs',
  });
  const { scenario } = await import(join(folder, 'scenario.mjs'));
  console.log(JSON.stringify(await scenario(rest, registry)));
} catch (error) {
  console.error(`${error.stdout ?? ''}${error.stderr ?? ''}${error.stack}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
