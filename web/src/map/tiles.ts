/** Fetches coverage tiles and keeps them decoded. */
import { getBytes } from "../api/client";
import { Lru } from "../model/lru";
import type { TileLayerName } from "../model/bands";
import { decodeTile, type TileLayer } from "./decode";

export interface TileAddress {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** About thirty screens of tiles; a decoded tile takes some tens of kilobytes. */
const KEPT_TILES = 1500;

export class TileStore {
  private readonly decoded = new Lru<TileLayer>(KEPT_TILES);

  get(layer: TileLayerName, at: TileAddress): TileLayer | undefined {
    return this.decoded.get(keyOf(layer, at));
  }

  async load(layer: TileLayerName, at: TileAddress, signal: AbortSignal): Promise<TileLayer> {
    const known = this.get(layer, at);
    if (known) return known;
    const tile = decodeTile(await getBytes(`/tiles/${keyOf(layer, at)}.mvt`, signal), layer);
    this.decoded.set(keyOf(layer, at), tile);
    return tile;
  }
}

function keyOf(layer: TileLayerName, { x, y, z }: TileAddress): string {
  return `${layer}/${z}/${x}/${y}`;
}
