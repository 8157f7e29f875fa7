/** Fetches coverage tiles and keeps them decoded. */
import { address, getBytes } from "../api/client";
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
  /** The day as of which tiles are asked for; null is now. */
  day: string | null = null;

  get(layer: TileLayerName, at: TileAddress): TileLayer | undefined {
    return this.decoded.get(this.path(layer, at));
  }

  async load(layer: TileLayerName, at: TileAddress, signal: AbortSignal): Promise<TileLayer> {
    const path = this.path(layer, at);
    const known = this.decoded.get(path);
    if (known) return known;
    const tile = decodeTile(await getBytes(path, signal), layer);
    this.decoded.set(path, tile);
    return tile;
  }

  private path(layer: TileLayerName, at: TileAddress): string {
    return address(`/tiles/${keyOf(layer, at)}.mvt`, { at: this.day });
  }
}

function keyOf(layer: TileLayerName, { x, y, z }: TileAddress): string {
  return `${layer}/${z}/${x}/${y}`;
}
