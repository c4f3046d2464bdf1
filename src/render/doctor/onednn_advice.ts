import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { programPath } from '../../program_path.js';

/** Debian's and Ubuntu's packages of oneDNN, the newer first; which there is depends on the release. */
const APT_PACKAGES = ['libdnnl3', 'libdnnl2'];

/** How oneDNN gets onto this machine: a command where a package manager has it. */
export function onednnAdvice(): string {
  const speed = 'oneDNN is optional and on most processors faster';
  if (process.platform === 'darwin') return `${speed}: brew install onednn`;
  if (process.platform === 'win32') return `${speed}: put dnnl.dll on the path, or name it in NST_ONEDNN`;
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  if (existsSync('/usr/bin/dnf')) return `${speed}: ${sudo}dnf install onednn`;
  if (existsSync('/usr/bin/pacman')) return `${speed}: ${sudo}pacman -S onednn`;
  const known = APT_PACKAGES.find(isKnownToApt);
  if (known) return `${speed}: ${sudo}apt-get install -y ${known}`;
  return `${speed}: install it with your package manager, or name its library in NST_ONEDNN`;
}

function isKnownToApt(name: string): boolean {
  const apt = programPath('apt-cache');
  return apt !== undefined && spawnSync(apt, ['show', name]).status === 0;
}
