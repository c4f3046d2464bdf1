export { EXIT_CODES, type FailureKind, NstError } from './error.js';
export { DEFAULTS, PRESETS, type Settings } from './render/defaults.js';
export { type DoctorOptions, type DoctorReport, examine, type Finding } from './render/doctor.js';
export { encodeWorkFolder } from './render/encode_work.js';
export type { Emit, FrameStart, RenderEvent } from './render/events.js';
export { type FilmForecast, type ForecastOptions, forecastFilm } from './render/forecast.js';
export type { PullOptions } from './render/network_store.js';
export {
  type KnownNetwork,
  listNetworks,
  pullNetwork,
  verifyNetworks,
} from './render/networks.js';
export { OPTIONS, type OptionSpec } from './render/options.js';
export { type RenderOptions, renderFilm } from './render/render_film.js';
export { renderStill } from './render/render_still.js';
export { resolveSettings } from './render/settings.js';
export { version } from './render/version.js';
