/** Name of a quality metric as people read it: `character_accuracy` is `character accuracy`. */
export function metricName(metric: string): string {
  return metric.replaceAll('_', ' ');
}
