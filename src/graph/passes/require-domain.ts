import { OperatorSetIdProtoSchema } from '../onnx_pb.ts';
import { createMessage, type OnnxModel } from '../onnx-message.ts';

/** Operators that ONNX Runtime adds to the standard ones. */
export const microsoft = 'com.microsoft';

/** Enters version 1 of a domain among the operators that a model uses, if it is not there. */
export function requireDomain(model: OnnxModel, domain: string): void {
  if (model.opsetImport.some((entry) => entry.domain === domain)) return;
  model.opsetImport.push(createMessage(OperatorSetIdProtoSchema, { domain, version: 1n }));
}
