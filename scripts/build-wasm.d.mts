export function compilePixels(): Promise<Uint8Array>;
export function asSource(module: Uint8Array): string;
