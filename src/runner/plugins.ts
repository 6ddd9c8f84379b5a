import { createRequire } from 'node:module';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Collector } from '../collectors/collector.ts';
import type { Backend } from '../engine/backends/backend.ts';
import { errorText, InputError } from '../kernel/errors.ts';
import { builtScript } from '../kernel/package-root.ts';
import { Registry } from '../kernel/registry.ts';
import type { Workload } from '../workloads/workload.ts';
import { checkBackend, checkWorkload } from './plugin-contract.ts';

/** All plug-ins of a process, by kind. */
export interface Plugins {
  readonly backends: Registry<Backend>;
  readonly collectors: Registry<Collector>;
  readonly workloads: Registry<Workload>;
}

/** What the module of a plug-in exports. Built-ins come through the same door. */
export interface PluginModule {
  register(plugins: Plugins): void;
}

/**
 * Loads the built-in plug-ins, then those of the user, in this process. Each process of a run does so from the same list.
 * `modules`: what `resolvePlugin` made of `--plugin`. Throws `PLUGIN_INVALID` for a module that cannot be loaded or registers nothing.
 */
export async function loadPlugins(modules: readonly string[]): Promise<Plugins> {
  const plugins = noPlugins();
  for (const module of [pathToFileURL(builtScript('cli/builtins.js')).href, ...modules]) {
    await registerModule(module, plugins);
  }
  return plugins;
}

/** Registries with nothing in them. */
export function noPlugins(): Plugins {
  return {
    backends: new Registry('backend'),
    collectors: new Registry('collector'),
    workloads: new Registry('workload'),
  };
}

/** Lets one module add its plug-ins. Throws `PLUGIN_INVALID` when it cannot be loaded or registers nothing. */
export async function registerModule(module: string, plugins: Plugins): Promise<void> {
  let loaded: Partial<PluginModule>;
  try {
    loaded = (await import(module)) as Partial<PluginModule>;
  } catch (error) {
    throw new InputError(
      'PLUGIN_INVALID',
      `The plug-in ${module} could not be loaded: ${errorText(error)}. Check the path that was given with --plugin, and run it once with node.`,
      { cause: error },
    );
  }
  if (typeof loaded.register !== 'function') {
    throw new InputError(
      'PLUGIN_INVALID',
      `The plug-in ${module} exports ${Object.keys(loaded).join(', ') || 'nothing'}; expected a function "register(plugins)" that adds to plugins.backends, plugins.collectors or plugins.workloads.`,
    );
  }
  const before = new Set(plugins.backends.names());
  const known = new Set(plugins.workloads.names());
  try {
    loaded.register(plugins);
  } catch (error) {
    throw new InputError(
      'PLUGIN_INVALID',
      `The plug-in ${module} could not register what it holds: ${errorText(error)}`,
      {
        cause: error,
      },
    );
  }
  for (const backend of plugins.backends.all().filter(({ name }) => !before.has(name))) checkBackend(backend, module);
  for (const workload of plugins.workloads.all().filter(({ name }) => !known.has(name)))
    checkWorkload(workload, module);
}

/** The module URL of what `--plugin` names: a file, or a package that is installed where the command runs. */
export function resolvePlugin(nameOrPath: string, folder: string): string {
  const looksLikePath = nameOrPath.startsWith('.') || isAbsolute(nameOrPath) || /\.[cm]?js$/.test(nameOrPath);
  if (looksLikePath) return pathToFileURL(resolve(folder, nameOrPath)).href;
  try {
    return pathToFileURL(createRequire(resolve(folder, 'package.json')).resolve(nameOrPath)).href;
  } catch (error) {
    throw new InputError(
      'PLUGIN_INVALID',
      `--plugin ${nameOrPath}: no such package is installed in ${folder}. Install it, or give the path of a .js file.`,
      { cause: error },
    );
  }
}
