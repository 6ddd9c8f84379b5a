import type { Case } from '../results/run.ts';
import type { CaseHistory } from './case-history.ts';
import type { Reasons } from './reasons.ts';

/** What a case was measured on: the workload's model and what the toggles made of it. */
export type CaseModel = Pick<Case, 'model' | 'variant' | 'precisionSupport'>;

/**
 * The model of a case, what was made of it before it was loaded, and how the backend carries out the precision. `variant` null: the file was
 * loaded as it is (`AS_IN_FILE`), or the case was not measured (`unmeasured`). Results of versions without variants leave both of them out.
 */
export function caseModel(history: CaseHistory, unmeasured: string | null, reasons: Reasons): CaseModel {
  const { planned } = history;
  const model = modelOf(history, reasons);
  // The axis came with the variants.
  if (planned.axes.hygiene === undefined) return { model };
  return {
    model,
    variant: variantOf(history, unmeasured, reasons),
    precisionSupport: planned.precisionSupport ?? reasons.withhold('precisionSupport', 'BACKEND_DID_NOT_SAY'),
  };
}

function modelOf({ model }: CaseHistory, reasons: Reasons): Case['model'] {
  if (model === null) return reasons.withhold('model', 'WORKLOAD_NOT_PREPARED');
  for (const [name, value] of Object.entries(model)) {
    if (value === null) reasons.withhold(`model.${name}`, 'NOT_RECORDED');
  }
  return model;
}

function variantOf({ variant, model }: CaseHistory, unmeasured: string | null, reasons: Reasons) {
  if (variant === null) {
    const why = model === null ? 'WORKLOAD_NOT_PREPARED' : (unmeasured ?? 'AS_IN_FILE');
    return reasons.withhold('variant', why);
  }
  const { conversion } = variant;
  if (conversion === null) reasons.withhold('variant.conversion', 'NOT_CONVERTED');
  else {
    if (conversion.worstDecibels === null) reasons.withhold('variant.conversion.worstDecibels', 'METHOD_DOES_NOT_TELL');
    if (conversion.calibration === null) reasons.withhold('variant.conversion.calibration', 'NEEDS_NO_DATA');
  }
  return variant;
}
