export { bytesCodec } from './bytes-codec.ts';
export { type CompressionOptions, compressed } from './compressed.ts';
export { encrypted, type EncryptionKey, type EncryptionOptions } from './encrypted.ts';
export { messagePackCodec } from './message-pack-codec.ts';
export { pipeline, type PipelineOptions } from './pipeline.ts';
export type { Step } from './step.ts';
export { structuredCloneCodec } from './structured-clone-codec.ts';
