import type { Backend, PrecisionSupport, Probe } from '../engine/backends/backend.ts';
import { InputError } from '../kernel/errors.ts';
import type { Workload } from '../workloads/workload.ts';

/*
 * Plug-ins are JavaScript that no compiler has seen. What of them decides how a run goes on is looked at before it does, so that a slip in
 * a plug-in is told as one of the plug-in.
 */

/** @throws InputError `BACKEND_INVALID` naming the module and the field that is not as `Backend` has it. */
export function checkBackend(backend: Backend, module: string): void {
  const { name, operatorDomains = [], usesGraph = true } = backend;
  const expect = (fits: boolean, what: string, came: unknown): void => {
    if (fits) return;
    throw invalid(`The plug-in ${module}: expected the backend "${name}" to have ${what}, got ${shown(came)}`);
  };
  for (const method of ['probe', 'load'] as const) {
    expect(typeof backend[method] === 'function', `a function "${method}"`, backend[method]);
  }
  const isList = Array.isArray(operatorDomains) && operatorDomains.every((domain) => typeof domain === 'string');
  expect(isList, '"operatorDomains" that are a list of texts, or none', operatorDomains);
  expect(typeof usesGraph === 'boolean', '"usesGraph" of true or false, or none', usesGraph);
}

const supports: readonly PrecisionSupport[] = ['native', 'emulated', 'storage', 'none'];

/** @throws InputError `BACKEND_INVALID` when an available backend does not say how it carries out precisions. */
export function checkProbe(name: string, probe: Probe): void {
  if (!probe.available) return;
  const { precisions } = probe as { readonly precisions?: unknown };
  const answers = typeof precisions === 'object' && precisions !== null ? Object.entries(precisions) : null;
  const odd = answers?.find(([, support]) => !supports.includes(support as PrecisionSupport));
  if (answers !== null && odd === undefined) return;
  const came = odd === undefined ? shown(precisions) : `${odd[0]}: ${shown(odd[1])}`;
  const known = supports.join(', ');
  throw invalid(
    `The backend "${name}": expected its probe to answer "precisions" such as { fp32: 'native' }, each of ${known}, got ${came}`,
  );
}

/** @throws InputError `WORKLOAD_INVALID` naming the module. */
export function checkWorkload({ name, calibration }: Workload, module: string): void {
  if (calibration === undefined || typeof calibration === 'function') return;
  const message = `The plug-in ${module}: expected the workload "${name}" to have a function "calibration", or none, got ${shown(calibration)}`;
  throw new InputError('WORKLOAD_INVALID', `${message}. See docs/extending.md.`);
}

function invalid(message: string): InputError {
  return new InputError('BACKEND_INVALID', `${message}. See docs/extending.md.`);
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? typeof value;
}
