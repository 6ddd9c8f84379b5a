export const plantedFile: string;

export function withSlowdown(source: string, share: number): string;
