export type { BatchLoader } from './batch-load.ts';
export { Cache } from './cache.ts';
export type { CacheHealth, RemoteHealth } from './cache-health.ts';
export type { MutateOptions } from './mutate-options.ts';
export type {
  Configuration,
  ConfigurationPatch,
  EntryConfiguration,
  MemoryConfiguration,
  NeverConfiguration,
} from './configuration/configuration.ts';
export { environmentConfiguration } from './configuration/environment-configuration.ts';
export { parseConfiguration } from './configuration/parse-configuration.ts';
export { currentLoad } from './current-load.ts';
export { createCache } from './create-cache.ts';
export { jsonCodec } from './codecs/json-codec.ts';
export type { LoadContext, Loader } from './engine/loads/loader.ts';
export type { InvalidateOptions, InvalidationResult } from './engine/invalidations/invalidator.ts';
export type { Sharing } from './engine/memory/sealed.ts';
export { CacheError, type ErrorCode, errorCodes } from './errors.ts';
export {
  type CacheEvent,
  type CacheEvents,
  eventNames,
  type Level,
  type MissReason,
  type RefusalReason,
} from './events.ts';
export type {
  LoadHook,
  Plugin,
  ReadAnswer,
  ReadContext,
  ReadHook,
  WriteContext,
  WriteHook,
} from './hooks/plugin.ts';
export type { CopyInspection, Inspection } from './inspection.ts';
export type {
  CacheOptions,
  CircuitOptions,
  CheckedReadOptions,
  CheckOptions,
  CoherenceOptions,
  EntryOptions,
  LoadOptions,
  MemoryOptions,
  NamespaceMemoryOptions,
  NamespaceOptions,
  ReadOptions,
  TimeoutOptions,
  WarmingOptions,
  WeighedEntry,
} from './options.ts';
export { key, type KeyPart, pattern } from './policy/key-template.ts';
export type { Duration } from './policy/duration.ts';
export type { Size } from './policy/size.ts';
export type { Cancel, Clock, TimerPurpose } from './ports/clock.ts';
export type { Codec, Payload, Unpacked } from './ports/codec.ts';
export type {
  EvictionPolicy,
  EvictionPolicyFactory,
  EvictionPolicyName,
  HeldSlots,
} from './ports/eviction-policy.ts';
export type {
  AcknowledgeBan,
  Appended,
  AppendRequest,
  Ban,
  Beat,
  Boot,
  ClearBan,
  HoldBan,
  KeyBan,
  Log,
  LogEntry,
  Member,
  MemberState,
  PatternBan,
  ReleaseBan,
  TagBan,
  TagPositions,
} from './ports/log.ts';
export type { Logger } from './ports/logger.ts';
export type { Random } from './ports/random.ts';
export type { Epoch, Position, StoredRecord, Token } from './ports/record.ts';
export type { Remote, RemoteConnection, RemoteContext, RemoteWarning } from './ports/remote.ts';
export type {
  SchemaIssue,
  SchemaOutput,
  SchemaResult,
  StandardSchema,
} from './ports/standard-schema.ts';
export type { LeaseReply, LeaseRequest, LoadFailure, Store, StoreLimits } from './ports/store.ts';
export { readThrough } from './read-through.ts';
export type { Lookup, ReadableCache } from './readable-cache.ts';
export type { SourceWriter, WriteOptions, WriterContext, WriterOptions } from './set-options.ts';
export { standardProfiles } from './standard-profiles.ts';
export type { ExportOptions, ImportOptions, ImportResult } from './snapshots.ts';
export type { CacheStats } from './stats.ts';
export type { Targets } from './targets.ts';
export type { HotStore } from './warming/hot-calls.ts';
export type { HotArgument, HotCall, HotList, HotTag, KeptHotList } from './warming/hot-list.ts';
export type {
  WarmCall,
  WarmCalls,
  WarmOptions,
  WarmProgress,
  WarmReport,
} from './warming/warm-options.ts';
export type { BatchWriter, BehindWrite, WriteBehind, WriteBehindOptions } from './write-behind.ts';
export type { CheckedWrapOptions, OneOf, Wrapped, WrapOptions } from './wrap-options.ts';
export { writeThrough, type WriteThroughOptions } from './write-through.ts';
