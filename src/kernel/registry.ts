import { InputError } from './errors.ts';
import { nearest } from './nearest.ts';

/** The plug-ins of one kind, such as all backends, by name. */
export class Registry<T extends { readonly name: string }> {
  readonly #plugins = new Map<string, T>();
  readonly #kind: string;

  constructor(kind: string) {
    this.#kind = kind;
  }

  /** Adds a plug-in. Throws `PLUGIN_EXISTS` when its name is taken. */
  add(plugin: T): this {
    if (this.#plugins.has(plugin.name)) {
      throw new InputError(
        'PLUGIN_EXISTS',
        `There already is a ${this.#kind} named "${plugin.name}". Give it another name.`,
      );
    }
    this.#plugins.set(plugin.name, plugin);
    return this;
  }

  /** The plug-in of that name. Throws `PLUGIN_UNKNOWN` (exit 3) with the known names. */
  get(name: string): T {
    const plugin = this.#plugins.get(name);
    if (plugin !== undefined) return plugin;
    const near = nearest(name, this.names());
    const hint = near === null ? '' : ` Did you mean "${near}"?`;
    throw new InputError(
      'PLUGIN_UNKNOWN',
      `No ${this.#kind} is named "${name}".${hint} Known: ${this.names().join(', ')}.`,
    );
  }

  has(name: string): boolean {
    return this.#plugins.has(name);
  }

  names(): string[] {
    return [...this.#plugins.keys()];
  }

  all(): T[] {
    return [...this.#plugins.values()];
  }
}
