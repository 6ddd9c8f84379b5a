import { availableCores } from '../kernel/available-cores.ts';
import { processorName } from '../kernel/processor-name.ts';
import type { PlannedCase } from '../suite/plan.ts';
import { unfitOf } from '../suite/unfit.ts';
import { explainedCause } from './explained-cause.ts';
import type { ProbeAnswer } from './job.ts';
import type { RunContext } from './run-context.ts';

/** Skips a case that cannot be measured on this machine, or by its scenario, whatever its backend and model. */
export function fits(planned: PlannedCase, { log, onProgress }: RunContext): boolean {
  const unfit = unfitOf(planned, availableCores());
  if (unfit === null) return true;
  const { code, need, have, message } = unfit;
  log.append({ type: 'case.skipped', key: planned.key, reason: { code, need, have }, message });
  onProgress({ type: 'skipped', case: planned, message });
  return false;
}

/** A chain of models has no inputs that could be prepared beforehand. */
export function skipScope(planned: PlannedCase, { log, onProgress }: RunContext): void {
  const message = `${planned.workload} is a chain of models, and what one is fed follows from the answer of the one before: it has no inputs to prepare beforehand. Use --scope request.`;
  log.append({
    type: 'case.skipped',
    key: planned.key,
    reason: { code: 'SCOPE_UNSUPPORTED', need: 'request', have: 'inference' },
    message,
  });
  onProgress({ type: 'skipped', case: planned, message });
}

/** Skips a case whose backend cannot run here, or fails it when the backend was named. */
export function hasBackend(
  planned: PlannedCase,
  { log, onProgress, fail }: RunContext,
  probes: ProbeAnswer['probes'],
): boolean {
  const probe = probes[planned.axes.backend];
  if (probe?.available) return true;
  const reason = probe?.reason ?? 'it was not asked';
  const message = `The backend ${planned.axes.backend} cannot run here: ${reason}. ${toDo(probe?.remedy ?? 'npx dyno doctor')}`;
  const cause = explainedCause({ code: 'BACKEND_UNAVAILABLE', message, exitCode: null, signal: null, stderrTail: '' });
  if (planned.backendRequired) {
    log.append({ type: 'case.failed', key: planned.key, cause });
    fail(planned.id, cause);
  } else {
    log.append({
      type: 'case.skipped',
      key: planned.key,
      reason: { code: 'BACKEND_UNAVAILABLE', need: planned.axes.backend, have: reason },
      message,
    });
    const advice = cause.explanation === undefined ? '' : ` ${cause.explanation.remedy}`;
    onProgress({ type: 'skipped', case: planned, message: `${message}${advice}` });
  }
  return false;
}

/**
 * Skips a case whose backend would compute elsewhere than the suite is about, such as PyTorch on the processor because it found no GPU. Backends
 * that compute on the processor name it as their device, or as what software in place of a device runs on.
 */
export function isOnDevice(
  planned: PlannedCase,
  { log, onProgress }: RunContext,
  probes: ProbeAnswer['probes'],
): boolean {
  const { key, device, axes } = planned;
  const found = probes[axes.backend]?.device ?? null;
  if (device === undefined || found === null) return true;
  const processor = processorName();
  if (found.includes(processor) === (device === 'processor')) return true;
  const message =
    device === 'processor'
      ? `The backend ${axes.backend} computes on ${found}, and the suite is about the processor. For PyTorch: export DYNO_PYTORCH_DEVICE=cpu. To measure it there: --set device=accelerator.`
      : `The backend ${axes.backend} computes on the processor here (${found}), and the suite is about accelerators: npx dyno doctor says what is missing. To measure it there: --set device=processor.`;
  log.append({ type: 'case.skipped', key, reason: { code: 'OTHER_DEVICE', need: device, have: found }, message });
  onProgress({ type: 'skipped', case: planned, message });
  return false;
}

/** Skips a case whose backend does not have its precision. */
export function hasPrecision(
  planned: PlannedCase,
  { log, onProgress }: RunContext,
  probes: ProbeAnswer['probes'],
): boolean {
  const { backend, precision } = planned.axes;
  const precisions = probes[backend]?.precisions ?? {};
  if ((precisions[precision] ?? 'none') !== 'none') return true;
  const known = Object.keys(precisions).filter((name) => precisions[name] !== 'none');
  const have = known.length === 0 ? 'none' : known.join(', ');
  const message = `The backend ${backend} does not have the precision ${precision}, only: ${have}. Use one of these, or another backend.`;
  log.append({
    type: 'case.skipped',
    key: planned.key,
    reason: { code: 'PRECISION_UNSUPPORTED', need: precision, have },
    message,
  });
  onProgress({ type: 'skipped', case: planned, message });
  return false;
}

/** A remedy is a line to run, or a sentence. */
function toDo(remedy: string): string {
  return remedy.endsWith('.') ? remedy : `Run: ${remedy}`;
}
