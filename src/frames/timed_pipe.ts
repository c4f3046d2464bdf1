/**
 * Raw pictures with a time each, as ffmpeg reads them from a pipe: a Matroska stream (RFC 9559) of uncompressed
 * pictures, one to a cluster. ffmpeg's own raw video has a constant rate, and a list of times in a filter's
 * expression grows with the film; this costs some 40 bytes a frame.
 */

/** The stream's clock ticks in nanoseconds, finer than any film's: rounding to them loses no film's tick. */
const NANOSECONDS = 1e9;

const ID = {
  header: 0x1a45dfa3,
  docType: 0x4282,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  tracks: 0x1654ae6b,
  track: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  lacing: 0x9c,
  defaultDuration: 0x23e383,
  codec: 0x86,
  video: 0xe0,
  width: 0xb0,
  height: 0xba,
  fourcc: 0x2eb524,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  group: 0xa0,
  block: 0xa1,
  blockDuration: 0x9b,
} as const;

const SIZE_UNKNOWN = Buffer.from([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
const VIDEO_TRACK = 1;
/** Track number as a variable-length integer, time relative to the cluster (16 bits), no flags (RFC 9559 §10.1). */
const BLOCK_HEAD = Buffer.from([0x80 | VIDEO_TRACK, 0, 0, 0]);

/**
 * What comes before the first picture.
 *
 * @param format ffmpeg's pixel format: `rgb24`, `rgb48le`, `yuv444p`, `yuv444pNle`, `rgba`, `rgba64le` or `yuva444p16le`.
 * @param frameRate about how many pictures a second: encoders judge bit rates and levels by it.
 */
export function timedHead(width: number, height: number, format: string, frameRate: number): Buffer {
  const track = element(
    ID.track,
    number(ID.trackNumber, VIDEO_TRACK),
    number(ID.trackUid, 1),
    number(ID.trackType, 1),
    number(ID.lacing, 0),
    number(ID.defaultDuration, Math.max(1, Math.round(NANOSECONDS / frameRate))),
    element(ID.codec, Buffer.from('V_UNCOMPRESSED')),
    element(ID.video, number(ID.width, width), number(ID.height, height), element(ID.fourcc, fourcc(format))),
  );
  return Buffer.concat([
    element(ID.header, element(ID.docType, Buffer.from('matroska'))),
    idBytes(ID.segment),
    SIZE_UNKNOWN,
    element(ID.info, number(ID.timestampScale, 1)),
    element(ID.tracks, track),
  ]);
}

/**
 * What comes before each picture's bytes.
 *
 * @param time seconds, as is `duration`.
 */
export function timedFrameHead(byteLength: number, time: number, duration: number): Buffer {
  const block = Buffer.concat([idBytes(ID.block), size(BLOCK_HEAD.length + byteLength), BLOCK_HEAD]);
  const inGroup = Buffer.concat([number(ID.blockDuration, Math.round(duration * NANOSECONDS)), block]);
  const group = Buffer.concat([idBytes(ID.group), size(inGroup.length + byteLength), inGroup]);
  const inCluster = Buffer.concat([number(ID.timestamp, Math.round(time * NANOSECONDS)), group]);
  return Buffer.concat([idBytes(ID.cluster), size(inCluster.length + byteLength), inCluster]);
}

/** ffmpeg's four bytes for a raw pixel format: of planar YUV 4:4:4 they are Y, 3, 0 and the depth. */
function fourcc(format: string): Buffer {
  const named: Record<string, string> = {
    ...{ rgb24: 'RGB\x18', rgb48le: 'RGB\x30', yuv444p: '444P' },
    ...{ rgba: 'RGBA', rgba64le: 'RBA@', yuva444p16le: 'Y4\0\x10' },
  };
  const depth = /^yuv444p(\d+)le$/.exec(format)?.[1];
  const text = named[format] ?? (depth && `Y3\0${String.fromCharCode(Number(depth))}`);
  if (!text) throw new TypeError(`no four-character code for ${format}`);
  return Buffer.from(text, 'latin1');
}

function element(id: number, ...content: Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  return Buffer.concat([idBytes(id), size(bytes.length), bytes]);
}

function number(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return element(id, bytes);
}

/** An id carries its own length in its leading bits. */
function idBytes(id: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(id);
  return bytes.subarray(Math.clz32(id) >> 3);
}

/** A size always as the 8-byte form: a 1, then 56 bits (RFC 8794 §4). */
function size(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value) | (1n << 56n));
  return bytes;
}
