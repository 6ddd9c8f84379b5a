import type { VerdictCode } from './verdict-code.ts';

/** Codes of the answers: whether they are right, of the configuration that was asked for, and worked out anew; the worst first in each family. */
export const answerCodes = {
  ACCURACY_LOST: {
    family: 'accuracy',
    severity: 'invalid',
    means:
      'The accuracy is below the share of the reference that the limit asks for; the speed of wrong answers counts nowhere.',
    nextStep:
      'Take another precision (`--precision`), or allow the loss with `--set limits.accuracy.of_reference=0.98`.',
  },
  ACCURACY_BELOW_MINIMUM: {
    family: 'accuracy',
    severity: 'invalid',
    means: 'The accuracy is below the least that the suite asks for.',
    nextStep: 'Take another precision (`--precision`) or model, or lower `limits.accuracy.minimum`.',
  },
  ACCURACY_OF_FEW_ITEMS: {
    family: 'accuracy',
    severity: 'note',
    means: 'The accuracy is of so few items that a single one decides the limit.',
    nextStep: 'Take more labelled items, and allow them with `--set policy.accuracy_items=2000`.',
  },
  NOT_IN_EFFECT: {
    family: 'configuration',
    severity: 'invalid',
    means: 'What was asked for did not take effect: the figures are of another configuration than their case says.',
    nextStep: 'Ask for what the backend can do: the section on what took effect in the report names it.',
  },
  SOFTWARE_DEVICE: {
    family: 'configuration',
    severity: 'degraded',
    means: 'A driver that computes on the processor took the place of the device: the figures are no figures of a GPU.',
    nextStep:
      'Install the driver of the GPU, or take `--backend ort-cpu`, which computes on the processor much faster.',
  },
  PARTLY_ON_PROCESSOR: {
    family: 'configuration',
    severity: 'degraded',
    means:
      'Operators that the device lacks ran on the processor, with copies there and back: no figure of the device alone.',
    nextStep:
      'Leave out `allow_cpu_fallback` to have them named, and take a backend that has them or a model without them.',
  },
  POWER_LIMIT_NOT_HELD: {
    family: 'configuration',
    severity: 'degraded',
    means:
      'The power limit that `--power-limit` set was another when it was set back: a part of the rounds was measured without it.',
    nextStep:
      'Keep it with `sudo nvidia-smi -pm 1` (persistence mode), see that nothing else sets limits, and measure again.',
  },
  NOT_VERIFIED: {
    family: 'configuration',
    severity: 'note',
    means: 'Nothing shows whether a setting took effect.',
    nextStep: 'Measure with `--set policy.proof=true`; what the engine does not tell stays open.',
  },
  ANSWERED_FROM_CACHE: {
    family: 'integrity',
    severity: 'invalid',
    means:
      'The same input again and again is answered more than 10 % faster than inputs that vary (the idea of MLPerf’s TEST04): answers come out of a memory.',
    nextStep: 'Switch the cache of the engine or server off.',
  },
  INPUTS_DO_NOT_VARY: {
    family: 'integrity',
    severity: 'degraded',
    means: 'All queries of a round held the same item although the workload has more.',
    nextStep: 'Take smaller batches, or `--scope request`, so that more items fit.',
  },
  FOREIGN_PROCESS_ON_DEVICE: {
    family: 'integrity',
    severity: 'degraded',
    means: 'Other processes computed on a device of this machine before or after the round.',
    nextStep: 'End them: `nvidia-smi --query-compute-apps=pid,name --format=csv` lists them.',
  },
  TRANSPORT_UNEXPLAINED: {
    family: 'integrity',
    severity: 'degraded',
    means:
      'An engine in another process left so much of its time out of what it calls its own that transport does not explain it.',
    nextStep: 'Compare with `--scope request`, whose times hold the transport, and quiet the machine.',
  },
  ONE_ITEM_ONLY: {
    family: 'integrity',
    severity: 'note',
    means: 'The workload has one item, which every query held.',
    nextStep: 'Give the workload more items.',
  },
  CACHING_NOT_AUDITED: {
    family: 'integrity',
    severity: 'note',
    means: 'Nobody looked whether the same input again is answered faster than inputs that vary.',
    nextStep: 'Measure with `--set policy.proof=true`; chains of models and runs of more than 0.25 s are not audited.',
  },
  CACHING_NOT_EXCLUDED: {
    family: 'integrity',
    severity: 'note',
    means: 'The audit for caching is too noisy to exclude that the same input again is answered 10 % faster.',
    nextStep: 'Quiet the machine and measure again.',
  },
} as const satisfies Readonly<Record<string, VerdictCode>>;
