import { blocky, firstFilters } from '../../nst/look/views.js';
import type { Network } from '../../nst/network.js';
import { gridSheet, type Sheet } from './sheet.js';

/** The filters of the first layer, each with its number. */
export function showFilters(network: Network, cell: number): Sheet {
  const { tap } = network.convolutions[0];
  const filters = firstFilters(network);
  const cells = filters.map((filter, k) => ({ pictures: [blocky(filter, cell, cell)], label: String(k) }));
  return { picture: gridSheet(cells, cell), seen: filters.map((_, k) => ({ name: `${tap}/${k}` })) };
}
