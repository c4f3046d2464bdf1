/** The library: what the command line itself is made of. */
export { EXIT_CODES, type FailureKind, NstError } from './error.js';
export type { SettingName } from './render/defaults.js';
export { encodeWorkFolder } from './render/encode_work.js';
export type { Emit, FrameStart, RenderEvent } from './render/events.js';
export type { FilmResult, FrameResult } from './render/frame_result.js';
export type { Job, JobOptions } from './render/job.js';
export {
  type KnownNetwork,
  listNetworks,
  networkLocation,
  pullNetwork,
  type VerifiedNetwork,
  verifyNetworks,
} from './render/networks.js';
export {
  type Command,
  type EncodeOptions,
  type FilmOptions,
  type FlowOptions,
  type NetworkOptions,
  OPTIONS,
  type OptionSpec,
  type OptionValue,
  optionsOf,
  type StillOptions,
  showDefault,
} from './render/options.js';
export { renderFilm } from './render/render_film.js';
export { type FlowResult, renderFlow } from './render/render_flow.js';
export { renderStill, type StillResult } from './render/render_still.js';
export { version } from './render/version.js';
