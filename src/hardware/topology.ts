import { errorCode, exitMeaning } from '../collectors/nvidia-csv.ts';
import { commandResult } from '../kernel/command-output.ts';
import { findProgram } from '../kernel/find-program.ts';
import { parseTopology, type Topology } from './topology-table.ts';

/** How the devices of this machine are joined, or why that is not known. */
export type TopologyAnswer =
  | { readonly topology: Topology }
  | { readonly topology: null; readonly topologyAbsence: { readonly code: string; readonly reason: string } };

/** The tool asks the driver for every pair of devices. */
const secondsToAnswer = 8;

/**
 * Asks nvidia-smi how the devices of NVIDIA are joined to each other, to network cards and to processors. One device is joined to none. The
 * tools of AMD are not asked. Never throws, and waits for a driver that hangs no longer than some seconds.
 */
export async function readTopology(find: (name: string) => string | null = findProgram): Promise<TopologyAnswer> {
  const program = find('nvidia-smi');
  if (program === null) return absent('NO_TOOL', 'nvidia-smi is not in PATH: no driver of NVIDIA is here.');
  const { exitCode, stdout, stderr, timedOut } = await commandResult(program, ['topo', '-m'], {
    seconds: secondsToAnswer,
  });
  if (timedOut) {
    return absent('SENSOR_HUNG', `nvidia-smi topo -m did not answer within ${secondsToAnswer} s: its driver hangs.`);
  }
  const topology = parseTopology(stdout);
  if (topology === null) return absent(...complaint(exitCode, `${stdout}\n${stderr}`));
  if (topology.gpus.length < 2) return absent('ONE_DEVICE', 'There is one device of NVIDIA: it is joined to no other.');
  return { topology };
}

/** What the tool said in the place of a table. */
function complaint(exitCode: number | null, output: string): [code: string, reason: string] {
  const lines = output.split(/\r?\n/).map((line) => line.trim());
  const said = lines.find((line) => errorCode(line) !== null) ?? lines.find((line) => line !== '');
  const named = said === undefined ? null : errorCode(said);
  const { code, meaning } =
    exitCode === null || exitCode === 0
      ? { code: 'SENSOR_GARBLED', meaning: 'it printed no table of devices' }
      : exitMeaning(exitCode);
  const words = said === undefined ? '' : ` It said: ${said.slice(0, 200)}`;
  return [named ?? code, `nvidia-smi topo -m does not tell (exit code ${exitCode}: ${meaning}).${words}`];
}

function absent(code: string, reason: string): TopologyAnswer {
  return { topology: null, topologyAbsence: { code, reason } };
}
