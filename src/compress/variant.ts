/** What the toggles of a case ask of a model file before an engine loads it. */
export interface VariantSettings {
  readonly precision: 'fp32' | 'fp16' | 'bf16' | 'int8' | 'int8_dynamic';
  readonly hygiene: 'on' | 'off';
  /** Whether Dyno's passes fuse operators. */
  readonly fusion: boolean;
  /** Domains of operators that the backend runs beside the standard ones. */
  readonly domains: readonly string[];
}

/** Whether these settings leave a model file as it is. */
export function isAsInFile({ precision, hygiene, fusion }: VariantSettings): boolean {
  return precision === 'fp32' && hygiene === 'off' && !fusion;
}
