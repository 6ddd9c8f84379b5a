/** What is known of how a power sensor measures. */
export interface PowerSensor {
  /** Of a reading, ± as a share of it. */
  readonly sensorError: number;
  /** The share of the time that it looks at. Not there: nothing is known against all of it. */
  readonly sensorCoverage?: number;
  /** Where both are from. */
  readonly sensorSource: string;
}

/**
 * Yang, Adamek and Armour, "Accurate and Convenient Energy Measurements for GPUs: A Detailed Study of NVIDIA GPU's Built-In Power Sensor" (SC24):
 * readings of more than 70 boards are off by up to 5 % of the reading, rather than the ± 5 W of NVIDIA's manual; those of the A100 and H100 are
 * means over 25 ms of each 100 ms.
 */
const study = 'arXiv 2312.02741';
const error = 0.05;
const partTime = 0.25;

/**
 * Boards by the die that is on them: what the study measured are the A100 and the H100. The others have the same die, and so the same
 * sensor for all that is known; the source says so.
 */
const dies: readonly { readonly die: string; readonly measured: RegExp; readonly same: RegExp }[] = [
  { die: 'GA100', measured: /\bA100X?\b/i, same: /\b(A800|A30X?|CMP 170HX)\b/i },
  { die: 'GH100', measured: /\bH100L?\b/i, same: /\b(H200|H800|H20|GH200)\b/i },
];

/** The sensor of an NVIDIA board, by the name that the driver gives it. */
export function nvidiaPowerSensor(name: string | null): PowerSensor {
  for (const { die, measured, same } of dies) {
    if (name === null) break;
    if (measured.test(name)) return { sensorError: error, sensorCoverage: partTime, sensorSource: study };
    if (same.test(name)) {
      const sensorSource = `${study}, which measured other boards with this die (${die})`;
      return { sensorError: error, sensorCoverage: partTime, sensorSource };
    }
  }
  return { sensorError: error, sensorSource: study };
}
