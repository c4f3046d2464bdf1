/** The library: what the command line itself is made of. */
export { childStarted, type TextChannel } from './child_started.js';
export { EXIT_CODES, type FailureKind, invalidArgument, NstError } from './error.js';
export { didYouMean, nearest } from './nearest.js';
export { readConfig } from './render/config_file.js';
export type { FlowName, Iterations, OptimizerName, Preset, SettingName } from './render/defaults.js';
export { type DoctorReport, examine, type Finding } from './render/doctor.js';
export type { MeasuredEvaluation } from './render/doctor_measure.js';
export { encodeWorkFolder } from './render/encode_work.js';
export type { Emit, FrameStart, RenderEvent } from './render/events.js';
export { type ForecastOptions, forecastFilm } from './render/forecast.js';
export type { MemoryForecast } from './render/forecast_memory.js';
export type { NetworkForecast } from './render/forecast_network.js';
export type { FilmForecast } from './render/forecast_report.js';
export type { TimeForecast } from './render/forecast_time.js';
export type { FilmResult, FrameResult } from './render/frame_result.js';
export type { Job, JobOptions } from './render/job.js';
export type { Machine } from './render/machine.js';
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
  type DoctorOptions,
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
  TASKS,
  type Task,
} from './render/options.js';
export { renderFilm } from './render/render_film.js';
export { type FlowResult, renderFlow } from './render/render_flow.js';
export { renderStill, type StillResult } from './render/render_still.js';
export { version } from './render/version.js';
