import { parseModelName } from '../roofline/known-models.ts';

/**
 * Latency limits of the Server scenario of MLPerf Inference at p99, in milliseconds, by the beginning of the model's name: mlperf.conf of
 * mlcommons/inference@0edaaf5c4e. What it does not name has the 10 ms of its `*.Server.target_latency`; of models that came later it says nothing.
 */
const serverLimits: readonly (readonly [string, number])[] = [
  ['resnet50', 15],
  ['ssd-resnet34', 100],
  ['bert', 130],
  ['mobilenet', 10],
  ['ssd-mobilenet', 10],
];

/** The limit on the response time, at p99, that a published throughput of a model in the Server scenario kept; null: not known here. */
export function serverLimitMilliseconds(model: string): number | null {
  const { id } = parseModelName(model);
  return serverLimits.find(([name]) => id.startsWith(name))?.[1] ?? null;
}
