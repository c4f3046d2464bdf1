/** The library: what the command line itself is made of. */

export { childStarted, type TextChannel } from './child_started.js';
export type { DeviceName, Precision, RuntimeName } from './engine/index.js';
export { EXIT_CODES, type FailureKind, invalidArgument, NstError } from './error.js';
export { didYouMean, nearest } from './nearest.js';
export type { IterationRecord } from './nst/minimise.js';
export { type CurvesResult, drawCurves } from './render/curves/draw_curves.js';
export {
  type DoctorReport,
  examine,
  type Finding,
  type RuntimeChoice,
  type TriedRuntime,
} from './render/doctor/doctor.js';
export type { MeasuredEvaluation } from './render/doctor/doctor_measure.js';
export { encodeWorkFolder } from './render/encode_work.js';
export type { Emit, FrameStart, RenderEvent } from './render/events.js';
export { type ForecastOptions, forecastFilm } from './render/forecast/forecast.js';
export type { MemoryForecast } from './render/forecast/forecast_memory.js';
export type { NetworkForecast } from './render/forecast/forecast_network.js';
export type { FilmForecast } from './render/forecast/forecast_report.js';
export type { TimeForecast } from './render/forecast/forecast_time.js';
export type { Machine } from './render/forecast/machine.js';
export { type InversionResult, type Inverted, invertPicture } from './render/invert/render_inversion.js';
export type { Job, JobOptions } from './render/job.js';
export type { Seen } from './render/look/inside.js';
export { type InsideResult, lookInside } from './render/look/look_inside.js';
export { type KeptLook, listLooks, readLook, saveLook, showLook } from './render/looks/looks.js';
export {
  type KnownNetwork,
  listNetworks,
  networkLocation,
  pullNetwork,
  type VerifiedNetwork,
  verifyNetworks,
} from './render/networks/networks.js';
export { readConfig } from './render/options/config_file.js';
export { type InsideSettings, LOOK_KINDS, type LookKind } from './render/options/inside_settings.js';
export {
  type Command,
  type CurvesOptions,
  type DoctorOptions,
  type EncodeOptions,
  type FilmOptions,
  type FlowOptions,
  type InsideOptions,
  type InvertOptions,
  type LookOptions,
  type NetworkOptions,
  OPTIONS,
  type OptionSpec,
  type OptionValue,
  optionsOf,
  repeats,
  type ScoreOptions,
  type ShotsOptions,
  type StillOptions,
  showDefault,
  TASKS,
  type Task,
  type TextureOptions,
} from './render/options/options.js';
export { setOptions } from './render/options/set_options.js';
export type {
  FlowName,
  Iterations,
  OptimizerName,
  Preset,
  SettingName,
  StyleKeyframe,
} from './render/options/setting_types.js';
export { renderFilm } from './render/render_film.js';
export { type FlowResult, renderFlow } from './render/render_flow.js';
export { renderStill, type StillResult } from './render/render_still.js';
export type { BlockEdges } from './render/score/block_edges.js';
export type { Channels, Drift, FrameColours } from './render/score/drift.js';
export type { FlickerSummary } from './render/score/flicker.js';
export { type ScoreResult, scoreFilm } from './render/score/score_film.js';
export type {
  DistanceScore,
  EnergyScore,
  Extent,
  FrameEnergy,
  FrameError,
  ScoreReport,
} from './render/score/score_report.js';
export { type ScoreTable, scoreTables } from './render/score/score_table.js';
export {
  type ListedShot,
  type ListShotsRun,
  listShots,
  type ShotsReport,
} from './render/shots/list_shots.js';
export { sweepFilm } from './render/sweep/sweep_film.js';
export type { SweepResult, SweptVariant } from './render/sweep/sweep_folder.js';
export { sweepStill } from './render/sweep/sweep_still.js';
export { renderTexture } from './render/texture/render_texture.js';
export { version } from './render/version.js';
export type { FilmResult, FrameResult } from './render/work/frame_result.js';
