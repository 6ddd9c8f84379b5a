type Kind = 'text' | 'number' | 'list' | 'map' | 'arm';

/** Fields without which a line of the log cannot be read, by the type of the line. What this program wrote has them; the rest is taken as it is. */
const fields: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  gate: {
    ...{ settings: 'map', 'settings.metrics': 'list', 'settings.looks': 'list', 'settings.limits': 'map' },
    ...{ base: 'map', 'base.name': 'text', head: 'map', 'head.name': 'text' },
  },
  pair: { scenario: 'text', stage: 'text', round: 'number', base: 'arm', head: 'arm' },
  context: {
    ...{ suite: 'text', date: 'text', acknowledgements: 'list', baseContains: 'map' },
    ...{ environment: 'list', differences: 'list', asked: 'map' },
  },
  explained: { scenario: 'text', operators: 'list', warnings: 'list' },
  end: { reason: 'text' },
  failure: { code: 'text', message: 'text', exitCode: 'number', suite: 'text', base: 'map', head: 'map' },
  runs: { base: 'map', head: 'map', context: 'map', settings: 'map', doubts: 'list', scenarios: 'list' },
};

const measured: Readonly<Record<string, Kind>> = {
  ...{ values: 'map', stages: 'map', conditions: 'map' },
  ...{ 'conditions.gpus': 'list', 'conditions.foreignProcesses': 'list', 'conditions.unwatched': 'list' },
};

/** What keeps a line of the log from being read, such as `expected base.outcome to be "measured" or "failed", got null`; null: nothing does. */
export function lineProblem(line: Readonly<Record<string, unknown>>): string | null {
  return problemIn(line, fields[String(line.type)] ?? {}, '');
}

function problemIn(value: unknown, expected: Readonly<Record<string, Kind>>, within: string): string | null {
  for (const [path, kind] of Object.entries(expected)) {
    const name = `${within}${path}`;
    const got = path.split('.').reduce<unknown>((inner, key) => (isMap(inner) ? inner[key] : undefined), value);
    const problem = kind === 'arm' ? armProblem(got, name) : fits(got, kind) ? null : misfit(name, words[kind], got);
    if (problem !== null) return problem;
  }
  return null;
}

function armProblem(arm: unknown, name: string): string | null {
  const outcome = isMap(arm) ? arm.outcome : undefined;
  if (outcome === 'measured') return problemIn(arm, measured, `${name}.`);
  if (outcome === 'failed') return problemIn(arm, { code: 'text', message: 'text' }, `${name}.`);
  return misfit(`${name}.outcome`, '"measured" or "failed"', outcome);
}

const words = { text: 'a text', number: 'a number', list: 'a list', map: 'an object' } as const;

function fits(value: unknown, kind: keyof typeof words): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'list':
      return Array.isArray(value);
    case 'map':
      return isMap(value);
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function misfit(name: string, expected: string, got: unknown): string {
  return `expected ${name} to be ${expected}, got ${JSON.stringify(got)?.slice(0, 60) ?? 'nothing'}`;
}
