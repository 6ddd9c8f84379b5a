// @ts-check
// From the answer of `dyno gate` to that of the step: whether it fails, and what is shown beside the log.

/** GitHub shows ten annotations of a kind for each step. */
const mostAnnotations = 10;

/**
 * @typedef {object} Note
 * @property {'error' | 'warning' | 'notice'} level
 * @property {string} message
 */

/**
 * The exit code of the step. A gate that could not tell, 2, fails nothing unless that is asked for: who is kept from working by noise turns
 * the gate off. But head must not give other answers than base, however fast; and what compared nothing at all has not passed.
 * @param {{exitCode: number, gate: any, failOnInconclusive: boolean}} ended `gate`: content of gate.json, null where there is none
 */
export function stepStatus({ exitCode, gate, failOnInconclusive }) {
  if (exitCode !== 2 || failOnInconclusive) return exitCode;
  return gatingRows(gate).some(answersDiffer) ? 2 : 0;
}

/**
 * The verdict, and the rows that do not pass, worst first.
 * @param {any} gate content of gate.json
 * @param {number} status of the step
 * @returns {Note[]}
 */
export function notesOf(gate, status) {
  if (gate.error) return [{ level: 'error', message: `${gate.error.code}: ${gate.error.message}` }];
  const rows = gatingRows(gate).filter(({ verdict }) => ['regressed', 'invalid', 'inconclusive'].includes(verdict));
  const notes = rows.map((row) => {
    const isError = row.verdict === 'regressed' || answersDiffer(row);
    return /** @type {Note} */ ({ level: isError ? 'error' : 'warning', message: rowMessage(row) });
  });
  const ofRows = (/** @type {Note['level']} */ level) => notes.filter((note) => note.level === level);
  const level = status !== 0 ? 'error' : gate.exitCode === 0 ? 'notice' : 'warning';
  const message = `Verdict: ${gate.verdict}${status === 0 && gate.exitCode !== 0 ? ' (does not fail the check)' : ''}`;
  /** @type {Note[]} */
  const all = [{ level, message }, ...ofRows('error'), ...removedNotes(gate), ...ofRows('warning')];
  return all.filter((note, index) => all.slice(0, index).filter(isOf(note.level)).length < mostAnnotations);
}

/**
 * @param {Note['level']} level
 * @returns {(note: Note) => boolean}
 */
function isOf(level) {
  return (note) => note.level === level;
}

/**
 * What head no longer measures fails nothing, and is not to go unseen.
 * @param {any} gate
 * @returns {Note[]}
 */
function removedNotes(gate) {
  const names = (gate.removed ?? []).map((/** @type {any} */ { scenario, metric }) => `${scenario} ${metric}`);
  return names.length === 0 ? [] : [{ level: 'warning', message: `Head no longer measures ${names.join(', ')}` }];
}

/** @param {any} gate */
function gatingRows(gate) {
  /** @type {any[]} */
  const rows = gate?.rows ?? [];
  return rows.filter(({ role, accepted }) => role === 'gating' && !accepted);
}

/** @param {any} row */
function answersDiffer(row) {
  return row.reasons.some((/** @type {{code: string}} */ { code }) => code === 'OUTPUTS_DIFFER');
}

/** @param {any} row */
function rowMessage(row) {
  const { scenario, metric, verdict, exact, margin, reasons } = row;
  const change = (row.confirm ?? row.look)?.change;
  const figures = exact
    ? `, ${exact.base} to ${exact.head}`
    : change
      ? `, ${signed(change.value)} [${signed(change.low)}, ${signed(change.high)}], margin ${percent(margin)}`
      : '';
  const why = reasons.map((/** @type {{code: string}} */ { code }) => code).join(', ');
  return `${scenario} ${metric}: ${verdict}${figures}${why === '' ? '' : ` (${why})`}`;
}

/** @param {number | null} share */
function signed(share) {
  return share !== null && share > 0 ? `+${percent(share)}` : percent(share);
}

/** @param {number | null} share */
function percent(share) {
  return share === null ? '?' : `${(share * 100).toFixed(1)} %`;
}
