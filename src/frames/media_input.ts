import { mediaPath } from './ffmpeg.js';

/** ffmpeg's names of the containers of films and sound that hold what they show themselves. */
const CONTAINERS =
  'mov,matroska,avi,mpegts,mpeg,mpegvideo,flv,live_flv,asf,asf_o,ogg,mxf,mxg,gif,apng,nut,ivf,obu,av1,h261,h263,h264,hevc,vvc,evc,' +
  'm4v,mjpeg,mjpeg_2000,mpjpeg,smjpeg,dirac,dnxhd,vc1,vc1test,cavsvideo,avs,avs2,avs3,yuv4mpegpipe,dv,gxf,lxf,wtv,rm,ivr,vivo,' +
  'nuv,nsv,pva,swf,flic,film_cpk,filmstrip,4xm,roq,smk,bink,ea,rl2,thp,fits,mv,cine,r3d,ty,pmp,dhav,lmlm4,webp,webp_anim,' +
  'jpegxl_anim,wav,w64,aiff,caf,au,mp3,aac,ac3,eac3,ac4,dts,dtshd,truehd,mlp,flac,tta,wv,ape,amr,amrnb,amrwb,dsf,iff,voc,mmf,qcp,image2';

/** Formats of single pictures, `png_pipe`. */
const PICTURES =
  'bmp,cri,dds,dpx,exr,gem,gif,hdr,j2k,jpeg,jpegls,jpegxl,pam,pbm,pcx,pfm,pgm,pgmyuv,pgx,phm,photocd,pictor,png,ppm,psd,qoi,sgi,sunrast,tiff,vbn,webp,xbm,xpm,xwd'
    .split(',')
    .map((name) => `${name}_pipe`)
    .join(',');

/**
 * The options of ffmpeg and ffprobe that open a media file and nothing else. Left out of the formats are texts that name other
 * files and addresses (playlists of HLS and DASH, concat, SDP), programs (lavfi, AviSynth, VapourSynth) and devices: of those
 * only the text would be known, hashed and checked.
 */
export function mediaInput(path: string): string[] {
  return [...WHITELISTS, '-i', mediaPath(path)];
}

const WHITELISTS = ['-format_whitelist', `${CONTAINERS},${PICTURES}`, '-protocol_whitelist', 'file'];

/** First lines of texts that name what they show, and what they are called. */
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^#EXTM3U/, 'an HLS playlist'],
  [/^(<\?xml[^>]*>)?\s*(<!--.*?-->\s*)*<MPD[\s>]/s, 'a DASH manifest'],
  [/^(<\?xml[^>]*>)?\s*<(SmoothStreamingMedia|AssetMap|CompositionPlaylist)[\s>]/, 'a playlist'],
  [/^ffconcat version/, 'a concat list'],
  [/^\s*(file|duration|inpoint)\s+\S/, 'a concat list'],
  [/^v=0\r?\n/, 'an SDP description'],
  [/^\[playlist\]/i, 'a playlist'],
  [/^(import vapoursynth|from vapoursynth)/m, 'a VapourSynth program'],
  [
    /^\s*\w*\s*=?\s*(DirectShowSource|FFmpegSource2|FFVideoSource|AviSource|LWLibavVideoSource|BlankClip|Import)\s*\(/im,
    'an AviSynth program',
  ],
];

/** What a text that only names other films is called; undefined for any other file. `start` holds its first bytes. */
export function playlistKind(start: Buffer): string | undefined {
  const text = start.toString('utf8').replace(/^\ufeff/, '');
  return TEXTS.find(([first]) => first.test(text))?.[1];
}
