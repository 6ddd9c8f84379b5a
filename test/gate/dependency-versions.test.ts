import { expect, test } from 'vitest';
import { namedVersions, namesVersions } from '../../src/gate/dependency-versions.ts';

/** `name version`, with a star for what the project itself asks for. */
function versions(path: string, text: string): string[] {
  return namedVersions(path, text).map(({ name, version, isDirect }) => `${name} ${version}${isDirect ? ' *' : ''}`);
}

test('files that name versions are known by their name, but not within node_modules', () => {
  const known = ['package-lock.json', 'tools/requirements-dev.txt', 'pyproject.toml', '.nvmrc', 'a/b/Dockerfile'];
  expect([...known, 'src/lock.ts', 'node_modules/a/package.json'].filter(namesVersions)).toEqual(known);
});

test('a lock file of npm tells every package, those asked for by the project first of all', () => {
  const lock = {
    lockfileVersion: 3,
    packages: {
      '': { dependencies: { sharp: '^0.34.0' }, devDependencies: { vitest: '4' } },
      'node_modules/sharp': { version: '0.34.1' },
      'node_modules/vitest': { version: '4.1.0' },
      'node_modules/vitest/node_modules/sharp': { version: '0.33.0' },
      'packages/own': { link: true },
    },
  };
  expect(versions('package-lock.json', JSON.stringify(lock))).toEqual([
    'sharp 0.34.1 *',
    'vitest 4.1.0 *',
    'vitest > sharp 0.33.0',
  ]);
});

test('a lock file of the first version nests its packages', () => {
  const lock = { dependencies: { a: { version: '1.0.0', dependencies: { b: { version: '2.0.0' } } } } };
  expect(versions('npm-shrinkwrap.json', JSON.stringify(lock))).toEqual(['a 1.0.0 *', 'a > b 2.0.0']);
});

test('package.json tells what the package runs on', () => {
  const manifest = { engines: { node: '>=20' }, packageManager: 'npm@10', dependencies: { sharp: '^1' } };
  expect(versions('package.json', JSON.stringify(manifest))).toEqual([
    'sharp ^1 *',
    'engines.node >=20 *',
    'packageManager npm@10 *',
  ]);
});

test('requirements of pip have one name however it is written, and no passwords', () => {
  const text = [
    '# comment',
    'Torch_Vision[extra] >= 0.20 ; python_version > "3.8"  # why',
    'numpy==2.1.0 \\',
    '    --hash=sha256:abc',
    '--index-url https://user:secret@example.org/simple',
    '-r other.txt',
    'mine @ git+https://user:secret@example.org/mine.git',
    'plain',
  ].join('\n');
  expect(versions('requirements.txt', text)).toEqual([
    'torch-vision >=0.20 *',
    'numpy ==2.1.0 *',
    'mine @git+https://example.org/mine.git *',
    'plain any *',
  ]);
});

test('a pyproject tells lists of the standard and tables of Poetry', () => {
  const text = `
[build-system]
requires = ["hatchling"]
[project]
name = "mine"
requires-python = ">=3.11"
dependencies = [
  "onnxruntime[gpu]==1.20.0",  # ]
  'numpy>=2',
]
[project.optional-dependencies]
dev = ["pytest~=8.0"]
[tool.poetry.dependencies]
python = "^3.11"
torch = { version = "2.5.0", extras = ["x"] }
[tool.other]
numpy = "9"
`;
  expect(versions('pyproject.toml', text)).toEqual([
    'python >=3.11 *',
    'onnxruntime ==1.20.0 *',
    'numpy >=2 *',
    'pytest ~=8.0 *',
    'python ^3.11 *',
    'torch 2.5.0 *',
  ]);
});

test('lock files of Python tell each package', () => {
  const text =
    'version = 1\n\n[[package]]\nname = "numpy"\nversion = "2.1.0"\n\n[[package]]\nname = "torch"\nversion = "2.5.0"\n';
  expect(versions('uv.lock', text)).toEqual(['numpy 2.1.0', 'torch 2.5.0']);
});

test('of a file that cannot be understood its hash stands for the versions in it', () => {
  expect(versions('package-lock.json', '<<<<<<< HEAD')).toEqual([expect.stringMatching(/^content [0-9a-f]{12} \*$/)]);
  expect(versions('yarn.lock', 'a@1:')).not.toEqual(versions('yarn.lock', 'a@2:'));
  expect(versions('.nvmrc', ' v20.1.0\n')).toEqual(['version v20.1.0 *']);
});
